"""A witness on the loopback, as C2SP tlog-witness describes one; it can be told to misbehave."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kehui.engines.merkle import (
    COSIGNED,
    Checkpoint,
    Note,
    Signature,
    VerifierKey,
    cosigned_text,
    is_consistent,
    sha256,
)

SEEN_AT = 1763697600


class Loopback:
    """Keeps the last size and root, checks the proof, and signs."""

    def __init__(self, name: str) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(sha256(name.encode()))
        public = self.private.public_key().public_bytes_raw()
        self.key = VerifierKey(name, public, COSIGNED)
        self.size, self.root = 0, sha256(b"")
        self.asked = 0
        self.answers: tuple[int, bytes] | None = None  # instead of its own
        self.url = ""

    @property
    def setting(self) -> str:
        return f"{self.key} {self.url}"

    def answer(self, asked: str) -> tuple[int, bytes]:
        self.asked += 1
        if self.answers:
            return self.answers
        above, _, below = asked.partition("\n\n")
        first, *lines = above.split("\n")
        note = Note.parse(below)
        made, old = Checkpoint.parse(note.text), int(first.removeprefix("old "))
        if old != self.size:
            return 409, b"%d\n" % self.size
        proof = [base64.b64decode(each) for each in lines]
        if not is_consistent(old, made.size, proof, self.root, made.root):
            return 422, b""
        self.size, self.root = made.size, made.root
        return 200, b"nonsense\n" + str(self.signature(note.text)).encode()

    def signature(self, text: str) -> Signature:
        value = self.private.sign(cosigned_text(text, SEEN_AT))
        return Signature(self.key.name, self.key.id, SEEN_AT.to_bytes(8, "big") + value)


@contextmanager
def witness(name: str = "auditor.example/w1") -> Iterator[Loopback]:
    served = Loopback(name)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, body = served.answer(asked) if self.path == "/w/add-checkpoint" else (404, b"")
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        served.url = f"http://127.0.0.1:{server.server_address[1]}/w/"
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()

"""An OpenAI-compatible embeddings server on 127.0.0.1 that answers well, or badly as it is told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Final

DIMENSION: Final = 16
Body = dict[str, Any]
Answer = Callable[["Loopback", BaseHTTPRequestHandler, Body], None]


def vector(text: str, dimension: int = DIMENSION) -> list[float]:
    """Return counts of characters in buckets: near texts get near vectors."""
    counts = [0.25] * dimension
    for character in text:
        counts[ord(character) * 7919 % dimension] += 1
    return counts


class Loopback:
    """What was asked, and how to answer: `script` first, one answer a request, then `usual`."""

    def __init__(self) -> None:
        self.requests: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.script: list[Answer] = []
        self.usual: Answer = well
        self.may_end = Event()
        self.url = ""

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        self.requests.append({"path": handler.path, **body})
        self.headers.append(dict(handler.headers))
        answer = self.script.pop(0) if self.script else self.usual
        answer(self, handler, body)


def send(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None
) -> None:
    handler.send_response(status)
    for name, value in ({"Content-Type": "application/json"} | (headers or {})).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def data(vectors: list[Any]) -> bytes:
    rows = [
        {"object": "embedding", "index": number, "embedding": each}
        for number, each in enumerate(vectors)
    ]
    return json.dumps({"object": "list", "data": rows}).encode()


def well(_server: Loopback, handler: BaseHTTPRequestHandler, body: Body) -> None:
    send(handler, 200, data([vector(each) for each in body["input"]]))


def status(code: int, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _server, handler, _body: send(handler, code, b'{"error": {}}', named)


def raw(body: bytes, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _server, handler, _body: send(handler, 200, body, named)


def of(change: Callable[[list[list[float]]], list[Any]]) -> Answer:
    """Answer with the right vectors, changed."""

    def answer(_server: Loopback, handler: BaseHTTPRequestHandler, body: Body) -> None:
        send(handler, 200, data(change([vector(each) for each in body["input"]])))

    return answer


def drip(server: Loopback, handler: BaseHTTPRequestHandler, _body: Body) -> None:
    """Promise an answer and send a byte of it now and then, until whoever asks hangs up."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    try:
        while not server.may_end.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()
    except OSError:
        return


def hang_up(_server: Loopback, handler: BaseHTTPRequestHandler, _body: Body) -> None:
    handler.close_connection = True


@contextmanager
def serving() -> Iterator[Loopback]:
    """Serve on a free port until the block ends."""
    loopback = Loopback()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            loopback.take(self)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        loopback.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield loopback
        finally:
            loopback.may_end.set()
            server.shutdown()
            thread.join()

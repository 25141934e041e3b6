"""A key service on the loopback, as an operator's would be; it can fall silent or talk nonsense."""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from kehui.core.crypto import INTL, BrokenSealError
from kehui.core.vault.holders import KeyUnknown
from kehui.core.vault.key_file import KeyFile


class Desk(ThreadingHTTPServer):
    """`says` replaces every answer by this status and body; `asked` holds paths and headers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Clerk)
        self.keys = KeyFile(folder, profile=INTL, draw=os.urandom)
        self.says: tuple[int, bytes] | None = None
        self.asked: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/keys"


class Clerk(BaseHTTPRequestHandler):
    server: Desk

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers.get("Authorization", "")))
        status, body = self.server.says or self._answer(self.path.rpartition("/")[2], asked)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, verb: str, asked: dict[str, str]) -> tuple[int, bytes]:
        keys = self.server.keys
        given = {
            name: base64.b64decode(asked[name]) for name in asked.keys() - {"master", "column"}
        }
        said: dict[str, Any]
        try:
            if verb == "wrap":
                master, wrapped = keys.wrap(given["secret"], bound=given["bound"])
                said = {"master": master, "wrapped": base64.b64encode(wrapped).decode()}
            elif verb == "unwrap":
                secret = keys.unwrap(given["wrapped"], master=asked["master"], bound=given["bound"])
                said = {"secret": base64.b64encode(secret).decode()}
            elif verb == "codes":
                codes = keys.codes(asked["column"], given["data"])
                said = {"codes": [base64.b64encode(each).decode() for each in codes]}
            else:
                said = {"master": keys.master()}
        except KeyUnknown:
            return 404, b"{}"
        except BrokenSealError:
            return 422, b"{}"
        return 200, json.dumps(said).encode()

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@contextmanager
def open_desk(folder: Path) -> Iterator[Desk]:
    desk = Desk(folder)
    thread = Thread(target=desk.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield desk
    finally:
        desk.shutdown()
        thread.join()
        desk.server_close()

"""A service on the loopback that takes letters, and can be slow, silent or cross."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


class Desk(ThreadingHTTPServer):
    """`says` is the status, the headers, and how: plain, hang (takes it, says nothing) or drip."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Clerk)
        self.says: tuple[int, dict[str, str], str] = (200, {}, "plain")
        self.taken: list[tuple[dict[str, str], Any]] = []
        self.is_over = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/send"


class Clerk(BaseHTTPRequestHandler):
    server: Desk

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append((dict(self.headers), body))
        status, headers, how = self.server.says
        if how == "hang":
            self.server.is_over.wait(10)
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "2000" if how == "drip" else "0")
        self.end_headers()
        while how == "drip" and not self.server.is_over.wait(0.05):
            try:
                self.wfile.write(b".")
            except OSError:
                return

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@contextmanager
def open_desk() -> Iterator[Desk]:
    desk = Desk()
    thread = Thread(target=desk.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield desk
    finally:
        desk.is_over.set()
        desk.shutdown()
        thread.join()
        desk.server_close()

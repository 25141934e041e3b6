"""A receiver on this machine that answers as it is told, and keeps what it got."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Final

from kehui.core.outbound import Answer, Client, own_service

URL: Final = "https://receiver.example.cn/hooks"
SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER: Final = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"

Say = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Got:
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    port: int
    got: list[Got] = field(default_factory=list)

    def ask(
        self, place: Any, *, body: bytes, headers: dict[str, str], seconds: float, most_bytes: int
    ) -> Answer:
        """Ask as the platform does, but here, and without patience."""
        del place, seconds
        return Client().ask(
            own_service(f"http://127.0.0.1:{self.port}/x"),
            body=body,
            headers=headers,
            seconds=1,
            most_bytes=most_bytes,
        )


@contextmanager
def receiving(say: Say) -> Iterator[Receiver]:
    """Answer each message with `say`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(Got({k.lower(): v for k, v in self.headers.items()}, body))
            try:
                say(self)
            except OSError:  # nobody listens any more
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_port)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def saying(status: int, text: str = "", **headers: str) -> Say:
    def say(handler: BaseHTTPRequestHandler) -> None:
        said = text.encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)

    return say


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Take the message and say nothing until the other side has gone."""
    handler.connection.recv(1)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Answer a byte at a time, so that no single wait is long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    pause = Event()
    while not pause.wait(0.02):
        handler.wfile.write(b"x")

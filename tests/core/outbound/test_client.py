"""One question, one looking up, one answer: against servers on this machine that do their worst."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from pytest_django import Settings
from tests.core.outbound import vectors
from tests.core.outbound.certificates import certified

from kehui.core import outbound
from kehui.core.outbound import Answer, Client, NoAnswer, Place, PlaceForbidden
from kehui.core.outbound.client import looked_up

Say = Callable[[socket.socket, bytes], None]
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 3\r\n\r\nok"


class Server:
    """Answers each connection with `say`; keeps what was asked."""

    def __init__(self, say: Say, context: ssl.SSLContext | None) -> None:
        self.asked: list[bytes] = []
        self.is_done = Event()
        self._say, self._context = say, context
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._thread = Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self.is_done.is_set():
            line, _ = self._door.accept()
            with line:
                try:
                    self._answer(line)
                except OSError:
                    continue

    def _answer(self, line: socket.socket) -> None:
        if self.is_done.is_set():
            return
        spoken = self._context.wrap_socket(line, server_side=True) if self._context else line
        with spoken:
            told = spoken.recv(65_536)
            more = told
            while more and not told.endswith(b"{}"):  # the body of every question here
                more = spoken.recv(65_536)
                told += more
            self.asked.append(told)
            self._say(spoken, told)

    def end(self) -> None:
        self.is_done.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._door.close()


@contextmanager
def serving(say: Say, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(say, context)
    try:
        yield server
    finally:
        server.end()


def saying(answer: bytes) -> Say:
    return lambda line, _told: line.sendall(answer)


def ask(place: Place, client: Client | None = None, seconds: float = 20) -> Answer:
    return (client or Client()).ask(
        place, body=b"{}", headers={"X-Test": "1"}, seconds=seconds, most_bytes=100
    )


def at(port: int, host: str = "127.0.0.1", scheme: str = "http") -> Place:
    return outbound.own_service(f"{scheme}://{host}:{port}/hook")


def test_a_question_is_asked_and_answered() -> None:
    with serving(saying(GOOD)) as server:
        answer = ask(at(server.port))

    assert (answer.status, answer.body, answer.headers.get("retry-after")) == (200, b"ok", "3")
    head, _, body = server.asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook HTTP/1.1\r\n")
    assert (b"X-Test: 1" in head, body) == (True, b"{}")


def test_a_name_is_looked_up_once_and_its_number_pinned() -> None:
    """A name that is public when checked and our own when asked again, as with a life of 0 s."""
    answers = [["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"]]
    asked: list[str] = []

    def rebinding(host: str, _port: int, _seconds: float) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    with serving(saying(GOOD)) as server:
        answer = ask(at(server.port, "rebind.example.cn"), Client(resolve=rebinding))

    assert (answer.status, asked) == (200, ["rebind.example.cn"])
    assert f"Host: rebind.example.cn:{server.port}".encode() in server.asked[0]


@pytest.mark.parametrize("number", vectors.FORBIDDEN)
def test_a_name_that_leads_inside_is_refused(number: str, settings: Settings) -> None:
    settings.OUTBOUND = "*"
    place = outbound.listed_place("https://friendly.example.cn/")

    def never(*_: object) -> socket.socket:
        raise AssertionError("nothing may be connected")

    for told in ([number], ["8.8.8.8", number], [number, "2606:4700::1111"]):
        client = Client(resolve=lambda *_, told=told: told, connect=never)
        with pytest.raises(PlaceForbidden, match=r"friendly\.example\.cn"):
            ask(place, client)


@pytest.mark.parametrize("told", ["fe80::1%eth0", "::1%lo", "somewhere", "127.0.0.1/8"])
def test_an_answer_of_the_names_that_is_no_plain_number_is_refused(told: str) -> None:
    with pytest.raises(PlaceForbidden):
        ask(at(1, "odd.example.cn"), Client(resolve=lambda *_: [told]))


def test_a_line_that_ends_elsewhere_is_not_used() -> None:
    with serving(saying(GOOD)) as server:

        def astray(_place: tuple[str, int], seconds: float) -> socket.socket:
            return socket.create_connection(("127.0.0.1", server.port), seconds)

        client = Client(resolve=lambda *_: ["127.0.0.2"], connect=astray)
        with pytest.raises(PlaceForbidden):
            ask(at(server.port, "astray.example.cn"), client)

    assert server.asked in ([], [b""])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "where",
    ["http://169.254.169.254/latest", "http://127.0.0.1:{port}/again", "//[::1]/", "/again"],
)
def test_a_redirect_is_an_answer_and_not_an_order(status: int, where: str) -> None:
    def moved(line: socket.socket, _told: bytes) -> None:
        location = where.format(port=line.getsockname()[1])
        line.sendall(f"HTTP/1.1 {status} M\r\nLocation: {location}\r\n\r\n".encode())

    with serving(moved) as server:
        assert ask(at(server.port)).status == status

    assert len(server.asked) == 1


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(saying(GOOD)) as proxy, serving(saying(GOOD)) as server:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "")
        ask(at(server.port))

    assert (proxy.asked, len(server.asked)) == ([], 1)


def test_the_next_number_is_tried_when_one_does_not_answer() -> None:
    with serving(saying(GOOD)) as server:
        client = Client(resolve=lambda *_: ["::1", "127.0.0.1", "127.0.0.1"])
        assert ask(at(server.port, "two.example.cn"), client).status == 200


def code_of(place: Place, client: Client | None = None, seconds: float = 20) -> str:
    with pytest.raises(NoAnswer) as silence:
        ask(place, client, seconds)
    return silence.value.code


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 101,
        b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + b"x" * 101,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"40\r\n" + b"x" * 64 + b"\r\n"
        b"40\r\n" + b"x" * 64 + b"\r\n0\r\n\r\n",
    ],
)
def test_an_answer_that_is_too_large_is_dropped(answer: bytes) -> None:
    with serving(saying(answer)) as server:
        assert code_of(at(server.port)) == "TOO_LARGE"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_an_answer_that_is_none_is_no_answer(answer: bytes) -> None:
    with serving(saying(answer)) as server:
        assert code_of(at(server.port)) == "UNREACHABLE"


def endless_head(line: socket.socket, _told: bytes) -> None:
    while True:
        line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def test_whoever_drips_or_never_begins_is_cut_off() -> None:
    with serving(endless_head) as server:
        assert code_of(at(server.port), seconds=0.3) == "TIMEOUT"


def test_whoever_is_silent_is_given_up() -> None:
    def silent(line: socket.socket, _told: bytes) -> None:
        line.recv(1)

    with serving(silent) as server:
        assert code_of(at(server.port), seconds=0.3) == "TIMEOUT"
        assert code_of(at(server.port, scheme="https"), seconds=0.3) in {"TIMEOUT", "UNREACHABLE"}


def test_an_answer_that_is_cut_off_in_the_middle_is_none() -> None:
    def dripping(line: socket.socket, _told: bytes) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        while True:  # never silent for long: what ends it is the time of the whole, not of one read
            line.settimeout(0.02)
            with suppress(TimeoutError):
                if not line.recv(1):
                    return
            line.sendall(b".")

    with serving(dripping) as server:
        assert code_of(at(server.port), seconds=0.3) == "TIMEOUT"


def test_time_that_is_over_before_the_line_stands_is_over() -> None:
    with serving(saying(GOOD)) as server:
        gone = Event()

        def late(place: tuple[str, int], seconds: float) -> socket.socket:
            while seconds > 0 and not gone.wait(0.6):
                gone.set()
            return socket.create_connection(place)

        assert code_of(at(server.port), Client(connect=late), seconds=0.1) == "TIMEOUT"


def test_nobody_at_the_address_is_said_without_it() -> None:
    with serving(saying(GOOD)) as server:
        port = server.port
    with pytest.raises(NoAnswer) as silence:
        ask(at(port))
    assert str(silence.value) == "UNREACHABLE ConnectionRefusedError"
    assert code_of(at(port, "nobody.example.cn"), Client(resolve=lambda *_: [])) == "UNREACHABLE"


def test_names_are_looked_up_by_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked_up("127.0.0.1", 80, 20) == ["127.0.0.1"]
    with pytest.raises(OSError, match="gaierror"):
        looked_up("no such name", 80, 20)
    with pytest.raises(OSError, match="UnicodeError"):
        looked_up("a" * 64 + ".cn", 80, 20)
    is_done = Event()

    def wait(*_: object, **__: object) -> list[object]:
        is_done.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    with pytest.raises(TimeoutError):
        looked_up("slow.example.cn", 80, 0.05)
    is_done.set()


def test_a_header_cannot_be_split() -> None:
    with serving(saying(GOOD)) as server, pytest.raises(ValueError, match="header"):
        Client().ask(
            at(server.port),
            body=b"{}",
            headers={"X-Test": "a\r\nX-Forged: 1"},
            seconds=20,
            most_bytes=1,
        )


def test_the_certificate_is_of_the_name_and_not_of_the_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = certified(tmp_path, "hooks.example.cn")
    client = Client(resolve=lambda *_: ["127.0.0.1"])
    with serving(saying(GOOD), context) as server:
        good = at(server.port, "hooks.example.cn", "https")
        assert code_of(good, client) == "UNREACHABLE"  # nobody we know signed it
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert ask(good, client).body == b"ok"
        for other in ("other.example.cn", "127.0.0.1"):
            assert code_of(at(server.port, other, "https"), client) == "UNREACHABLE"

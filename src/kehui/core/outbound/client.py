"""Ask a place once: its name is looked up once, the number pinned, and no redirect is followed.

No proxy of the environment is used. Time is limited for everything together, size for the answer.
"""

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection, IncompleteRead
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Event, Thread, Timer
from typing import Final

from kehui.core.outbound.addresses import Address, may_reach
from kehui.core.outbound.places import Place
from kehui.core.outbound.refusals import NoAnswer, PlaceForbidden

MOST_ADDRESSES: Final = 4  # of one name are tried

Resolve = Callable[[str, int, float], list[str]]
Connect = Callable[[tuple[str, int], float], socket.socket]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes


@dataclass
class _Deadline:
    """Hangs up when the time is over, however slowly the other side drips."""

    ends: float
    sock: socket.socket | None = None
    is_over: Event = field(default_factory=Event)

    @property
    def left(self) -> float:
        """The seconds left; never none at all, which would mean to wait for ever."""
        return max(self.ends - time.monotonic(), 0.001)

    def hang_up(self) -> None:
        self.is_over.set()
        if self.sock is not None:
            with suppress(OSError):
                # Not SSLSocket.shutdown: it would take TLS away under the thread that reads
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        if self.sock is not None:
            self.sock.close()


def looked_up(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a name, in the order of the system.

    Raises:
        OSError: there is no such name; TimeoutError: nobody says within the time.
    """
    found: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def look() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put([str(row[4][0]) for row in rows])
        except (OSError, UnicodeError) as error:
            found.put(error)

    # The system's own call cannot be given a time; a thread left behind ends with it
    Thread(target=look, daemon=True).start()
    try:
        told = found.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(told, list):
        return told
    raise OSError(type(told).__name__) from told


def connected(place: tuple[str, int], seconds: float) -> socket.socket:
    return socket.create_connection(place, seconds)


@dataclass(frozen=True)
class Client:
    """The one way out. Its two parts are the system's, or those of a test."""

    resolve: Resolve = looked_up
    connect: Connect = connected

    def ask(
        self,
        place: Place,
        *,
        body: bytes,
        headers: Mapping[str, str],
        seconds: float,
        most_bytes: int,
    ) -> Answer:
        """Post the body and return the answer, whatever its status; 3xx is an answer too.

        Args:
            place: from own_service() or listed_place().
            body: what is sent.
            headers: name and value; a line break in one is refused with ValueError.
            seconds: for everything together, the looking up included.
            most_bytes: of the answer's body.

        Raises:
            PlaceForbidden: the name leads where it must not; nothing was sent.
            NoAnswer: nobody answered in time, or the answer is too large.
        """
        end = _Deadline(time.monotonic() + seconds)
        timer = Timer(seconds, end.hang_up)
        timer.daemon = True
        timer.start()
        try:
            answer = self._asked(place, body, headers, end, most_bytes)
        except (OSError, HTTPException) as error:
            if end.is_over.is_set() or isinstance(error, TimeoutError):
                raise NoAnswer("TIMEOUT") from error
            raise NoAnswer("UNREACHABLE", type(error).__name__) from error
        finally:
            timer.cancel()
            end.close()
        if end.is_over.is_set():
            raise NoAnswer("TIMEOUT")
        if len(answer.body) > most_bytes:
            raise NoAnswer("TOO_LARGE")
        return answer

    def _asked(
        self,
        place: Place,
        body: bytes,
        headers: Mapping[str, str],
        end: _Deadline,
        most_bytes: int,
    ) -> Answer:
        self._connect(place, end)
        kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
        line = kind(place.host, place.port)
        line.auto_open = 0  # a line that breaks is not opened again by its name
        line.sock = end.sock
        line.request("POST", place.path, body, dict(headers))
        with line.getresponse() as told:
            said = told.read(most_bytes + 1)
            if told.length and len(said) <= most_bytes:  # it broke off
                raise IncompleteRead(said, told.length)
            return Answer(told.status, told.headers, said)

    def _connect(self, place: Place, end: _Deadline) -> None:
        """Open a line to an address that was checked, and to no other."""
        last: OSError = OSError("no address")
        for address in self._addresses(place, end)[:MOST_ADDRESSES]:
            try:
                sock = self.connect((str(address), place.port), end.left)
            except OSError as error:
                last = error
                continue
            end.sock = sock
            if end.is_over.is_set():
                raise TimeoutError
            if ip_address(sock.getpeername()[0]) != address:
                raise PlaceForbidden(host=place.host)
            if place.scheme == "https":
                context = ssl.create_default_context()
                end.sock = context.wrap_socket(
                    sock, server_hostname=place.host, do_handshake_on_connect=False
                )
                end.sock.do_handshake()
            return
        raise last

    def _addresses(self, place: Place, end: _Deadline) -> list[Address]:
        """Return where the host is. One address that is forbidden spoils them all."""
        if place.address is not None:
            return [place.address]
        told = self.resolve(place.host, place.port, end.left)
        try:
            found = [ip_address(each.replace("%", "?")) for each in dict.fromkeys(told)]  # no zones
        except ValueError:
            raise PlaceForbidden(host=place.host) from None
        if not all(may_reach(each, place.reach) for each in found):
            raise PlaceForbidden(host=place.host)
        return found


ask: Final = Client().ask

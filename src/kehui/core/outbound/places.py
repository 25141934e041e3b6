"""Places that may be asked: an address read strictly, and the list of the operator."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from kehui.core.outbound.addresses import Address, Reach, may_reach
from kehui.core.outbound.refusals import (
    AddressMalformed,
    ListMalformed,
    PlaceForbidden,
    PlaceNotListed,
)

LONGEST_URL: Final = 2_000
LONGEST_HOST: Final = 253
HIGHEST_PORT: Final = 65_535
PORTS: Final = {"https": 443, "http": 80}
_LABEL: Final = re.compile(r"[a-z0-9_-]{1,63}")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_ANY: Final = "*"


@dataclass(frozen=True)
class Place:
    """One address that was read: nothing in it can be read in a second way.

    `address` is the host as a number when it was written as one.
    """

    scheme: str
    host: str
    port: int
    path: str
    reach: Reach
    address: Address | None = None

    def under(self, path: str) -> "Place":
        """Return the place below this one, `path` beginning with a slash."""
        return replace(self, path=self.path.rstrip("/") + path)


@dataclass(frozen=True)
class _Entry:
    """One line of the list. A host that begins with a dot means all names below it."""

    scheme: str
    host: str
    port: int

    def allows(self, place: Place) -> bool:
        named = place.address is None
        is_host = (
            place.host == self.host
            or (named and self.host == _ANY and "." in place.host)
            or (named and self.host.startswith(".") and place.host.endswith(self.host))
        )
        return is_host and (place.scheme, place.port) == (self.scheme, self.port)


def own_service(url: str) -> Place:
    """Return the place of a service of the operator: naming it in a setting allows it.

    It may lie on this machine or in our network, and do without encryption there; a metadata
    service it may not be, and it has no query: more is put behind its path.

    Raises:
        AddressMalformed, PlaceForbidden: see there.
    """
    place = _read(url, Reach.OWN)
    if "?" in place.path:
        raise AddressMalformed
    return _reachable(place)


def listed_place(url: str) -> Place:
    """Return the place that somebody else wrote: only when the operator's list names it.

    Raises:
        AddressMalformed, PlaceNotListed, PlaceForbidden, ListMalformed: see there.
    """
    place = _read(url, Reach.PUBLIC)
    if not any(entry.allows(place) for entry in allow_list(settings.OUTBOUND)):
        raise PlaceNotListed(host=place.host)
    return _reachable(place)


def _reachable(place: Place) -> Place:
    if place.address is not None and not may_reach(place.address, place.reach):
        raise PlaceForbidden(host=place.host)
    return place


@lru_cache(maxsize=8)
def allow_list(told: str) -> tuple[_Entry, ...]:
    """Read the setting.

    Raises:
        ListMalformed: a part of it names no host.
    """
    return tuple(_entry(each.strip()) for each in told.split(",") if each.strip())


def _entry(told: str) -> _Entry:
    url = told if "://" in told else f"https://{told}"
    start, wildcard, rest = url.partition("://*.")
    try:
        if wildcard:
            below = _read(f"{start}://{rest}", Reach.PUBLIC)
            is_good = below.address is None and below.path == "/"
            entry = _Entry(below.scheme, f".{below.host}", below.port)
        elif url == f"https://{_ANY}":
            return _Entry("https", _ANY, PORTS["https"])
        else:
            place = _read(url, Reach.PUBLIC)
            is_good, entry = place.path == "/", _Entry(place.scheme, place.host, place.port)
    except AddressMalformed:
        raise ListMalformed(found=told) from None
    if not is_good:
        raise ListMalformed(found=told)
    return entry


def _read(url: str, reach: Reach) -> Place:
    """Read an address. What two programs might read differently is refused."""
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' \\#<>"^`{|}')
    if not is_plain or len(url) > LONGEST_URL:
        raise AddressMalformed
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressMalformed from None
    is_bracketed = parts.netloc.startswith("[")
    spelt = (f"[{host}]" if is_bracketed else host) + (f":{port}" if port is not None else "")
    if parts.scheme not in PORTS or parts.netloc.lower() != spelt:
        raise AddressMalformed
    number = PORTS[parts.scheme] if port is None else port
    address = _address(host, is_bracketed=is_bracketed)
    if (address is None and not _is_name(host)) or not 0 < number <= HIGHEST_PORT:
        raise AddressMalformed
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    shown = host if address is None else str(address)
    return Place(parts.scheme, shown, number, path, reach, address)


def _address(host: str, *, is_bracketed: bool) -> Address | None:
    """Return the number that a host is, or nothing. Octal, hexadecimal and short ones are none."""
    try:
        if is_bracketed:
            return IPv6Address(host.replace("%", "?"))  # no zones
        if _NUMBER.fullmatch(host.rpartition(".")[2]):
            return IPv4Address(host)
    except AddressValueError:
        raise AddressMalformed from None
    return None


def _is_name(host: str) -> bool:
    labels = host.split(".")
    return len(host) <= LONGEST_HOST and all(
        _LABEL.fullmatch(each) and not each.startswith("-") and not each.endswith("-")
        for each in labels
    )

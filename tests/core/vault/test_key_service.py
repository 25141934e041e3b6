"""A service that holds the keys: used as a file is, and clearly refused when it fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.core.vault.key_desk import Desk, open_desk

from kehui.core.crypto import INTL, BrokenSealError
from kehui.core.vault.holders import KeyServiceDown, KeyServiceRefused, KeyUnknown
from kehui.core.vault.key_service import MOST_BYTES, KeyService

SECRET = b"secret of a person"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "far") as desk:
        yield desk


def service(desk: Desk, *, is_known: bool = True) -> KeyService:
    return KeyService(desk.url, token="t0ken" if is_known else "", seconds=5, profile=INTL)


def test_it_wraps_unwraps_and_codes(desk: Desk) -> None:
    keys = service(desk)

    master, wrapped = keys.wrap(SECRET, bound=b"person 7")

    assert (keys.profile, keys.master()) == (INTL, master)
    assert SECRET not in wrapped
    assert keys.unwrap(wrapped, master=master, bound=b"person 7") == SECRET
    assert keys.codes("phone", b"1") == desk.keys.codes("phone", b"1")
    assert desk.asked[0] == ("/keys/wrap", "Bearer t0ken")


def test_no_token_is_sent_where_there_is_none(desk: Desk) -> None:
    service(desk, is_known=False).master()

    assert desk.asked == [("/keys/master", "")]


def test_what_it_does_not_know_or_open_is_said(desk: Desk) -> None:
    keys = service(desk)
    master, wrapped = keys.wrap(SECRET, bound=b"person 7")

    with pytest.raises(BrokenSealError):
        keys.unwrap(wrapped, master=master, bound=b"person 8")
    with pytest.raises(KeyUnknown):
        keys.unwrap(wrapped, master="0" * 16, bound=b"person 7")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_cannot_now_is_down(desk: Desk, status: int) -> None:
    desk.says = (status, b"{}")

    with pytest.raises(KeyServiceDown):
        service(desk).master()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (302, b"{}"),
        (403, b"{}"),
        (404, b"{}"),
        (422, b"{}"),
        (200, b"no JSON"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"master": ""}'),
        (200, b" " * (MOST_BYTES + 1)),
    ],
)
def test_an_answer_we_cannot_use_is_refused(desk: Desk, status: int, body: bytes) -> None:
    desk.says = (status, body)

    with pytest.raises(KeyServiceRefused):
        service(desk).master()


@pytest.mark.parametrize(
    "body", [b"{}", b'{"codes": []}', b'{"codes": "AA=="}', b'{"codes": ["?"]}', b'{"codes": [1]}']
)
def test_codes_are_a_list_of_bytes(desk: Desk, body: bytes) -> None:
    desk.says = (200, body)

    with pytest.raises(KeyServiceRefused):
        service(desk).codes("phone", b"1")


def test_nobody_at_the_address_is_down(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        keys = service(desk)

    with pytest.raises(KeyServiceDown):
        keys.master()


def test_an_address_with_tls_is_asked_with_tls(desk: Desk) -> None:
    keys = KeyService(desk.url.replace("http:", "https:"), token="", seconds=5, profile=INTL)

    with pytest.raises(KeyServiceDown):  # the desk speaks no TLS
        keys.master()
    assert desk.asked == []


@pytest.mark.parametrize("url", ["127.0.0.1/keys", "http://169.254.169.254/keys", "http://a/?b"])
def test_an_address_that_must_not_be_asked_is_refused(url: str) -> None:
    keys = KeyService(url, token="", seconds=5, profile=INTL)

    with pytest.raises(KeyServiceRefused, match="OUTBOUND_"):
        keys.master()

"""An address is read in one way or not at all, and leads only where the operator allows."""

from ipaddress import ip_address

import pytest
from pytest_django import Settings
from tests.core.outbound import vectors

from kehui.core.outbound import (
    AddressMalformed,
    ListMalformed,
    PlaceForbidden,
    PlaceNotListed,
    listed_place,
    own_service,
)


def written(number: str) -> str:
    return f"[{number}]" if ":" in number else number


def test_there_are_enough_vectors() -> None:
    told = [vectors.FORBIDDEN, vectors.MALFORMED, vectors.UNLISTED, vectors.PUBLIC, vectors.LISTED]
    assert sum(map(len, told)) >= 120
    assert len(set(vectors.MALFORMED)) == len(vectors.MALFORMED)


def test_without_a_list_nothing_leaves(settings: Settings) -> None:
    assert settings.OUTBOUND == ""
    with pytest.raises(PlaceNotListed, match=r"hooks\.example\.cn.*KEHUI_OUTBOUND"):
        listed_place("https://hooks.example.cn/")


@pytest.mark.parametrize("url", vectors.MALFORMED)
def test_what_can_be_misread_is_not_read(url: str, settings: Settings) -> None:
    settings.OUTBOUND = f"*, {vectors.LIST}"

    for read in (listed_place, own_service):
        with pytest.raises(AddressMalformed):
            read(url)


@pytest.mark.parametrize("url", vectors.UNLISTED)
def test_what_is_not_listed_is_refused(url: str, settings: Settings) -> None:
    settings.OUTBOUND = vectors.LIST

    with pytest.raises(PlaceNotListed):
        listed_place(url)


@pytest.mark.parametrize("url", vectors.LISTED)
def test_what_is_listed_is_allowed(url: str, settings: Settings) -> None:
    settings.OUTBOUND = vectors.LIST

    place = listed_place(url)

    assert (place.host, place.port, place.path) == vectors.LISTED[url]


@pytest.mark.parametrize("number", vectors.FORBIDDEN)
def test_no_list_opens_our_own_network(number: str, settings: Settings) -> None:
    settings.OUTBOUND = f"{written(number)}, http://{written(number)}"

    for scheme in ("https", "http"):
        with pytest.raises(PlaceForbidden):
            listed_place(f"{scheme}://{written(number)}/")


@pytest.mark.parametrize("number", vectors.PUBLIC)
def test_public_numbers_may_be_listed(number: str, settings: Settings) -> None:
    settings.OUTBOUND = written(number)

    assert listed_place(f"https://{written(number)}/").address == ip_address(number)


@pytest.mark.parametrize("number", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "::1", "fd12::1"])
def test_a_service_of_the_operator_may_be_at_home(number: str) -> None:
    place = own_service(f"http://{written(number)}:11434/v1/").under("/embeddings")

    assert (place.host, place.port, place.path) == (number, 11434, "/v1/embeddings")


@pytest.mark.parametrize(
    "number",
    ["169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "0.1.2.3", "fe80::1",
     "::ffff:127.0.0.1", "224.0.0.1"],
)  # fmt: skip
def test_not_even_the_operator_asks_a_metadata_service(number: str) -> None:
    with pytest.raises(PlaceForbidden):
        own_service(f"http://{written(number)}/latest")


def test_a_service_of_the_operator_has_no_query() -> None:
    with pytest.raises(AddressMalformed):
        own_service("http://127.0.0.1/v1?key=1")


def test_one_sign_lists_every_name_but_no_number(settings: Settings) -> None:
    settings.OUTBOUND = "*"

    assert listed_place("https://anything.example/").host == "anything.example"
    for url in ("https://localhost/", "https://8.8.8.8/", "http://anything.example/"):
        with pytest.raises(PlaceNotListed):
            listed_place(url)


@pytest.mark.parametrize("told", vectors.BROKEN_LISTS)
def test_a_list_that_cannot_be_read_is_said(told: str, settings: Settings) -> None:
    settings.OUTBOUND = told

    with pytest.raises(ListMalformed, match="KEHUI_OUTBOUND"):
        listed_place("https://hooks.example.cn/")

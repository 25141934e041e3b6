"""Seeded numbers are nowhere to be found: not in a dump, the logs, the caches or an export."""

import base64
import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from django.core import serializers
from django.core.cache import cache
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo
from tests.makers import NOW, make_operator, make_person
from tests.web.entering import enter

from kehui.core import personal_numbers
from kehui.people import services
from kehui.people.models import Level, PersonalDetails
from kehui.server.backup import environment_of
from kehui.server.programs import program

PEOPLE = 500  # with three numbers each

pytestmark = pytest.mark.django_db(transaction=True)  # pg_dump must see it


def numbers_of(dice: Random) -> tuple[str, str, str]:
    phone = f"1{dice.randrange(3, 10)}{dice.randrange(10**9):09d}"
    born = f"{dice.randrange(1950, 2006)}{dice.randrange(1, 13):02d}{dice.randrange(1, 29):02d}"
    seventeen = f"51{dice.randrange(10**4):04d}{born}{dice.randrange(10**3):03d}"
    fifteen = f"6{dice.randrange(10**14):014d}"
    return (
        phone,
        seventeen + personal_numbers.identity_check(seventeen),
        fifteen + personal_numbers.luhn_check(fifteen),
    )


def guises(number: str) -> Iterator[bytes]:
    """Write the number as it might slip through: plain, reversed, full-width, base64, hex."""
    yield number.encode()
    yield number[::-1].encode()
    yield "".join(chr(ord(each) + 0xFEE0) for each in number).encode()
    yield number.encode().hex().encode()
    for start in range(3):  # base64 depends on where in its text the number begins
        whole = base64.b64encode(b"\x00" * start + number.encode())
        yield whole[4 if start else 0 : len(whole) // 4 * 4 - 4]


def found_in(haystack: bytes, numbers: list[str]) -> list[str]:
    """Return the numbers found, by windows of one pass: each guise is looked up, not searched."""
    wanted = {guise: number for number in numbers for guise in guises(number)}
    by_length: dict[int, set[bytes]] = {}
    for guise in wanted:
        by_length.setdefault(len(guise), set()).add(guise)
    return sorted(
        {
            wanted[haystack[place : place + length]]
            for length, guises_ in by_length.items()
            for place in range(len(haystack) - length + 1)
            if haystack[place : place + length] in guises_
        }
    )


@pytest.mark.parametrize(
    "text",
    [
        "x13812345678y",
        "87654321831",
        "１３８１２３４５６７８",
        "MTM4MTIzNDU2Nzg=",
        "3133383132333435363738",
    ],
)
def test_the_search_itself_finds_a_number_in_every_guise(text: str) -> None:
    assert found_in(text.encode(), ["13812345678", "13900001111"]) == ["13812345678"]


def test_base64_is_found_wherever_it_begins() -> None:
    for before in (b"a", b"ab", b"abc", b"abcd"):
        text = base64.b64encode(before + b"13812345678" + b"and more")

        assert found_in(text, ["13812345678"]) == ["13812345678"]


def dump(folder: Path) -> bytes:
    """Return everything `pg_dump` writes of this database, as plain text."""
    said = connection.get_connection_params()
    url = make_conninfo(
        **{each: said[each] for each in ("dbname", "host", "user", "port") if said.get(each)}
    )
    target = folder / "plain.sql"
    command = [str(program("pg_dump")), "--inserts", "--no-password", f"--file={target}"]
    subprocess.run(command, env=environment_of(url), check=True)
    return target.read_bytes()


def seeded() -> list[str]:
    """Give the numbers through the services, and return them all."""
    dice, numbers = Random(51), []
    for _each in range(PEOPLE):
        person = make_person(level=Level.V1)
        phone, identity, card = numbers_of(dice)
        services.give_phone(person=person, phone=phone, at=NOW)
        services.give_identity_number(person=person, number=identity, at=NOW)
        services.give_bank_card(person=person, number=card, at=NOW)
        numbers += [phone, identity, card]
    return numbers


def pages(client: Client, number: str) -> bytes:
    """Return what our pages say of a number: to its person, and to an operator."""
    person = enter(client, make_person(level=Level.V1))
    said = [client.post("/me/phone/", {"phone": number}, follow=True)]
    said += [client.get("/me/settings/"), client.get("/me/")]
    enter(client, make_operator())
    said += [
        client.get("/back-office/people/"),
        client.get(f"/back-office/people/{person.pk}/phone/"),
    ]
    client.logout()
    client.post("/sign-in/", {"username": number, "password": "wrong words"})  # for the logs
    return b"".join(each.content for each in said)


def test_seeded_numbers_are_nowhere(
    client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        numbers = seeded()
        shown = pages(client, "13700001111")
        services.add_master_key(at=NOW)
        services.reseal(at=NOW, limit=PEOPLE)
    exported = serializers.serialize("json", PersonalDetails.objects.all())
    cached = repr(getattr(cache, "_cache", {}))
    everything = [dump(tmp_path), exported.encode(), caplog.text.encode(), cached.encode()]

    assert len(numbers) == 3 * PEOPLE
    assert found_in(b"\n".join([*everything, shown]), numbers) == []
    assert found_in(b"\n".join([*everything, shown]), ["13700001111"]) == []


def test_a_number_kept_plainly_would_be_found(tmp_path: Path) -> None:
    make_person("13812345678")

    assert found_in(dump(tmp_path), ["13812345678"]) == ["13812345678"]

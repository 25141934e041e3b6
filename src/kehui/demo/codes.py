"""Synthetic unified social credit codes, right by both check characters (GB 32100-2015)."""

from __future__ import annotations

from random import Random

from kehui.core.uscc import ALPHABET, check_character, inner_check_character

PREFIX = {
    "enterprise": "91",
    "individual_business": "92",
    "cooperative": "93",
    "village_collective": "N2",
    "public_institution": "12",
    "government": "11",
    "university": "12",
    "research_institute": "12",
    "society": "51",
    "new_rd_body": "52",
    "tech_transfer_center": "52",
}


def credit_code(rng: Random, kind: str, region: str, serial: int) -> str:
    """Return a valid code that no other serial number gets; its body starts with MA (new codes)."""
    body = "MA" + rng.choice("9BCDEF") + _base31(serial, 5)
    first = PREFIX.get(kind, "91") + region + body
    first += inner_check_character(body)
    return first + check_character(first)


def _base31(value: int, width: int) -> str:
    signs = []
    for _ in range(width):
        value, rest = divmod(value, 31)
        signs.append(ALPHABET[rest])
    return "".join(reversed(signs))

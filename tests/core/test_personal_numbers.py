"""Phones, identity numbers and bank cards: read leniently, checked, shown masked."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.core import personal_numbers
from kehui.core.errors import Refused
from kehui.core.personal_numbers import (
    BankCardMalformed,
    BankCardWrong,
    BirthdayImpossible,
    IdentityNumberMalformed,
    IdentityNumberWrong,
    PhoneMalformed,
)

TODAY = date(2026, 3, 2)


def full_width(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        " 138 1234 5678 ",
        "138-1234-5678",
        "+86 138 1234 5678",
        "0086-13812345678",
        "86 13812345678",
        "(+86)138.1234.5678",
        "＋８６　１３８１２３４５６７８",
        "138\u200b1234\u20115678",
        full_width("13812345678"),
    ],
)
def test_a_mobile_number_is_kept_in_one_form(text: str) -> None:
    assert personal_numbers.phone(text) == "13812345678"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1381234567",
        "138123456789",
        "12812345678",
        "028-86661234",
        "+1 138 1234 5678",
        "١٣٨١٢٣٤٥٦٧٨",
        "一三八一二三四五六七八",
        "𠮷·",
        "8613812345678 9",
    ],
)
def test_what_is_no_mobile_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(PhoneMalformed) as caught:
        personal_numbers.phone(text, field="phone")

    assert caught.value.field == "phone"
    assert caught.value.params == {}


def numbered(seventeen: str) -> str:
    return seventeen + personal_numbers.identity_check(seventeen)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("11010519491231002X", "11010519491231002X"),  # the example of GB 11643
        ("11010519491231002x", "11010519491231002X"),
        (full_width("11010519491231002X"), "11010519491231002X"),
        (" 110105 19491231 002X ", "11010519491231002X"),
        (numbered("51010720000229001"), numbered("51010720000229001")),
    ],
)
def test_an_identity_number_is_kept_in_one_form(text: str, kept: str) -> None:
    assert personal_numbers.identity_number(text, on=TODAY) == kept


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", IdentityNumberMalformed),
        ("110105491231002", IdentityNumberMalformed),
        ("01010519491231002X", IdentityNumberMalformed),
        ("1101051949X231002X", IdentityNumberMalformed),
        ("110105194912310021", IdentityNumberWrong),
        (numbered("11010520010229001"), BirthdayImpossible),
        (numbered("11010520260303001"), BirthdayImpossible),
        (numbered("11010519051231001"), BirthdayImpossible),
        ("440524188001010014", BirthdayImpossible),  # the other example: older than anybody
    ],
)
def test_a_wrong_identity_number_is_refused(text: str, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as caught:
        personal_numbers.identity_number(text, on=TODAY, field="identity_number")

    assert (caught.value.field, caught.value.params) == ("identity_number", {})


@given(
    digits=st.from_regex(r"[1-9][0-9]{16}", fullmatch=True),
    place=st.integers(0, 16),
    digit=st.integers(0, 9),
)
def test_one_wrong_digit_never_passes_the_check(digits: str, place: int, digit: int) -> None:
    changed = f"{digits[:place]}{digit}{digits[place + 1 :]}"

    same = personal_numbers.identity_check(digits) == personal_numbers.identity_check(changed)

    assert same == (digits == changed)


def test_a_bank_card_is_kept_in_one_form() -> None:
    # the card of ISO/IEC 7812-1, annex B, and one of 19 digits
    assert personal_numbers.luhn_check("7992739871") == "3"
    assert personal_numbers.bank_card("4111 1111-1111 1111") == "4111111111111111"
    long = "622202100000000012"
    assert personal_numbers.bank_card(long + personal_numbers.luhn_check(long))[:18] == long


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", BankCardMalformed),
        ("411111111111", BankCardMalformed),
        ("4" * 20, BankCardMalformed),
        ("0111111111111111", BankCardMalformed),
        ("4111111111111112", BankCardWrong),
    ],
)
def test_a_wrong_bank_card_is_refused(text: str, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as caught:
        personal_numbers.bank_card(text, field="bank_card")

    assert (caught.value.field, caught.value.params) == ("bank_card", {})


@pytest.mark.parametrize(
    ("mask", "number", "shown"),
    [
        (personal_numbers.masked_phone, "13812345678", "138****5678"),
        (personal_numbers.masked_identity_number, "11010519491231002X", "110***********002X"),
        (personal_numbers.masked_bank_card, "4111111111111111", "**** 1111"),
    ],
)
def test_masks_hide_the_middle(mask: Callable[[str], str], number: str, shown: str) -> None:
    assert mask(number) == shown

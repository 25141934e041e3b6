"""Amounts: read as people write them, shown exactly."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from kehui.core import money
from kehui.core.money import AmountMalformed, in_chinese, in_english, parse, show


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.5万元", 12_500_000),
        ("12.5 万", 12_500_000),
        ("1,200元", 120_000),
        ("1，200 元整", 120_000),
        ("１２００", 120_000),
        ("１２．５万元", 12_500_000),
        ("¥1,234,567.89", 123_456_789),
        ("￥88", 8_800),
        ("人民币3千元", 300_000),
        ("3百万", 300_000_000),
        ("2千万元", 2_000_000_000),
        ("1.2亿元", 12_000_000_000),
        ("5角", 50),
        ("7分", 7),
        ("0", 0),
        ("30块", 3_000),
        ("20W", 20_000_000),
        ("500 RMB", 50_000),
    ],
)
def test_read_as_people_write(text: str, fen: int) -> None:
    assert parse(text) == fen


def test_a_bare_number_counts_in_the_unit_of_its_column() -> None:
    assert parse("12.5", unit="万元") == 12_500_000
    assert parse("12.5元", unit="万元") == 1_250


@pytest.mark.parametrize(
    "text",
    [
        "",
        "面议",
        "-5",
        "1.2.3",
        "0.001",
        "0.5分",
        "12,00",
        "1e5",
        "5万5",
        "元",
        "5分元",
        "5角元",
        "5万万万",
        "10-20万元",
        "92233720368547759元",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(AmountMalformed) as refusal:
        parse(text, field="price")
    assert (refusal.value.code, refusal.value.field) == ("AMOUNT_FORM", "price")


def test_an_unknown_unit_of_a_column_is_refused() -> None:
    with pytest.raises(AmountMalformed):
        parse("5", unit="dollar")


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (0, "0 元"),
        (7, "0.07 元"),
        (120_000, "1,200 元"),
        (120_050, "1,200.50 元"),
        (999_999, "9,999.99 元"),
        (1_000_000, "1 万元"),
        (12_500_000, "12.5 万元"),
        (12_340_000, "12.34 万元"),
        (12_345_600, "123,456 元"),
        (12_000_000_000, "1.2 亿元"),
        (12_345_000_000, "12,345 万元"),
        (-12_500_000, "-12.5 万元"),
        (-7, "-0.07 元"),
    ],
)
def test_shown_in_the_unit_that_says_it_exactly(fen: int, shown: str) -> None:
    assert in_chinese(fen) == shown


def test_shown_in_the_language_of_the_reader() -> None:
    with override("en"):
        assert show(12_500_000) == in_english(12_500_000) == "CNY 125,000"
    with override("zh-hans"):
        assert show(12_500_000) == "12.5 万元"
    with override(None):
        assert show(50) == "0.50 元"


@given(st.integers(0, money.MOST_FEN))
def test_what_is_shown_is_read_back_to_the_fen(fen: int) -> None:
    assert parse(in_chinese(fen)) == fen
    assert parse(in_english(fen)) == fen

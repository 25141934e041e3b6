"""Numbers that people read out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.core import numbers
from kehui.core.numbers import NumberMistyped, parse
from kehui.core.uscc import ALPHABET


def test_a_number_looks_like_this() -> None:
    assert (
        numbers.write(region="510100", year=2026, serial=42) == "KH-510100-26-000042Y"
    )  # by hand: 249 mod 31 is 1


def test_a_number_is_read_as_people_type_it() -> None:
    number = numbers.write(region="510100", year=2026, serial=42)
    assert parse(f" {number.lower()} ") == number
    assert parse(number.replace("-", "")) == number


@pytest.mark.parametrize("text", ["", "KH-510100-26-000042", "KH-51010-26-000042A", "科汇"])
def test_a_wrong_form_is_refused(text: str) -> None:
    with pytest.raises(NumberMistyped) as refusal:
        parse(text, field="number")
    assert (refusal.value.code, refusal.value.field) == ("NUMBER_CHECK", "number")


@given(
    st.integers(100_000, 999_999),
    st.integers(2020, 2119),
    st.integers(0, 10**12),
    st.data(),
)
def test_one_wrong_character_is_always_found(
    region: int, year: int, serial: int, data: st.DataObject
) -> None:
    number = numbers.write(region=str(region), year=year, serial=serial)
    assert parse(number) == number
    places = [place for place in range(3, len(number)) if number[place] != "-"]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from([each for each in ALPHABET if each != number[place]]))
    with pytest.raises(NumberMistyped):
        parse(number[:place] + wrong + number[place + 1 :])

"""The unified social credit code: every line of the table, and every vector."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.core import uscc
from kehui.core.uscc import ALPHABET, Doubt, UsccCheckFailed, UsccMalformed, parse

VECTORS = [
    "91110000600037341L",
    "N2511024MA6ABC122R",
    "N3511102MA6ABC1220",
    "Y1510100MA6ABC122L",
    "A1510107MA6ABC122E",
    "12510000MA6ABC122A",
    "52510000MA6ABC1226",
]


@pytest.mark.parametrize("code", VECTORS)
def test_valid_by_both_checks(code: str) -> None:
    read = parse(code)
    assert read.code == code
    assert read.doubts == ()
    assert not read.needs_review
    assert (read.department, read.kind, read.region, read.organization) == (
        code[0],
        code[1],
        code[2:8],
        code[8:17],
    )


@pytest.mark.parametrize(
    "typed",
    [
        "91110000600037341l",
        "９１１１００００６０００３７３４１Ｌ",
        " 9111 0000 6000 3734 1L\n",
        "91110000-600037341-L",
        "91110000\u2014600037341\uff0dL",
        "\ufeff91110000\u200b600037341L",
    ],
)
def test_what_people_type_is_normalized(typed: str) -> None:
    assert parse(typed).code == "91110000600037341L"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "91110000600037341",
        "91110000600037341LL",
        "9111000060003734IL",
        "9111000060003734OL",
        "9111000060003734SL",
        "9111000060003734VL",
        "9111000060003734ZL",
        "9111000060003734中L",
        "91110000600037341_",
        "510107000012345",  # an old license number is kept elsewhere
    ],
)
def test_a_wrong_form_is_refused(typed: str) -> None:
    with pytest.raises(UsccMalformed) as refusal:
        parse(typed, field="uscc")
    assert (refusal.value.code, refusal.value.status, refusal.value.field) == (
        "USCC_FORM",
        422,
        "uscc",
    )


def test_a_wrong_check_names_the_place_and_not_the_right_character() -> None:
    with pytest.raises(UsccCheckFailed) as refusal:
        parse("911100006000373410")
    assert refusal.value.code == "USCC_CHECK"
    assert "18" in refusal.value.chinese
    assert "18" in refusal.value.english
    assert "L" not in refusal.value.chinese


def with_check(body: str) -> str:
    return body + uscc.check_character(body)


def test_a_wrong_inner_check_is_accepted_with_a_warning() -> None:
    read = parse(with_check("91110000600037340"))
    assert read.doubts == (Doubt.INNER_CHECK,)
    assert read.needs_review


def test_an_unknown_kind_or_department_is_accepted_with_a_warning() -> None:
    assert parse(with_check("99110000600037341")).doubts == (Doubt.UNKNOWN_KIND,)
    assert parse(with_check("B1110000600037341")).doubts == (Doubt.UNKNOWN_KIND,)


def test_a_region_of_another_day_is_accepted() -> None:
    assert parse(with_check("91510125600037341")).region == "510125"  # abolished long ago
    assert parse(with_check("91999999600037341")).doubts == ()


@pytest.mark.parametrize(
    ("body", "check"), [("60003734", "1"), ("00001009", "X"), ("MA6ABC12", "2"), ("00000000", "0")]
)
def test_the_inner_check(body: str, check: str) -> None:
    assert uscc.inner_check_character(body) == check


bodies = st.text(ALPHABET, min_size=17, max_size=17)


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body: str, place: int, wrong: str) -> None:
    code = with_check(body)
    changed = code[:place] + wrong + code[place + 1 :]
    if changed == code:
        assert parse(changed).code == code
    else:
        with pytest.raises(UsccCheckFailed):
            parse(changed)


@given(bodies, st.integers(0, 15))
def test_two_neighbors_exchanged_are_always_found(body: str, place: int) -> None:
    code = with_check(body)
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if changed != code:
        with pytest.raises(UsccCheckFailed):
            parse(changed)

"""Offsets, terms, amounts: what the text engine promises about any text."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kehui.engines.text import Quantity, coherence, normalize, quantities, terms, tokens
from kehui.engines.text.bulk import count_terms
from kehui.engines.text.segment import term_key
from kehui.engines.text.units import to_base

TEXTS = st.text(
    st.sampled_from("高盐廢水蒸發结晶技术ＭＶＲmvrPAO304不锈钢，。 ≥５00MPa/吨\n😀ﬁ的公司需求")
    | st.characters(),
    max_size=40,
)


@given(TEXTS)
@settings(deadline=None)
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    folded = normalize(text)

    assert len(folded) == len(text)
    assert normalize(folded) == folded


@given(TEXTS)
@settings(deadline=None)
def test_terms_stand_where_they_say(text: str) -> None:
    folded = normalize(text)

    assert all(folded[token.start : token.end] == token.term for token in tokens(text))
    assert Counter(token.term for token in tokens(text)) == Counter(terms(text))


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
@settings(deadline=None)
def test_counting_in_bulk_is_counting_one_by_one(texts: list[tuple[str, str]]) -> None:
    counts = count_terms(texts)

    for row, (title, body) in enumerate(texts):
        mine = counts.rows == row
        keys = counts.keys[counts.terms[mine]].tolist()
        for field, text in ((counts.title, title), (counts.body, body)):
            wanted = Counter(term_key(term) for term in terms(text))
            found = dict(zip(keys, field[mine].tolist(), strict=True))
            assert {key: n for key, n in found.items() if n} == wanted
    assert np.all(np.diff(counts.keys) > 0)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "subject"),
    [
        ("抗拉强度≥ 500 MPa", 500, None, "mpa", "抗拉强度"),
        ("处理成本不高于35 元/吨", None, 35, "元/吨", "处理成本"),
        ("成本 38–42 元/吨", 38, 42, "元/吨", "成本"),
        ("收率1.5%～2%", 1.5, 2, "%", "收率"),
        ("费用3.5万元以内", None, 3.5, "万元", "费用"),
        ("寿命达10 万次", 10, None, "万次", "寿命"),
        ("含水率降至 12% 以下", None, 12, "%", "含水率"),
    ],
)
def test_amounts_are_read_with_comparator_range_and_unit(
    text: str, low: float | None, high: float | None, unit: str, subject: str
) -> None:
    (found,) = quantities(text)

    assert (found.low, found.high, found.unit, found.subject) == (low, high, unit, subject)


def test_names_of_grades_are_no_amounts() -> None:
    assert quantities("304不锈钢，PM2.5，A356铝合金，第3代") == []


def test_units_of_one_dimension_compare() -> None:
    assert to_base(0.5, "GPa") == to_base(500, "MPa")
    assert to_base(3, "万元") == to_base(30_000, "元")
    assert to_base(40, "斤/亩") == to_base(20, "公斤/亩")


def test_offsets_of_amounts_point_into_the_text() -> None:
    text = "要求：強度 ≥５００ＭＰａ，成本低。"

    (found,) = quantities(text)

    assert isinstance(found, Quantity)
    assert text[found.start : found.end] == "≥５００ＭＰａ"


def test_coherence_is_the_share_of_the_title_the_body_takes_up() -> None:
    assert coherence("高盐废水蒸发结晶", "高盐废水需要蒸发结晶") > 0.7
    assert coherence("高盐废水蒸发结晶", "猕猴桃采后保鲜") == 0
    assert coherence("技术需求", "任何内容") == 1

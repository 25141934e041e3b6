"""What is read out of a text: amounts, indicators, units, names, clarity, queries."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.engines.matching import Indicator, read_indicators
from kehui.engines.text import (
    Lexicon,
    clarity,
    parse_query,
    quantities,
)
from kehui.engines.text.units import MEASURES, measure, to_base


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, "万吨/年"), (10_000, "吨/年")),
        ((1, "kg/d"), (1, "公斤/天")),
        ((2, "百台"), (200, "台")),
        ((1, "亿元/年"), (10_000, "万元/a")),
        ((3, "K/min"), (3, "℃/分")),  # a rate is a difference: the zero of the scale is none
        ((1, "度/吨"), (1, "kWh/t")),
        ((1, "=mass"), (1, "kg")),
        ((1, "車/天"), (1, "车/日")),
        ((1, "Ｍｐａ"), (1000, "kPa")),
    ],
)
def test_one_amount_in_two_spellings_is_one_amount(
    one: tuple[float, str], other: tuple[float, str]
) -> None:
    assert measure(one[1]).dimension == measure(other[1]).dimension
    assert to_base(*one) == pytest.approx(to_base(*other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("台", "套"),
        ("元", "元/吨"),
        ("吨/年", "吨/天"),
        ("格", "目"),
        ("车/天", "船/天"),
        ("K", "V"),
    ],
)
def test_what_cannot_be_compared_is_of_two_dimensions(one: str, other: str) -> None:
    assert measure(one).dimension != measure(other).dimension


def test_kelvin_and_celsius_have_one_zero() -> None:
    assert to_base(273.15, "K") == pytest.approx(to_base(0, "℃"), abs=1e-9)


@given(st.sampled_from(sorted(MEASURES)), st.floats(0.1, 1e6))
def test_a_greater_amount_is_greater_in_base_units(unit: str, value: float) -> None:
    assert to_base(value * 2, unit) > to_base(value, unit)
    assert math.isfinite(to_base(value, unit))


@pytest.mark.parametrize("text", ["SUS304级不锈钢", "型号X.5mm", "A356级铝合金"])
def test_figures_inside_a_name_are_no_amounts(text: str) -> None:
    assert quantities(text) == []


def test_an_amount_knows_how_it_is_measured() -> None:
    (found,) = quantities("抗拉强度≥500MPa")

    assert (found.measure.dimension, found.measure.factor) == ("pressure", 1e6)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("抗拉强度≥500MPa", Indicator("抗拉强度", ">=", 500, None, "mpa")),
        ("处理成本不高于35元/吨", Indicator("处理成本", "<=", 35, None, "元/吨")),
        ("收率80%～95%", Indicator("收率", "range", 80, 95, "%")),
        ("处理水量120吨", Indicator("处理水量", "=", 120, 120, "吨")),
    ],
)
def test_an_indicator_is_read_with_its_sign(text: str, wanted: Indicator) -> None:
    assert read_indicators(text) == (wanted,)


def test_only_amounts_of_something_with_a_unit_are_indicators() -> None:
    assert read_indicators("≥500，约3台，强度大于500。") == ()


def test_of_two_statements_about_one_thing_the_first_counts() -> None:
    text = "抗拉强度≥500MPa，抗拉强度≥0.3GPa，抗拉强度保持90%。"

    found = read_indicators(text)

    assert [(each.value, each.unit) for each in found] == [(500, "mpa"), (90, "%")]


def test_no_more_indicators_are_read_than_asked_for() -> None:
    text = "。".join(f"第{name}段温度达到{20 + place}℃" for place, name in enumerate("甲乙丙丁戊"))

    assert len(read_indicators(text)) == 5
    assert read_indicators(text, most=2) == read_indicators(text)[:2]


def test_the_longest_name_at_a_place_is_meant() -> None:
    lexicon = Lexicon({"高温涂层": ["TBC"], "高温": ["热端"], "高盐废水": ["浓盐水"]})

    found = [(each.name, each.other_names) for each in lexicon.mentions("高温涂层与高温部件，高炉")]

    assert found == [("高温涂层", ("tbc",)), ("高温", ("热端",))]


def test_a_latin_name_is_not_found_inside_a_word() -> None:
    lexicon = Lexicon({"PAO": ["聚α烯烃"]})

    assert lexicon.mentions("PAOLO SPAO") == []
    assert [each.start for each in lexicon.mentions("用PAO油")] == [1]


def test_entries_that_share_a_name_are_one_group() -> None:
    lexicon = Lexicon({"MVR": ["机械蒸汽再压缩"], "蒸汽再压缩": ["机械蒸汽再压缩"], " ": []})

    assert lexicon.groups() == [("mvr", "机械蒸汽再压缩", "蒸汽再压缩")]
    assert len(lexicon) == 3


def test_a_need_is_the_clearer_the_more_it_says() -> None:
    bare = clarity(title="", text="")
    told = clarity(
        title="泡菜盐渍废水盐分回收",
        text="蒸发器结垢严重，三天停机一次，每天120吨，含盐8%，成本52元/吨。场地不超过300平方米，"
        "可以提供水样和数据。希望盐分回收再用，出水达到纳管标准，改造期间不能停产。",
        baselines=["52 元/吨"],
        targets=3,
        verified=2,
        tried="加过阻垢剂，管用两周",
        has_deadline=True,
        has_budget=True,
        has_industry=True,
    )

    assert bare.score == 0
    assert [each.code for each in told.aspects if each.is_missing] == []
    assert told.score == sum(each.got for each in told.aspects) > 90
    assert sum(each.most for each in told.aspects) == 100
    assert all(0 <= each.got <= each.most for each in told.aspects)


def test_a_query_is_its_words_and_its_phrases() -> None:
    asked = parse_query("废水 “蒸發結晶” -电镀 不含染料")

    assert (asked.words, asked.phrases, asked.exclusions) == (
        "废水",
        ("蒸发结晶",),
        ("电镀", "染料"),
    )
    assert asked.text == "废水 蒸发结晶"
    assert asked.allows("高盐廢水蒸發結晶")
    assert not asked.allows("蒸发结晶，電鍍用")
    assert not asked.allows("蒸发与结晶")

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.makers import TODAY
from tests.market.writing import LONG, category_for, indicator, write_need, write_offer

from kehui.market import services
from kehui.market.models import Indicator, Need, NeedKind, Offer, OfferKind
from kehui.market.services.fields import contact_in, faults_of_indicators

pytestmark = pytest.mark.django_db


def codes(item: Need | Offer, *indicators: Indicator) -> list[tuple[str | None, str]]:
    return [
        (fault.field, fault.code)
        for fault in services.faults_of(item, indicators=indicators, today=TODAY)
    ]


@pytest.mark.parametrize("kind", NeedKind.values)
def test_a_whole_need_of_every_kind_has_no_fault(kind: str) -> None:
    assert codes(write_need(kind=kind), indicator()) == []


@pytest.mark.parametrize("kind", OfferKind.values)
def test_a_whole_offer_of_every_kind_has_no_fault(kind: str) -> None:
    offer = write_offer(
        kind=kind, trl=8, for_whom="泡菜厂", adopters="两家泡菜厂", evidence="检测报告两份"
    )

    assert codes(offer) == []


MISSING = "NEED_FIELD_MISSING"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"title": "五个字题目"}, ("title", "TEXT_TOO_SHORT")),
        ({"title": "六个字的题目"}, None),
        ({"title": "盐" * 60}, None),
        ({"title": "盐" * 61}, ("title", "TEXT_TOO_LONG")),
        ({"title": "  "}, ("title", MISSING)),
        ({"description": LONG[:99]}, ("description", "TEXT_TOO_SHORT")),
        ({"description": LONG[:100]}, None),
        ({"description": "盐" * 3001}, ("description", "TEXT_TOO_LONG")),
        ({"category": None}, ("category", MISSING)),
        ({"label": "没有"}, ("label", "ENUM_UNKNOWN")),
        ({"price_mode": ""}, ("price_mode", "PRICE_MISSING")),
        ({"price_mode": "fixed"}, ("price_fen", "PRICE_MISSING")),
        ({"price_mode": "fixed", "price_fen": 0}, ("price_fen", "PRICE_NOT_POSITIVE")),
        ({"price_mode": "fixed", "price_fen": 1}, None),
        ({"negotiable_reason": " "}, ("negotiable_reason", MISSING)),
        ({"deadline": None}, ("deadline", MISSING)),
        ({"deadline": TODAY}, ("deadline", "DATE_OUT_OF_RANGE")),
        ({"deadline": TODAY + timedelta(days=1)}, None),
        ({"deadline": TODAY + timedelta(days=5 * 366)}, None),
        ({"deadline": TODAY + timedelta(days=5 * 366 + 1)}, ("deadline", "DATE_OUT_OF_RANGE")),
        ({"budget_low_fen": 2, "budget_high_fen": 1}, ("budget_low_fen", "RANGE_REVERSED")),
        ({"budget_low_fen": 1, "budget_high_fen": 1}, None),
        ({"budget_low_fen": None, "budget_high_fen": 1}, None),
        ({"budget_low_fen": None, "budget_high_fen": -1}, ("budget_low_fen", "PRICE_NOT_POSITIVE")),
        ({"contact_name": ""}, ("contact_name", MISSING)),
        ({"contact_channel": ""}, ("contact_channel", MISSING)),
        ({"industry": "9999"}, ("industry", "ENUM_UNKNOWN")),
        ({"industry": ""}, ("industry", MISSING)),
        ({"background": ""}, ("background", MISSING)),
        ({"main_problem": ""}, ("main_problem", MISSING)),
        ({"target": ""}, ("target", MISSING)),
        ({"trl": 10}, ("trl", "ENUM_UNKNOWN")),
        ({"region_requirement": ["519999"]}, ("region_requirement", "ENUM_UNKNOWN")),
        ({"region_requirement": ["510000", "500000"]}, None),
        ({"terms_accepted_at": None}, ("terms_accepted_at", MISSING)),
        ({"kind": "capacity"}, ("kind", "ENUM_UNKNOWN")),
        ({"tried": "详情见 www.example.com"}, ("tried", "CONTACT_IN_TEXT")),
        ({"acceptance": "打 028-85001234 问"}, ("acceptance", "CONTACT_IN_TEXT")),
        ({"keywords": ["盐", "13800000001"]}, ("keywords", "CONTACT_IN_TEXT")),
    ],
)
def test_each_rule_of_a_need(values: dict[str, Any], expected: tuple[str, str] | None) -> None:
    need = write_need(kind="problem")
    for name, value in values.items():
        setattr(need, name, value)

    found = codes(need, indicator())

    if "kind" in values:  # the category does not fit the other kind either
        assert expected in found
    else:
        assert found == ([expected] if expected else [])


def test_a_problem_needs_an_indicator_and_others_do_not() -> None:
    assert codes(write_need(kind="problem")) == [("indicators", MISSING)]
    assert codes(write_need(kind="expert")) == []


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("service", {"problem_solved": ""}, ("problem_solved", MISSING)),
        ("service", {"price_low_fen": 2, "price_high_fen": 1}, ("price_low_fen", "RANGE_REVERSED")),
        ("service", {"capacity": 0}, ("capacity", "ENUM_UNKNOWN")),
        ("achievement", {"trl": None}, ("trl", MISSING)),
        ("achievement", {"trl": 3, "advantage": ""}, ("advantage", MISSING)),
        ("high_tech", {"adopters": "", "evidence": "报告"}, ("adopters", MISSING)),
        ("capacity", {"for_whom": ""}, ("for_whom", MISSING)),
        ("service", {"kind": "expert"}, ("kind", "ENUM_UNKNOWN")),
    ],
)
def test_each_rule_of_an_offer(
    kind: str, values: dict[str, Any], expected: tuple[str, str]
) -> None:
    offer = write_offer(kind=kind)
    for name, value in values.items():
        setattr(offer, name, value)

    assert expected in codes(offer)


def test_a_top_category_and_one_of_its_own_fit() -> None:
    need = write_need()
    need.category = category_for("service").parent

    assert codes(need) == []


def test_a_category_of_other_kinds_does_not_fit() -> None:
    need = write_need(kind="problem")
    need.category = category_for("pop_science")

    assert codes(need, indicator()) == [("category", "ENUM_UNKNOWN")]


def test_each_field_is_named_once() -> None:
    need = write_need(kind="problem")
    need.title = "13800000001"
    need.industry = "9999"

    fields = [field for field, _code in codes(need, indicator())]

    assert sorted(map(str, fields)) == ["industry", "title"]


@pytest.mark.parametrize(
    "text",
    [
        "13800000001",
        "138 0000 0001",
        "电话138-0000-0001。",
        "028-85001234",
        "看 HTTPS://a.cn",
        "www.a.cn",
        "a.b@c.cn",
        "微信：kehui2026",
        "QQ 1234567",
        "<script>",
        "<a href=x>",
    ],
)
def test_ways_around_the_platform_are_found(text: str) -> None:
    assert contact_in(text)


@pytest.mark.parametrize(
    "text",
    ["标准 GB 13800000001234", "1380000000", "压力 <5 MPa 且 >3 MPa", "a@b", "微信小程序开发"],
)
def test_figures_and_formulas_are_no_contacts(text: str) -> None:
    assert contact_in(text) == ""


@given(st.text(max_size=3000))
def test_no_text_breaks_the_search_for_contacts(text: str) -> None:
    assert contact_in(text) in text


def test_a_table_names_every_fault() -> None:
    rows = [
        indicator(),
        indicator(name="", verification="a@b.cn"),
        indicator(comparison="between", target_high=Decimal(90)),
        indicator(comparison="between", target_high=Decimal(80)),
    ]

    found = [fault.code for fault in faults_of_indicators(rows)]

    assert found == [MISSING, "CONTACT_IN_TEXT", "RANGE_REVERSED"]


def test_the_deadline_of_a_leap_year_counts() -> None:
    need = write_need(deadline=date(2028, 2, 29))

    assert codes(need) == []

"""What the engine says in codes, people read in sentences; every code has one."""

from itertools import product
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.makers import make_operator, make_organization, make_person, make_seat, make_steward
from tests.matching.pairs import AT, need_of, offer_of, one_pair

from kehui.engines.matching import Indicator, Listing, Span
from kehui.engines.matching.constraints import constraints
from kehui.engines.matching.explain import _RAISING
from kehui.market.models import Tier
from kehui.matching import policies
from kehui.matching.adapter.passages import LONGEST, passages_of
from kehui.matching.selectors import sentences
from kehui.matching.selectors.wording import LABELS, RAISES, WORDS
from kehui.matching.services import (
    build_index,
    compare_pair,
    count_offers_for,
    match_item,
    published_rules,
)
from kehui.matching.services.pairs import IndexNotReady

DAY = AT.date()
PARTS = [{"name": "tech", "got": 30, "most": 40}]


def every_condition() -> list[dict[str, Any]]:
    """Return the conditions of pairs in which each is met, partly met, broken and unknown."""
    strength = [Indicator("抗拉强度", sign, 500, None, "MPa") for sign in (">=", "<=", "=")]
    needs = [
        Listing(
            id=1, side="need", title="", region=510104, price_high_fen=budget, trl=6,
            region_requirement=("51", "5101"), deadline_day=130, languages=("zh", "en"),
            licenses=("环保", "安全"), indicators=(indicator,),
        )
        for budget, indicator in product((None, 100), strength)
    ]  # fmt: skip
    offers = [
        Listing(
            id=2, side="offer", title="", price_low_fen=low, price_high_fen=high, trl=trl,
            region=region, region_requirement=served, lead_days=lead, capacity=capacity,
            languages=spoken, licenses=spoken, indicators=reached,
        )
        for (low, high), trl, region, served, lead, capacity, spoken, reached in zip(
            ((50, 80), (50, 300), (200, 300), (None, None)),
            (7, 5, 2, None),
            (510104, 110101, 0, 510000),
            (("51",), ("50",), (), ("510107",)),
            (20, 40, None, 1),
            (0, 1, None, 2),
            (("zh", "en", "环保", "安全"), ("zh", "环保"), ("fr",), ()),
            (
                (Indicator("抗拉强度", "=", 500, None, "MPa"),),
                (Indicator("抗拉强度", "range", 450, 700, "MPa"),),
                (Indicator("抗拉强度", "=", 5, None, "MPa"),),
                (),
            ),
            strict=True,
        )
    ]  # fmt: skip
    away = Listing(id=1, side="need", title="", region=0)
    return [
        {"code": each.code, "verdict": each.verdict, "values": each.values}
        for need, offer, today in product([*needs, away], offers, (100, 131))
        for each in constraints(need, offer, today=today)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_condition_has_a_sentence_without_holes(language: str) -> None:
    conditions = every_condition()
    seen = {(each["code"], sentences.VERDICTS[each["verdict"]]) for each in conditions}

    with translation.override(language):
        for each in conditions:
            found = {"common": ["盐"], "constraints": [each]}
            for said in sentences.argument(found, PARTS):
                assert said.title
                assert said.text
                assert "%" not in (said.title + said.text).replace(" %", "")
                assert "None" not in said.title + said.text

    assert seen == set(WORDS)


def test_every_part_and_every_advice_has_its_words() -> None:
    assert {rule.label for rule in sentences.rules(published_rules())} <= set(LABELS.values())
    assert [rule.most for rule in sentences.rules(published_rules())] == [40, 20, 15, 10, 5, 5, 5]
    assert set(_RAISING.values()) == set(RAISES)
    assert sentences.raises([{"code": "STATE_THE_REGION", "points": 2.6}]) == [
        "写明所在地和服务地区，最多可加 3 分"
    ]


@pytest.mark.parametrize(
    ("terms", "got", "verdict", "title", "text"),
    [
        (["高盐废水"], 30, "yes", "技术对得上", "两边都写到 高盐废水"),
        (["高盐废水"], 10, "part", "技术部分对得上", "两边都写到 高盐废水"),
        ([], 10, "part", "技术内容接近", "用词不同，只是整体意思有些接近"),
        ([], 2, "no", "技术内容不同", "用词不同，只是整体意思有些接近"),
        (["甲乙", "丙丁", "戊己", "庚辛", "壬癸"], 30, "yes", "技术对得上",
         "两边都写到 甲乙、丙丁、戊己、庚辛 等 5 个技术点"),
    ],
)  # fmt: skip
def test_the_technique_is_told_by_the_terms_both_sides_have(
    terms: list[str], got: int, verdict: str, title: str, text: str
) -> None:
    parts = [{"name": "tech", "got": got, "most": 40}]

    (said,) = sentences.argument({"common": terms, "constraints": []}, parts)

    assert (said.verdict, said.title, said.text) == (verdict, title, text)
    assert [said.text[start:end] for start, end in said.spans] == terms[:4]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"wanted_upper": 42, "wanted_comparator": "range"}, "要求 38–42 元/吨，对方没有写"),
        ({"wanted_upper": None, "wanted_comparator": "<="}, "要求 ≤ 38 元/吨，对方没有写"),
    ],
)
def test_an_indicator_is_written_as_people_write_it(values: dict[str, Any], text: str) -> None:
    shared = {"name": "处理成本", "wanted_value": 38, "wanted_unit": "元/吨"}
    found = {"code": "INDICATOR", "verdict": "unknown", "values": shared | values}

    said = sentences.argument({"common": ["盐"], "constraints": [found]}, PARTS)[-1]

    assert (said.title, said.text) == ("处理成本还不知道", text)


def test_places_and_money_are_written_by_their_names() -> None:
    values = {"region": 511502, "required": "51,5101"}
    found = {"code": "REGION", "verdict": "broken", "values": values}
    dear = {"asked_fen": 20_000_000, "budget_fen": 10_000_000}
    price = {"code": "BUDGET", "verdict": "broken", "values": dear}

    said = sentences.argument({"common": ["盐"], "constraints": [found, price]}, PARTS)

    assert said[1].text == "对方在翠屏区，要求在四川省、成都市"
    assert said[2].text.startswith("最低报价 20 万元，预算上限 10 万元")


def test_a_distance_is_told_when_it_is_known() -> None:
    assert sentences.place_of("宜宾市", {"distance_km": 214.6}) == "宜宾市 · 215 公里"
    assert sentences.place_of("宜宾市", {"distance_km": None}) == "宜宾市"


def test_reasons_for_stand_before_reasons_against_and_what_is_always_true_is_left_out() -> None:
    found = [
        {"code": "LICENSE", "verdict": "unknown", "values": {"lacking": "环保"}},
        {"code": "CAPACITY", "verdict": "met", "values": {"capacity": 3}},
        {"code": "DEADLINE", "verdict": "unknown", "values": {"lead_days": None, "days_left": 3}},
        {"code": "LANGUAGE", "verdict": "broken", "values": {"lacking": "en"}},
        {"code": "READINESS", "verdict": "met", "values": {"reached": 7, "required": 6}},
    ]

    said = sentences.argument({"common": ["盐"], "constraints": found}, PARTS)

    assert [each.verdict for each in said] == ["yes", "yes", "no", "unknown"]


SENTENCES = st.lists(
    st.text("高盐废水蒸发结晶ab", min_size=1, max_size=90), min_size=1, max_size=6
).map(lambda parts: "。".join(parts) + "。")


@st.composite
def cited(draw: st.DrawFn) -> tuple[Listing, list[Span]]:
    """Return a listing and spans of it that stand within a sentence, perhaps between two."""
    body, spans = draw(SENTENCES), []
    for _ in range(draw(st.integers(0, 8))):
        field, text = draw(st.sampled_from([("title", "高盐废水"), ("body", body)]))
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, min(len(text), start + 12)))
        spans.append(Span(field, start, end, text[start:end], 1.0))  # type: ignore[arg-type]
    return Listing(id=1, side="need", title="高盐废水", body=body), spans


@given(cited())
def test_passages_quote_what_is_cited_and_stay_short(
    told: tuple[Listing, list[Span]],
) -> None:
    listing, spans = told

    found = passages_of("need", listing, spans)

    quoted = {(span.field, span.text) for span in spans}
    for passage in found:
        text = listing.title if passage["field"] == "title" else listing.body
        assert all(piece in text for piece in passage["text"].split(" …… "))
        assert passage["spans"]
        for start, end in passage["spans"]:
            piece = passage["text"][start:end]
            assert any(piece and each[1].startswith(piece) for each in quoted)
    body = "".join(each["text"].replace(" …… ", "") for each in found if each["field"] == "body")
    assert len(body) <= max(LONGEST, max(map(len, listing.body.split("。"))) + 1)
    shown = sentences.passages({"passages": found})
    assert [(each.label, each.text) for each in shown] == [
        ("需求原文", each["text"]) for each in found
    ]


def test_of_long_sentences_the_weightiest_are_quoted_in_the_order_of_the_text() -> None:
    long, heavy, short = "甲" * 100 + "。", "乙" * 100 + "。", "丙" * 20 + "。"
    listing = Listing(id=1, side="need", title="", body=long + heavy + short)
    spans = [
        Span("body", listing.body.index(each), listing.body.index(each) + 2, each * 2, 1.0)
        for each in "乙甲丙"
    ]

    (passage,) = passages_of("need", listing, spans)

    assert passage["text"] == f"{heavy} …… {short}"
    assert [passage["text"][start:end] for start, end in passage["spans"]] == ["乙乙", "丙丙"]


@pytest.mark.django_db
def test_any_pair_is_compared_and_the_rule_is_public() -> None:
    need, far = need_of("salt"), offer_of("bridge")
    near = offer_of("salt")
    with pytest.raises(IndexNotReady):
        compare_pair(need=need, offer=far, at=AT)
    build_index(at=AT)

    told = compare_pair(need=need, offer=far, at=AT)
    best = compare_pair(need=need, offer=near, at=AT)

    assert (best.rank, told.rank, best.points_behind) == (1, 2, 0)
    assert best.found.score > told.found.score
    assert told.raises[0]["part"] == "tech"
    assert {each["name"] for each in told.found.parts} == set(published_rules())
    assert sum(published_rules().values()) == 100
    assert "盐分回收" in "".join(best.found.explanation["common"])


@pytest.mark.django_db
def test_the_offers_worth_talking_to_are_counted_and_none_without_an_index() -> None:
    need = need_of("salt", industry="1371")
    assert count_offers_for(need=need, at=AT) == 0
    for _ in range(2):
        offer_of("salt", industry="1371", trl=8)
    offer_of("bridge")
    build_index(at=AT)

    assert count_offers_for(need=need, at=AT) == 2


@pytest.mark.django_db
def test_matches_are_seen_by_their_owner_and_by_staff() -> None:
    firm = make_organization()
    need = need_of("salt", organization=firm)
    colleague = make_seat(organization=firm).person

    seen = [
        policies.may_see_matches(person, need, today=DAY)
        for person in (need.holder, colleague, make_operator(), make_steward(), make_person(), None)
    ]

    assert seen == [True, True, True, True, False, False]


@pytest.mark.django_db
def test_words_of_a_text_that_was_closed_wait_for_the_next_run() -> None:
    suggestion = one_pair()
    offer = suggestion.offer
    assert policies.may_quote(suggestion, offer)

    offer.tier = Tier.VERIFIED
    assert policies.may_quote(suggestion, offer)  # argued after the last change
    offer.changed_at = AT + (AT - suggestion.made_at) + (AT - offer.changed_at)
    assert not policies.may_quote(suggestion, offer)

    (again,) = match_item(item=suggestion.need, at=offer.changed_at)
    assert policies.may_quote(again, offer)

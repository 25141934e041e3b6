from decimal import Decimal

import pytest
from tests.market.writing import begin_need, indicator, write_need, write_offer

from kehui.engines.text import clarity
from kehui.market import services
from kehui.market.models import Need, Offer
from kehui.market.selectors.clinic import ADVICE, examine

pytestmark = pytest.mark.django_db


def test_an_empty_need_gets_nothing_and_hears_what_to_do() -> None:
    found = examine(begin_need())

    assert found.score == 0
    assert [point.field for point in found.missing][:2] == ["indicators", "description"]
    assert {point.text for point in found.missing} == {text for text, _field in ADVICE.values()}


def test_a_whole_need_does_well_and_gains_what_is_promised() -> None:
    need = write_need()
    before = examine(need)
    promised = {point.field: point.gain for point in before.missing}

    table = [indicator(), indicator(name="吨水成本", current="52 元"), indicator(name="停机")]
    after = examine(need, indicators=table)

    assert before.score >= 70
    assert after.score >= before.score
    assert "tried" not in promised


def test_the_score_and_its_gaps_never_pass_a_hundred() -> None:
    for need in (begin_need(), write_need(), write_need(tried="", deadline=None)):
        found = examine(need)
        assert 0 <= found.score <= found.score + sum(p.gain for p in found.missing) <= 100


def test_every_aspect_of_the_engine_has_its_advice() -> None:
    aspects = clarity(title="", text="").aspects
    assert {aspect.code for aspect in aspects} == set(ADVICE)
    assert all(hasattr(Need(), field) for _text, field in ADVICE.values() if field != "indicators")


def test_an_offer_is_scored_by_what_it_says() -> None:
    offer = write_offer()
    before = examine(offer)
    services.save_draft(
        item=offer,
        person=offer.holder,
        values={
            "for_whom": "泡菜厂",
            "trl": 8,
            "evidence": "第三方检测报告两份",
            "adopters": "两家泡菜厂用了 14 个月",
            "problem_solved": "高盐有机废水蒸发结晶时结垢严重、清洗频繁、成本高。",
        },
        at=offer.created_at,
    )

    after = examine(Offer.objects.get())

    assert (before.score, after.score) == (100 - sum(p.gain for p in before.missing), 100)
    assert before.score < 60
    assert after.missing == ()


def test_numbers_in_the_table_count() -> None:
    need = write_need()

    none = examine(need, indicators=[])
    some = examine(need, indicators=[indicator(target=Decimal(90))])

    assert some.score > none.score

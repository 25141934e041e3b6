"""Front places are shared; the order shown follows; full hands wait; figures come from rows."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.makers import MIANYANG, NOW, TODAY, WUHOU, make_person, make_region
from tests.market.rows import put_need, put_offer
from tests.matching.pairs import AT
from tests.parallel import meanwhile

from kehui.core.models import Region
from kehui.ledger.models import Entry
from kehui.market.models import Item, Need, Offer, State, Studio
from kehui.matching.facts import ExposureShared
from kehui.matching.models import ExposureRun, Interest, StudioExposure, Suggestion
from kehui.matching.selectors import exposure, standing, suggestions
from kehui.matching.services import published_exposure, share_exposure

pytestmark = pytest.mark.django_db
SANTAI = "510722"  # a county of Mianyang
OLD = NOW - timedelta(days=400)


def suggest(need: Need, offer: Offer, order: float) -> Suggestion:
    return Suggestion.objects.create(
        need=need, offer=offer, score=round(order), order=order, parts=[], explanation={},
        engine="test", from_need=True, made_at=AT,
    )  # fmt: skip


def old_offer(region: str = WUHOU, **values: Any) -> Offer:
    """Return an offer of a studio that opened long ago in a district of a city."""
    offer = put_offer(make_person(region=region), region=region, **values)
    Studio.objects.filter(pk=offer.studio_id).update(opened_at=OLD, region=make_region(region))
    return offer


def crowded() -> tuple[list[Need], Offer]:
    """Return three needs whose lists one offer leads by a little, and that offer."""
    famous = old_offer(capacity=9)
    needs = [put_need() for _ in range(3)]
    for need in needs:
        suggest(need, famous, 80.0)
        suggest(need, old_offer(), 78.0)
    return needs, famous


def listed(need: Need) -> list[Suggestion]:
    return suggestions.with_counterparts(
        suggestions.suggested_for(need, today=TODAY), need, most=99
    )


def test_the_famous_make_room_and_the_score_stays() -> None:
    needs, famous = crowded()

    run = share_exposure(at=AT)

    first = [listed(need)[0].offer_id for need in needs]
    assert set(first) != {famous.pk}
    assert run.gini_after < run.gini_before
    assert 0.9 < run.relevance <= 1
    moved = Suggestion.objects.filter(offer=famous)
    assert {(each.score, each.order) for each in moved} == {(80, 80.0)}


def test_every_moved_match_says_why_and_where_it_stood() -> None:
    needs, famous = crowded()
    share_exposure(at=AT)
    taken = StudioExposure.objects.get(studio=famous.studio).taken

    first, second = listed(needs[0])

    assert second.offer_id == famous.pk
    assert standing.why_there(second) == (
        f"这间工作室常排在各家需求的前列，位次让出 {taken:.1f} 分，让别人也被看见。"
        "按契合分是第 1 位，现在第 2 位；契合分没有变。"
    )
    assert standing.why_there(first) == (
        "前后有匹配按曝光规则换了位置。按契合分是第 2 位，现在第 1 位；契合分没有变。"
    )


def test_without_a_reckoning_the_order_is_that_of_the_scores() -> None:
    needs, famous = crowded()

    shown = listed(needs[0])

    assert shown[0].offer_id == famous.pk
    assert [standing.why_there(each) for each in shown] == ["", ""]


def test_the_figures_open_to_their_rows_and_are_recorded_once() -> None:
    crowded()

    run = share_exposure(at=AT)

    shares = list(StudioExposure.objects.filter(run=run))
    assert len(shares) == run.studios == 4
    total = sum(each.before for each in shares)
    assert total == pytest.approx(3 * (1 + 0.6309297535714575))
    assert sum(each.after for each in shares) == pytest.approx(total)
    (fact,) = (ExposureShared.of(each) for each in Entry.objects.filter(kind="exposure.shared"))
    assert fact == ExposureShared(
        run=run.pk, lists=3, studios=4, gini_before_ppm=round(run.gini_before * 1e6),
        gini_after_ppm=round(run.gini_after * 1e6), relevance_ppm=round(run.relevance * 1e6),
        sheltered_ppm=0,
    )  # fmt: skip
    assert exposure.last_run() == run
    assert {each["trade"] for each in run.curve} >= {0.0, run.trade, 1.0}


def test_reckoning_again_gives_the_same_points() -> None:
    crowded()

    def points() -> list[tuple[object, ...]]:
        share_exposure(at=AT)
        rows = StudioExposure.objects.order_by("studio")
        return list(rows.values_list("studio", "before", "after", "taken", "given"))

    assert points() == points()
    assert ExposureRun.objects.count() == 2


def test_a_county_is_lifted_to_the_floor() -> None:
    county = old_offer(SANTAI)
    need = put_need()
    others = [old_offer() for _ in range(9)]
    for place, each in enumerate(others):
        suggest(need, each, 90.0 - place)
    suggest(need, county, 81.0)

    run = share_exposure(at=AT)

    assert (run.sheltered, run.lift > 0) == (1, True)
    assert run.sheltered_after > run.sheltered_before
    share = StudioExposure.objects.get(studio=county.studio)
    assert share.given == run.lift
    mine = next(each for each in listed(need) if each.offer_id == county.pk)
    assert f"县级或新开张的工作室有保底曝光，位次上移 {run.lift:.1f} 分。" in standing.why_there(
        mine
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [("510722", True), ("510107", False), ("510700", False), ("513401", True), ("510781", True),
     ("510000", False), ("500229", True), ("500101", False), ("P-510107-1", False)],
)  # fmt: skip
def test_counties_are_told_from_districts_by_their_code(code: str, *, expected: bool) -> None:
    assert exposure.is_county(code) is expected


def test_the_floor_is_for_counties_their_parks_and_new_studios() -> None:
    park = Region.objects.create(
        code="P-510722-1", name="三台园区", parent=make_region(SANTAI), level=Region.Level.PARK
    )
    county, district, fresh, in_park, unopened = (old_offer(MIANYANG) for _ in range(5))
    Studio.objects.filter(pk=county.studio_id).update(region=make_region(SANTAI))
    Studio.objects.filter(pk=fresh.studio_id).update(opened_at=NOW)
    Studio.objects.filter(pk=in_park.studio_id).update(region=park)
    Studio.objects.filter(pk=unopened.studio_id).update(opened_at=None)
    every = [each.studio_id for each in (county, district, fresh, in_park, unopened)]

    found = exposure.sheltered(every, at=AT)

    assert found == {county.studio_id, fresh.studio_id, in_park.studio_id}


def test_nothing_to_share_is_a_reckoning_too() -> None:
    run = share_exposure(at=AT)

    assert (run.lists, run.studios, run.gini_after, run.relevance) == (0, 0, 0.0, 1.0)


def test_texts_of_a_corpus_have_no_exposure() -> None:
    needs, _ = crowded()
    suggest(needs[0], old_offer(source="corpus:a"), 99.0)
    suggest(put_need(source="corpus:a"), old_offer(), 99.0)

    assert share_exposure(at=AT).studios == 4


def ask(offer: Offer, need: Need | None = None, **values: Any) -> Interest:
    need = need or put_need()
    usual = {"side": "need", "asked_at": AT, "reply_due_on": TODAY + timedelta(days=5)}
    return Interest.objects.create(need=need, offer=offer, by=need.holder, **{**usual, **values})


def test_who_carries_as_many_talks_as_it_can_waits_at_the_end() -> None:
    needs, famous = crowded()
    Offer.objects.filter(pk=famous.pk).update(capacity=1)
    for _ in range(2):
        ask(famous)
    assert listed(needs[0])[0].offer_id == famous.pk
    ask(famous)

    last = listed(needs[0])[-1]

    assert last.offer_id == famous.pk
    assert standing.why_there(last).startswith(
        "正在谈的已有 3 家，暂时接满，先排到最后；有空位就回到原位。"
    )


def test_talks_that_are_over_and_second_askings_carry_no_weight() -> None:
    needs, famous = crowded()
    Offer.objects.filter(pk=famous.pk).update(capacity=1)
    both = put_need()
    ask(famous, both)
    ask(famous, both, side="offer")
    ask(famous, answered_at=AT)
    ask(famous, reply_due_on=TODAY - timedelta(days=1))
    gone = put_need()
    ask(famous, gone)
    Item.objects.filter(pk=gone.pk).update(state=State.WITHDRAWN)
    ask(famous)

    assert listed(needs[0])[0].offer_id == famous.pk
    assert listed(needs[0])[0].open_talks == 2  # type: ignore[attr-defined]


def test_who_talks_with_the_need_already_keeps_the_place() -> None:
    needs, famous = crowded()
    Offer.objects.filter(pk=famous.pk).update(capacity=1)
    for need in (needs[0], None, None):
        ask(famous, need)

    assert listed(needs[0])[0].offer_id == famous.pk
    assert listed(needs[1])[0].offer_id != famous.pk


def test_full_offers_have_no_exposure_to_share() -> None:
    _, famous = crowded()
    Offer.objects.filter(pk=famous.pk).update(capacity=1)
    for _ in range(3):
        ask(famous)

    assert share_exposure(at=AT).studios == 3


def test_needs_in_the_list_of_an_offer_stand_by_their_score() -> None:
    needs, famous = crowded()
    share_exposure(at=AT)

    found = suggestions.suggested_for(famous, today=TODAY)

    assert [each.need_id for each in found] == [each.pk for each in needs]


def test_the_parameters_are_published_from_their_one_home() -> None:
    rule = published_exposure()

    assert (rule.new_days, rule.talks_per_job) == (exposure.NEW_DAYS, standing.TALKS_PER_JOB)
    assert ExposureRun(trade=rule.trade, floor=rule.floor).trade == share_exposure(at=AT).trade


@pytest.mark.django_db(transaction=True)
def test_of_two_reckonings_at_once_the_second_waits() -> None:
    crowded()

    with ExitStack() as stack:
        with transaction.atomic():
            first = share_exposure(at=AT)
            waiting = stack.enter_context(meanwhile(share_exposure, at=AT))
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        second = waiting.result(timeout=60)

    assert second.pk != first.pk
    assert set(StudioExposure.objects.values_list("run", flat=True)) == {second.pk}

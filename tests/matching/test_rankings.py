"""Who puts matches in order: the rule, until a ranker is proved to be better; and back again."""

from contextlib import ExitStack
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.matching.judged import judged_market, put_ranker, put_suggestion
from tests.matching.pairs import AT, matched, need_of, offer_of
from tests.parallel import meanwhile

from kehui.engines.matching import COLUMNS
from kehui.ledger.models import Entry
from kehui.matching import adapter
from kehui.matching.facts import RankingChanged
from kehui.matching.models import Ranker, Showing, Suggestion
from kehui.matching.services import (
    compare_pair,
    decline_suggestion,
    evaluate_feedback,
    match_item,
    published_order,
    reorder_suggestions,
    roll_back_ranker,
    train_ranker,
)
from kehui.matching.services.rankings import NoRankerInForce

pytestmark = pytest.mark.django_db


def changes() -> list[tuple[str, str]]:
    rows = Entry.objects.filter(kind=RankingChanged.kind).order_by("pk")
    return [(fact.ranker, fact.before) for fact in map(RankingChanged.of, rows)]


def test_without_a_ranker_the_score_orders_and_every_score_keeps_its_columns() -> None:
    need = need_of("salt")
    for subject in ("coating", "salt"):
        offer_of(subject)

    found = matched(need)

    assert [each.ranker for each in found] == ["", ""]
    assert [tuple(each.features) for each in found] == [COLUMNS, COLUMNS]
    for each in found:
        assert each.order == pytest.approx(100 * each.features["rule"], abs=1e-6)
        assert each.features["encoded"] == 1.0
    best = found[0].features
    assert (best["title_in_title"], best["title_in_need"]) == (1.0, 1.0)
    assert best["lexical"] > found[1].features["lexical"]
    assert 0 < best["need_length"] < 1
    assert published_order() == ""


def test_a_ranker_orders_and_the_score_stays_the_sum_of_its_parts() -> None:
    need = need_of("salt")
    for subject in ("salt", "coating", "bridge"):
        offer_of(subject)
    by_rule = {each.offer_id: (each.score, each.parts) for each in matched(need)}
    ranker = put_ranker(lexical=-1.0)  # the worst first, so that it shows

    found = match_item(item=need, at=AT)

    assert [each.offer.title == need.title for each in found] == [False, False, True]
    assert {each.offer_id: (each.score, each.parts) for each in found} == by_rule
    assert all(each.score == sum(part["got"] for part in each.parts) for each in found)
    assert {each.ranker for each in found} == {ranker.version} == {published_order()}
    learned = adapter.order_in_force().ranker
    assert learned is not None
    assert [each.order for each in found] == pytest.approx(
        [100 * learned.chance(each.features) for each in found]
    )


def test_a_ranker_orders_from_both_sides_alike_and_refusals_still_cost() -> None:
    suggestion = put_suggestion(need_of("salt"), offer_of("salt"))
    matched(suggestion.need)
    put_ranker(level=0.0)  # a chance of one half for everybody
    decline_suggestion(suggestion=suggestion, person=suggestion.need.holder, reason="R05", at=AT)

    from_need = match_item(item=suggestion.need, at=AT)[0].order
    from_offer = match_item(item=suggestion.offer, at=AT)[0].order
    compared = compare_pair(need=suggestion.need, offer=suggestion.offer, at=AT)

    assert (from_need, from_offer, compared.found.order) == (25.0, 25.0, 25.0)


def test_a_ranker_chooses_among_more_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kehui.matching.services.runs.KEPT", 1)
    need = need_of("salt")
    for subject in ("salt", "bridge"):
        offer_of(subject)
    assert matched(need)[0].offer.title == need.title
    put_ranker(lexical=-9.0)

    assert match_item(item=need, at=AT)[0].offer.title != need.title


@pytest.mark.parametrize("broken", ["engine", "hash", "columns"])
def test_a_ranker_that_does_not_fit_orders_nothing(broken: str) -> None:
    row = put_ranker(lexical=-1.0, engine="another 1" if broken == "engine" else "")
    if broken == "hash":
        row.content["level"] = 1.0
    if broken == "columns":
        row.content["columns"] = ["rule"]
    row.save()

    assert published_order() == ""
    assert adapter.order_in_force().value_of({"rule": 0.5}) == 50.0


def test_too_few_answers_change_nothing() -> None:
    training = train_ranker(install=True, at=AT)

    assert (training.is_installed, training.version, training.before) == (False, "", "")
    assert (training.proof["why"], training.proof["gain"]) == ("PAIRS", None)
    assert not Ranker.objects.exists()
    assert changes() == []


def test_what_is_proved_orders_from_now_on_and_can_be_gone_back_from() -> None:
    judged_market()

    dry = train_ranker(install=False, at=AT)
    training = train_ranker(install=True, at=AT)
    again = train_ranker(install=True, at=AT)

    assert training.proof["why"] == ""
    assert training.proof["gain_low"] > 0
    assert (dry.is_installed, training.is_installed, again.is_installed) == (False, True, False)
    assert dry.version == training.version == again.version == published_order()
    row = Ranker.objects.get()
    assert row.content["statistics"]["pairs"] == training.proof["pairs"] == 1_000
    assert changes() == [(training.version, "")]

    change = roll_back_ranker(at=AT)

    assert (change.ranker, change.before) == ("", training.version)
    assert published_order() == ""
    assert Ranker.objects.get().state == Ranker.State.WITHDRAWN
    with pytest.raises(NoRankerInForce):
        roll_back_ranker(at=AT)
    assert train_ranker(install=True, at=AT).is_installed  # on purpose, the same one again


def test_going_back_leads_to_the_one_before_and_never_to_a_withdrawn_one() -> None:
    judged_market()
    old = put_ranker(lexical=0.5)
    new = train_ranker(install=True, at=AT)
    assert new.before == old.version

    roll_back_ranker(at=AT)

    assert published_order() == old.version
    states = dict(Ranker.objects.values_list("version", "state"))
    assert states == {old.version: "in_force", new.version: "withdrawn"}
    assert changes() == [(new.version, old.version), (old.version, new.version)]
    roll_back_ranker(at=AT)
    assert published_order() == ""


def test_answers_that_say_nothing_new_prove_nothing() -> None:
    judged_market(hidden=0.0)

    training = train_ranker(install=True, at=AT)

    assert training.proof["why"] == "NDCG"
    assert not Ranker.objects.exists()


def ordered() -> list[tuple[int, float, str]]:
    rows = Suggestion.objects.order_by("pk")
    return list(rows.values_list("pk", "order", "ranker"))


def test_what_stands_is_ordered_anew_from_its_columns_and_back() -> None:
    need, part = need_of("salt"), {"name": "tech", "got": 60, "most": 100}
    lowered = {"name": "feedback", "got": -25, "most": 0, "reasons": [], "points": -25}
    values: list[dict[str, Any]] = [
        {"order": 60.0, "features": {"rule": 0.6}, "parts": [part]},
        {"order": 35.0, "features": {"rule": 0.6}, "parts": [part, lowered]},
        {"order": 60.0, "features": {}, "parts": [part]},  # from before columns were stored
    ]
    made = [put_suggestion(need, offer_of("salt"), **each) for each in values]
    before = ordered()
    ranker = put_ranker(level=-1.3862943611198906)  # a chance of one fifth

    counts = [reorder_suggestions(limit=2) for _ in range(3)]

    assert counts == [2, 1, 0]
    assert [(pk, round(order, 9), by) for pk, order, by in ordered()] == [
        (each.pk, order, ranker.version)
        for each, order in zip(made, (20.0, 0.0, 20.0), strict=True)
    ]
    roll_back_ranker(at=AT)
    assert (reorder_suggestions(), reorder_suggestions()) == (3, 0)
    assert ordered() == before


def test_one_ranker_is_in_force() -> None:
    put_ranker(lexical=1.0)

    with pytest.raises(IntegrityError):
        put_ranker(lexical=2.0)


def test_answers_are_reported_with_their_places_and_what_each_order_is_worth() -> None:
    judged_market(30)
    alone = evaluate_feedback()
    put_ranker(lexical=2.0)

    report = evaluate_feedback()

    assert (report.engine, report.pairs, report.needs) == (adapter.version(), 300, 30)
    assert (report.left_out, alone.calibration, list(alone.orders)) == (0, [], ["rule"])
    assert sum(report.grades.values()) == 300
    assert set(report.grades) == {0, 2}
    assert [each.position for each in report.places] == list(range(1, 11))
    assert all(each.pairs == 30 for each in report.places)
    assert sum(each.replies for each in report.places) == report.grades[2]
    assert report.places[0].replies > report.places[9].replies
    rule, learned = report.orders["rule"], report.orders[report.ranker]
    assert learned["snips"]["value"] > rule["snips"]["value"]
    assert rule["ips"]["value"] > rule["naive"]["value"]
    assert sum(each["pairs"] for each in report.calibration) == 300


def test_of_another_engine_nothing_is_reported_but_how_much_there_is() -> None:
    judged_market(2)
    put_ranker()
    Showing.objects.update(engine="another 1")

    report = evaluate_feedback()

    assert (report.pairs, report.left_out, report.calibration) == (0, 20, [])
    assert report.orders["rule"]["ips"]["value"] is None


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_the_second_waits() -> None:
    put_ranker(lexical=1.0)

    with ExitStack() as stack:
        with transaction.atomic():
            roll_back_ranker(at=AT)
            second = stack.enter_context(meanwhile(roll_back_ranker, at=AT))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(NoRankerInForce):
            second.result(timeout=5)

    assert len(changes()) == 1


@pytest.mark.django_db(transaction=True)
def test_rows_that_somebody_writes_are_left_to_them() -> None:
    need = need_of("salt")
    mine, other = (put_suggestion(need, offer_of("salt")) for _ in range(2))
    put_ranker()

    with ExitStack() as stack, transaction.atomic():
        Suggestion.objects.select_for_update().get(pk=mine.pk)
        second = stack.enter_context(meanwhile(reorder_suggestions))
        assert second.result(timeout=5) == 1

    other.refresh_from_db()
    assert other.ranker
    assert reorder_suggestions() == 1

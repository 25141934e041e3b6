"""From what is published to what is suggested: promises, runs and what they leave behind."""

from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from tests.ledger.reading import read_all
from tests.makers import make_account
from tests.market.writing import publish_need, publish_offer, submit, write_need, write_offer
from tests.matching.pairs import AT, matched, need_of, of_one_organization, offer_of, one_pair
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.market.models import Item, Need, Offer, State
from kehui.market.services import revise_item
from kehui.matching import adapter
from kehui.matching.facts import ItemMatched
from kehui.matching.models import MatchRun, Suggestion
from kehui.matching.readers import READER
from kehui.matching.selectors.suggestions import IN_BULK
from kehui.matching.services import (
    accept_suggestion,
    build_index,
    decline_suggestion,
    forget_runs,
    keep_promises,
    match_item,
    rematch_all,
    request_match,
)
from kehui.matching.services.runs import MOST_ATTEMPTS
from kehui.notices.models import Notice

pytestmark = pytest.mark.django_db
State_ = MatchRun.State


def promise(item: Item, *, revision: int = 1, at: datetime = AT) -> MatchRun:
    run = request_match(item=item.pk, revision=revision, trigger="published", at=at)
    assert run is not None
    return run


def pairs() -> set[tuple[str, str]]:
    return {(each.need.title, each.offer.title) for each in Suggestion.objects.all()}


def adds_up(suggestion: Suggestion) -> bool:
    return bool(suggestion.score == sum(part["got"] for part in suggestion.parts))


def test_what_is_published_is_promised_matched_and_argued() -> None:
    offer = publish_offer()
    need = publish_need()

    read_all(READER)
    kept = keep_promises(at=AT)

    suggestion = Suggestion.objects.get()
    assert kept == 2
    assert (suggestion.need_id, suggestion.offer_id) == (need.pk, offer.pk)
    assert (suggestion.from_need, suggestion.from_offer) == (True, True)
    assert adds_up(suggestion)
    assert {"盐", "废水"} & set(
        "".join(suggestion.explanation["common"])
    ) or suggestion.explanation["common"]
    assert {each["side"] for each in suggestion.explanation["passages"]} == {"need", "offer"}
    facts = [ItemMatched.of(each) for each in Entry.objects.filter(kind=ItemMatched.kind)]
    assert [(fact.item, fact.found) for fact in facts] == [(offer.pk, 1), (need.pk, 1)]


def test_a_submitted_need_is_matched_before_its_review_and_shown_to_nobody_else() -> None:
    publish_offer()
    need = submit(write_need())

    read_all(READER)
    keep_promises(at=AT)

    suggestion = Suggestion.objects.get()
    assert suggestion.need_id == need.pk
    assert not Notice.objects.filter(person=suggestion.offer.holder, reason="match").exists()


def test_an_offer_finds_the_needs_that_wait_for_it() -> None:
    need = need_of("salt")
    offer = offer_of("salt")
    build_index(at=AT)

    match_item(item=offer, at=AT)

    suggestion = Suggestion.objects.get()
    assert (suggestion.need_id, suggestion.from_need, suggestion.from_offer) == (
        need.pk,
        False,
        True,
    )


def test_the_best_fit_stands_first_and_every_score_is_the_sum_of_its_parts() -> None:
    need = need_of("salt")
    for subject in ("coating", "bridge", "salt"):
        offer_of(subject)

    found = matched(need)

    assert found[0].offer.title == need.title
    assert [each.order for each in found] == sorted((each.order for each in found), reverse=True)
    assert all(adds_up(each) for each in found)


def test_both_directions_give_a_pair_the_same_score() -> None:
    need = need_of("salt")
    offer = offer_of("coating")
    from_need = matched(need)[0]

    from_offer = match_item(item=offer, at=AT)[0]

    assert (from_need.pk, from_need.score, from_need.parts) == (
        from_offer.pk,
        from_offer.score,
        from_offer.parts,
    )


def test_nothing_is_suggested_within_one_organization() -> None:
    need, own = of_one_organization("salt")
    other = offer_of("salt")

    found = matched(need)

    assert [each.offer_id for each in found] == [other.pk]
    assert own.pk not in {each.offer_id for each in Suggestion.objects.all()}


def test_a_person_is_not_offered_what_is_the_persons_own() -> None:
    need = need_of("salt")
    offer_of("salt", need.holder)

    assert matched(need) == []


def test_a_corpus_is_nobodys_own() -> None:
    need = need_of("salt", source="corpus:trial")
    offer_of("salt", need.holder, source="corpus:trial")

    assert len(matched(need)) == 1


def test_a_second_wish_joins_the_promise_that_waits() -> None:
    need = need_of("salt")
    first = promise(need)

    second = promise(need, revision=3)
    third = promise(need, revision=2)

    assert first.pk == second.pk == third.pk
    assert MatchRun.objects.get().revision == 3


def test_a_kept_promise_does_not_serve_the_next_wish() -> None:
    need = need_of("salt")
    first = promise(need)
    keep_promises(at=AT)

    assert promise(need, revision=2).pk != first.pk


def test_an_item_that_is_no_more_needs_no_promise() -> None:
    assert request_match(item=10**9, revision=1, trigger="submitted", at=AT) is None


def test_a_kept_promise_says_what_it_found_and_by_what() -> None:
    need = need_of("salt")
    offer_of("salt")
    promise(need)

    keep_promises(at=AT)

    run = MatchRun.objects.get()
    assert (run.state, run.found, run.finished_at, run.engine) == (
        State_.DONE,
        1,
        AT,
        adapter.version(),
    )


def test_nothing_to_keep_asks_nothing_of_the_index() -> None:
    assert keep_promises(at=AT) == 0


def test_at_most_so_many_promises_are_kept_at_a_time() -> None:
    for _ in range(3):
        promise(need_of("salt"))

    assert keep_promises(at=AT, limit=2) == 2
    assert MatchRun.objects.filter(state=State_.PENDING).count() == 1


def test_what_was_just_written_goes_before_what_was_promised_in_bulk() -> None:
    old, fresh = need_of("salt"), need_of("bridge")
    request_match(item=old.pk, revision=1, trigger=IN_BULK, at=AT - timedelta(days=1))
    promise(fresh)

    keep_promises(at=AT, limit=1)

    assert MatchRun.objects.get(state=State_.PENDING).item_id == old.pk


def test_a_poisoned_item_is_tried_later_and_later_then_fails_and_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poisoned, sound = need_of("salt"), need_of("bridge")
    offer_of("bridge")
    promise(poisoned)
    promise(sound, at=AT + timedelta(seconds=1))
    suggest = adapter.suggest

    def failing(item: Offer | Need, **options: Any) -> list[adapter.Found]:
        if item.pk == poisoned.pk:
            raise ValueError("an unreadable text")
        return suggest(item, **options)

    monkeypatch.setattr(adapter, "suggest", failing)
    now, waits = AT + timedelta(seconds=1), []
    keep_promises(at=now)

    assert MatchRun.objects.get(item=sound).state == State_.DONE
    while (run := MatchRun.objects.get(item=poisoned)).state == State_.PENDING:
        waits.append((run.requested_at - now).total_seconds())
        assert keep_promises(at=now) == 0  # not before its time
        now = run.requested_at
        keep_promises(at=now)
    assert waits == [2, 4, 8, 16]
    assert (run.state, run.attempts, run.error) == (
        State_.FAILED,
        MOST_ATTEMPTS,
        "ValueError: an unreadable text",
    )
    assert keep_promises(at=now + timedelta(days=1)) == 0


def test_matching_again_keeps_what_was_answered_and_lets_the_rest_go() -> None:
    need = need_of("salt")
    answered, fading = offer_of("salt"), offer_of("bridge")
    for suggestion in matched(need):
        if suggestion.offer_id == answered.pk:
            accept_suggestion(suggestion=suggestion, person=need.holder, at=AT)
    Offer.objects.filter(pk__in=[answered.pk, fading.pk]).update(
        state=State.WITHDRAWN, changed_at=AT
    )

    match_item(item=need, at=AT + timedelta(hours=1))

    left = Suggestion.objects.get()
    assert (left.offer_id, left.need_answer, left.from_need) == (answered.pk, "accepted", False)
    assert left.made_at == AT + timedelta(hours=1)


def test_what_the_other_direction_found_stays() -> None:
    need, offer = need_of("salt"), offer_of("salt")
    build_index(at=AT)
    match_item(item=offer, at=AT)
    Offer.objects.filter(pk=offer.pk).update(state=State.ON_HOLD, changed_at=AT)

    match_item(item=need, at=AT)

    assert Suggestion.objects.get().from_offer is True


def test_an_item_taken_back_loses_its_unanswered_suggestions() -> None:
    need = need_of("salt")
    offer_of("salt")
    assert len(matched(need)) == 1
    Need.objects.filter(pk=need.pk).update(state=State.WITHDRAWN, changed_at=AT)

    match_item(item=Need.objects.get(pk=need.pk), at=AT)

    assert not Suggestion.objects.exists()


def test_a_revision_is_matched_anew() -> None:
    offer = publish_offer()
    need = publish_need()
    read_all(READER)
    keep_promises(at=AT)
    revise_item(item=need, person=need.holder, values={"trl": 7}, at=AT)

    for entry in Entry.objects.filter(kind="item.revised"):
        READER.handlers[entry.kind](entry)
    run = MatchRun.objects.get(state=State_.PENDING)

    assert (run.item_id, run.revision, run.trigger) == (need.pk, 2, "revised")
    keep_promises(at=AT)
    argued = Suggestion.objects.get(need=need, offer=offer).explanation["constraints"]
    assert "READINESS" in {each["code"] for each in argued}


def test_a_refusal_orders_both_lists_anew() -> None:
    suggestion = one_pair()
    decline_suggestion(suggestion=suggestion, person=suggestion.need.holder, reason="R05", at=AT)

    read_all(READER)
    keep_promises(at=AT)

    lowered = Suggestion.objects.get()
    assert {run.item_id for run in MatchRun.objects.all()} == {lowered.need_id, lowered.offer_id}
    assert lowered.score == max(0, suggestion.score - 25)
    assert adds_up(lowered)


def test_the_night_matches_every_published_item_and_goes_on_where_it_stopped() -> None:
    items: list[Item] = [need_of("salt"), offer_of("salt"), need_of("bridge"), offer_of("bridge")]
    write_offer()
    build_index(at=AT)
    seen: list[int] = []

    last = rematch_all(at=AT, limit=3, progress=seen.append)
    rest = rematch_all(at=AT, after=last)

    numbers = sorted(each.pk for each in items)
    assert seen == numbers[:3]
    assert (last, rest) == (numbers[2], numbers[3])
    assert rematch_all(at=AT, after=rest) == 0
    assert ("泡菜盐渍废水的盐分回收", "泡菜盐渍废水的盐分回收") in pairs()


def test_good_matches_are_told_once_to_each_side() -> None:
    make_account()
    need = need_of("salt", industry="1371")
    offer = offer_of("salt", industry="1371", trl=8)
    matched(need)
    match_item(item=need, at=AT)

    suggestion = Suggestion.objects.get()
    told = Notice.objects.filter(reason="match").order_by("pk")
    if suggestion.score < 70:
        pytest.fail(f"the pair should fit well, not {suggestion.score}")
    assert [(each.person_id, each.link) for each in told] == [
        (need.holder_id, f"/needs/{need.pk}/"),
        (offer.holder_id, f"/offers/{offer.pk}/"),
    ]


def test_an_offer_that_finds_needs_tells_its_holder_alone() -> None:
    need = need_of("salt", industry="1371")
    offer = offer_of("salt", industry="1371", trl=8)
    build_index(at=AT)

    match_item(item=offer, at=AT)

    assert set(Notice.objects.values_list("person", flat=True)) == {offer.holder_id}
    assert need.holder_id != offer.holder_id


def test_reading_the_ledger_again_makes_the_same_promises() -> None:
    publish_offer()
    need = publish_need()
    revise_item(item=need, person=need.holder, values={"trl": 7}, at=AT)

    def promised() -> list[tuple[object, ...]]:
        read_all(READER)
        columns = ("item", "revision", "trigger", "state", "requested_at")
        return list(MatchRun.objects.order_by("item").values_list(*columns))

    before = promised()
    forget_runs()

    assert promised() == before
    assert len(before) == 2


@pytest.mark.django_db(transaction=True)
def test_a_promise_being_kept_is_not_kept_twice_and_not_waited_for() -> None:
    first, second = need_of("salt"), need_of("bridge")
    offer_of("salt")
    build_index(at=AT)
    promise(first)
    promise(second)

    with transaction.atomic():
        keep_promises(at=AT, limit=1)
        with meanwhile(keep_promises, at=AT) as other:
            assert other.result(timeout=20) == 1

    runs = MatchRun.objects.order_by("pk")
    assert [(run.item_id, run.state) for run in runs] == [
        (first.pk, State_.DONE),
        (second.pk, State_.DONE),
    ]
    assert Entry.objects.filter(kind=ItemMatched.kind).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_wish_that_comes_while_its_promise_is_kept_becomes_a_new_one() -> None:
    need = need_of("salt")
    build_index(at=AT)
    first = promise(need)

    with ExitStack() as stack:
        with transaction.atomic():
            keep_promises(at=AT)
            wish = stack.enter_context(meanwhile(promise, need, revision=2))
            with pytest.raises(TimeoutError):
                wish.result(timeout=0.3)
        second = wish.result(timeout=5)

    assert second.pk != first.pk
    assert (second.state, second.revision) == (State_.PENDING, 2)
    assert connection.vendor == "postgresql"

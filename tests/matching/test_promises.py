"""Promises to match an item: joined, kept once, put off, tried again."""

from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from tests.ledger.reading import read_all
from tests.market.writing import publish_need, publish_offer
from tests.matching.pairs import AT, need_of, offer_of
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.market.models import Item, Need, Offer
from kehui.market.services import revise_item
from kehui.matching import adapter
from kehui.matching.facts import ItemMatched
from kehui.matching.models import MatchRun
from kehui.matching.readers import READER
from kehui.matching.selectors.suggestions import IN_BULK
from kehui.matching.services import build_index, forget_runs, keep_promises, request_match
from kehui.matching.services.runs import MOST_ATTEMPTS

pytestmark = pytest.mark.django_db
State_ = MatchRun.State


def promise(item: Item, *, revision: int = 1, at: datetime = AT) -> MatchRun:
    run = request_match(item=item.pk, revision=revision, trigger="published", at=at)
    assert run is not None
    return run


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

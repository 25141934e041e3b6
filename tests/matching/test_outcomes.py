"""How far a pair comes: answers close questions, the clock notes silence, deals tell the rest."""

from contextlib import ExitStack
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.makers import NOW
from tests.matching.judged import DAY, put_showing, put_suggestion
from tests.matching.pairs import AT, need_of, offer_of
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.market.models import Offer, State
from kehui.matching.facts import InterestAnswered, InterestUnanswered, OutcomeReached
from kehui.matching.models import Interest, Outcome, Suggestion
from kehui.matching.services import (
    accept_suggestion,
    ask_to_talk,
    decline_suggestion,
    note_broken_promises,
    note_silence,
    record_outcome,
)

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 16)
Rung = Outcome.Rung


def pair() -> Suggestion:
    return put_suggestion(need_of("salt"), offer_of("salt"))


def ask(suggestion: Suggestion, by: str = "need", *, through_steward: bool = False) -> Interest:
    return ask_to_talk(
        need=suggestion.need,
        offer=suggestion.offer,
        person=getattr(suggestion, by).holder,
        through_steward=through_steward,
        at=AT,
    )


def day(on: date) -> datetime:
    return NOW + (on - NOW.date())


def answers() -> list[InterestAnswered]:
    return [InterestAnswered.of(each) for each in Entry.objects.filter(kind="interest.answered")]


def silences() -> list[tuple[int, int, str]]:
    rows = Outcome.objects.filter(rung=Rung.SILENT).order_by("pk")
    return list(rows.values_list("need", "offer", "side"))


@pytest.mark.parametrize("word", ["accept", "decline", "ask"])
def test_to_speak_of_the_pair_answers_who_asked_about_it(word: str) -> None:
    suggestion = pair()
    question = ask(suggestion)
    holder = suggestion.offer.holder

    if word == "accept":
        accept_suggestion(suggestion=suggestion, person=holder, at=AT)
    elif word == "decline":
        decline_suggestion(suggestion=suggestion, person=holder, reason="R10", at=AT)
    else:
        ask(suggestion, by="offer")

    question.refresh_from_db()
    assert question.answered_at == AT
    fact = InterestAnswered(
        need=suggestion.need_id, offer=suggestion.offer_id, side="offer", is_in_time=True
    )
    assert answers() == [fact]


def test_one_speaks_oneself_and_answers_nobody() -> None:
    suggestion = pair()
    question = ask(suggestion)

    accept_suggestion(suggestion=suggestion, person=suggestion.need.holder, at=AT)

    question.refresh_from_db()
    assert (question.answered_at, answers()) == (None, [])


def test_a_late_answer_is_one_and_says_so_once() -> None:
    suggestion = pair()
    ask(suggestion)
    late = day(DUE + timedelta(days=1))

    for reason in ("R09", "R10"):
        decline_suggestion(
            suggestion=suggestion, person=suggestion.offer.holder, reason=reason, at=late
        )

    assert [each.is_in_time for each in answers()] == [False]
    assert Interest.objects.get().answered_at == late


@pytest.mark.parametrize(("on", "noted"), [(DUE, 0), (DUE + timedelta(days=1), 1)])
def test_a_promise_is_broken_the_day_after_it_was_due(on: date, noted: int) -> None:
    suggestion = pair()
    ask(suggestion, through_steward=True)

    assert note_broken_promises(at=day(on)) == noted
    assert note_broken_promises(at=day(on)) == 0

    facts = Entry.objects.filter(kind=InterestUnanswered.kind)
    fact = InterestUnanswered(
        need=suggestion.need_id,
        offer=suggestion.offer_id,
        side="offer",
        through_steward=True,
        due_on=DUE,
    )
    assert [InterestUnanswered.of(each) for each in facts] == [fact] * noted
    assert silences() == [(suggestion.need_id, suggestion.offer_id, "offer")] * noted


def test_the_asker_is_not_the_silent_one_and_an_answer_keeps_the_promise() -> None:
    kept, broken = pair(), pair()
    for each in (kept, broken):
        ask(each, by="offer")
    accept_suggestion(suggestion=kept, person=kept.need.holder, at=AT)

    note_broken_promises(at=day(DUE + timedelta(days=1)))

    assert silences() == [(broken.need_id, broken.offer_id, "need")]


def test_broken_promises_are_noted_some_at_a_time() -> None:
    for _ in range(3):
        ask(pair())
    late = day(DUE + timedelta(days=1))

    assert [note_broken_promises(at=late, limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(("on", "noted"), [(date(2026, 2, 16), 0), (date(2026, 2, 17), 1)])
def test_who_saw_a_match_and_said_nothing_for_ten_working_days_is_silent(
    on: date, noted: int
) -> None:
    suggestion = pair()
    for days in (0, 1):  # seen on two days: one silence, counted from the first
        put_showing(suggestion.need, suggestion.offer, on=DAY + timedelta(days=days))

    assert note_silence(at=day(on)) == noted
    assert note_silence(at=day(on)) == 0
    assert silences() == [(suggestion.need_id, suggestion.offer_id, "need")] * noted
    assert not Entry.objects.exists()


@pytest.mark.parametrize("word", ["accept", "decline", "ask", "other side", "withdrawn", "held"])
def test_only_who_could_speak_and_did_not_is_silent(word: str) -> None:
    suggestion = pair()
    put_showing(suggestion.need, suggestion.offer)
    holder = suggestion.need.holder
    if word == "accept":
        accept_suggestion(suggestion=suggestion, person=holder, at=AT)
    elif word == "decline":
        decline_suggestion(suggestion=suggestion, person=holder, reason="R05", at=AT)
    elif word == "ask":
        ask(suggestion)
    elif word == "other side":
        accept_suggestion(suggestion=suggestion, person=suggestion.offer.holder, at=AT)
    else:
        state = State.WITHDRAWN if word == "withdrawn" else State.ON_HOLD
        Offer.objects.update(state=state)

    assert note_silence(at=AT) == (1 if word == "other side" else 0)


def test_silences_are_noted_some_at_a_time() -> None:
    for _ in range(3):
        suggestion = pair()
        put_showing(suggestion.need, suggestion.offer)

    assert [note_silence(at=AT, limit=2) for _ in range(3)] == [2, 1, 0]


def test_deals_tell_once_that_a_pair_negotiates_and_signs() -> None:
    need, offer = need_of("salt"), offer_of("bridge")  # never suggested

    told = [
        record_outcome(need=need, offer=offer, rung=rung, actor=need.holder.pk, at=AT)
        for rung in (Rung.NEGOTIATED, Rung.NEGOTIATED, Rung.SIGNED)
    ]

    assert told == [True, False, True]
    facts = Entry.objects.filter(kind=OutcomeReached.kind).order_by("pk")
    assert [OutcomeReached.of(each) for each in facts] == [
        OutcomeReached(need=need.pk, offer=offer.pk, outcome=outcome)
        for outcome in ("negotiated", "signed")
    ]
    assert {each.actor for each in facts} == {need.holder.pk}


def test_silence_is_for_the_clock_to_note() -> None:
    need, offer = need_of("salt"), offer_of("salt")

    with pytest.raises(ValueError, match="clock"):
        record_outcome(need=need, offer=offer, rung=Rung.SILENT, actor=None, at=AT)


@pytest.mark.parametrize(("rung", "side"), [("silent", ""), ("signed", "need")])
def test_one_side_is_silent_and_both_sign(rung: str, side: str) -> None:
    need, offer = need_of("salt"), offer_of("salt")

    with pytest.raises(IntegrityError):
        Outcome.objects.create(need=need, offer=offer, rung=rung, side=side, at=AT)


@pytest.mark.django_db(transaction=True)
def test_of_two_clocks_at_once_one_notes_a_broken_promise() -> None:
    ask(pair())
    late = day(DUE + timedelta(days=1))

    with ExitStack() as stack:
        with transaction.atomic():
            note_broken_promises(at=late)
            second = stack.enter_context(meanwhile(note_broken_promises, at=late))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        second.result(timeout=5)

    assert Entry.objects.filter(kind=InterestUnanswered.kind).count() == 1
    assert Outcome.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_closes_the_question() -> None:
    suggestion = pair()
    ask(suggestion)
    holder = suggestion.offer.holder

    def accept() -> None:
        accept_suggestion(suggestion=suggestion, person=holder, at=AT)

    with ExitStack() as stack:
        with transaction.atomic():
            ask(suggestion, by="offer")
            second = stack.enter_context(meanwhile(accept))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        second.result(timeout=5)

    assert len(answers()) == 1

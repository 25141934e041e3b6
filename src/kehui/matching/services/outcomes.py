"""How far a pair comes: an answer, silence, negotiation, a signature."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from kehui.core import dates
from kehui.ledger.services import record
from kehui.market.models import Need, Offer, Side
from kehui.matching.facts import InterestAnswered, InterestUnanswered, OutcomeReached
from kehui.matching.models import Interest, Outcome
from kehui.matching.selectors import outcomes

REPLY_WORKING_DAYS: Final = 10


@transaction.atomic
def note_answer(*, need: int, offer: int, side: Side, actor: int | None, at: datetime) -> bool:
    """Close the other side's question about this pair, if it asked one; say whether it did.

    Speaking of the pair is an answer, whatever is said: the promise was an answer, not a yes.
    """
    asker = Side.OFFER if side == Side.NEED else Side.NEED
    open_question = Interest.objects.select_for_update(no_key=True).filter(
        need=need, offer=offer, side=asker, answered_at=None
    )
    question = open_question.first()
    if question is None:
        return False
    question.answered_at = at
    question.save(update_fields=["answered_at"])
    record(
        InterestAnswered(
            need=need,
            offer=offer,
            side=side.value,
            is_in_time=dates.day_of(at) <= question.reply_due_on,
        ),
        actor=actor,
        at=at,
    )
    return True


@transaction.atomic
def record_outcome(
    *, need: Need, offer: Offer, rung: Outcome.Rung, actor: int | None, at: datetime
) -> bool:
    """Note once that a pair negotiates or has signed, and record it; say whether it is news.

    Deals call this. The pair need not have been suggested. Silence is for the clock alone.

    Raises:
        ValueError: the rung is silence.
    """
    if rung == Outcome.Rung.SILENT:
        raise ValueError("silence is for the clock to note")
    _outcome, is_new = Outcome.objects.get_or_create(
        need=need, offer=offer, rung=rung, side="", defaults={"at": at}
    )
    if is_new:
        fact = OutcomeReached(need=need.pk, offer=offer.pk, outcome=rung.value)
        record(fact, actor=actor, at=at)
    return is_new


@transaction.atomic
def note_broken_promises(*, at: datetime, limit: int = 500) -> int:
    """Note whose promised day of reply is over without a word, each once and with its fact.

    Stewards go by the fact. Two clocks at once note it once; returns how many were looked at.
    """
    overdue = list(outcomes.overdue_questions(dates.day_of(at))[:limit])
    for question in overdue:
        side = _asked(question)
        _outcome, is_new = Outcome.objects.get_or_create(
            need_id=question.need_id,
            offer_id=question.offer_id,
            rung=Outcome.Rung.SILENT,
            side=side,
            defaults={"at": at},
        )
        if is_new:
            record(_unanswered(question, side), actor=None, at=at)
    return len(overdue)


@transaction.atomic
def note_silence(*, at: datetime, limit: int = 2_000) -> int:
    """Note which sides saw a suggestion ten working days ago and never spoke of it; how many.

    Nobody promised anything about these and there are many: an observation, without a fact.
    """
    silent = outcomes.unanswered_showings(last_day=_last_day(dates.day_of(at)))[:limit]
    rows = [
        Outcome(need_id=need, offer_id=offer, rung=Outcome.Rung.SILENT, side=side, at=at)
        for need, offer, side in silent
    ]
    Outcome.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _asked(question: Interest) -> Side:
    return Side.OFFER if question.side == Side.NEED else Side.NEED


def _unanswered(question: Interest, side: Side) -> InterestUnanswered:
    return InterestUnanswered(
        need=question.need_id,
        offer=question.offer_id,
        side=side.value,
        through_steward=question.through_steward,
        due_on=question.reply_due_on,
    )


def _last_day(today: date) -> date:
    """Return the last day whose promised answer is overdue today."""
    day = today
    while dates.working_days_after(day, REPLY_WORKING_DAYS) >= today:
        day -= timedelta(days=1)
    return day

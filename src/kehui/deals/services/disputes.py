"""A dispute from the complaint to the decision of somebody who has no part in it."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.deals import policies
from kehui.deals.facts import DisputeDecided, DisputeOpened, DisputeStated
from kehui.deals.models import Deal, Dispute, Role
from kehui.deals.services import moves
from kehui.deals.services.contracts import side_of
from kehui.deals.services.quotes import written
from kehui.deals.services.telling import tell_parties
from kehui.ledger.services import record
from kehui.people.models import Person

HEARING_WORKING_DAYS: Final = 10
APPEAL_DAYS: Final = 15
AT_A_TIME: Final = 500
BOTH: Final = (Role.BUYER, Role.SELLER)


class NoDispute(Refused):
    code = "NO_DISPUTE"
    message = _("这笔对接现在没有可以这样处理的争议。")
    message_en = "There is no dispute to do this with."
    status = 409


class NotIndependent(Refused):
    code = "NOT_INDEPENDENT"
    message = _("裁定人不能与任何一方有关，也不能是陪同的管家或裁定过这件事的人。")
    message_en = "Who decides has no part in it: no party, colleague, steward or former judge."
    status = 403


class NotYetHeard(Refused):
    code = "NOT_YET_HEARD"
    message = _("双方都陈述过，或陈述期限 {day} 过了，才能裁定。")
    message_en = "Both sides are heard first, or the day {day} has passed."
    status = 409


class AppealOver(Refused):
    code = "APPEAL_OVER"
    message = _("申诉只有一次，要在裁定后 {days} 天内提出。")
    message_en = "One appeal, within {days} days of the decision."
    status = 409


@transaction.atomic
def open_dispute(*, deal: Deal, person: Person, complaint: str, at: datetime) -> Dispute:
    """Say what is wrong: the deal rests, nothing of it counts until it is decided.

    Raises:
        MoveNotYours, MoveImpossible, WordsMissing: of the person, the deal, the text.
    """
    words = written(complaint, field="complaint")
    mine = moves.locked(deal)
    moves.check(mine, "dispute", person, at=at)
    role = side_of(mine, person, at=at)
    made = Dispute.objects.create(
        deal=mine,
        opened_by=role,
        complaint=words,
        hearing_due_on=dates.working_days_after(dates.day_of(at), HEARING_WORKING_DAYS),
        opened_at=at,
    )
    record(DisputeOpened(deal=mine.pk, dispute=made.pk, role=role.value), actor=person.pk, at=at)
    moves.make(mine, "dispute", person, role=role, sentence=words[:200], at=at)
    return made


@transaction.atomic
def state_view(*, deal: Deal, person: Person, words: str, at: datetime) -> Dispute:
    """Say how one's side sees it, once or again until it is decided.

    Raises:
        MoveNotYours, NoDispute, WordsMissing: of the person, the deal, the text.
    """
    said = written(words, field="words")
    mine = moves.locked(deal)
    role = side_of(mine, person, at=at)
    held = _held(mine, Dispute.State.OPENED, Dispute.State.HEARD)
    if role == Role.BUYER:
        held.buyer_says = said
    else:
        held.seller_says = said
    if held.buyer_says and held.seller_says:
        held.state = Dispute.State.HEARD
    held.save()
    record(DisputeStated(deal=mine.pk, dispute=held.pk, role=role.value), actor=person.pk, at=at)
    return held


@transaction.atomic
def decide_dispute(
    *, deal: Deal, person: Person, outcome: Dispute.Outcome, grounds: str, at: datetime
) -> Dispute:
    """Decide, as an operator who has no part in it. On appeal another one decides, for good.

    The decision takes effect when the time for an appeal is over, or at once on appeal.

    Raises:
        NotIndependent: the person is not an operator, has part in it, or decided it before.
        NoDispute, WordsMissing: of the deal, the grounds.
        NotYetHeard: a side was not heard and has time left.
    """
    words = written(grounds, field="grounds")
    mine = moves.locked(deal)
    held = _held(mine, Dispute.State.OPENED, Dispute.State.HEARD, Dispute.State.APPEALED)
    today = dates.day_of(at)
    if not policies.may_decide_dispute(person, mine, held, today=today):
        raise NotIndependent
    if held.state == Dispute.State.OPENED and today <= held.hearing_due_on:
        raise NotYetHeard(day=held.hearing_due_on)
    is_last = held.state == Dispute.State.APPEALED
    held.judge, held.outcome, held.grounds = person, outcome, words
    held.state, held.decided_at = Dispute.State.DECIDED, at
    held.appeal_until = today + timedelta(days=APPEAL_DAYS)
    held.save()
    fact = DisputeDecided(deal=mine.pk, dispute=held.pk, outcome=outcome.value, is_last=is_last)
    record(fact, actor=person.pk, at=at)
    title = _now("争议已裁定：“%s”") % mine.title
    key = f"dispute:{held.pk}:decided:{is_last}"
    tell_parties(mine, BOTH, title, words, key=key, by=person, at=at)
    if is_last:
        _carry_out(mine, held, at=at)
    return held


@transaction.atomic
def appeal(*, deal: Deal, person: Person, words: str, at: datetime) -> Dispute:
    """Ask for another decision, once.

    Raises:
        MoveNotYours, NoDispute, WordsMissing: of the person, the deal, the text.
        AppealOver: the time is over.
    """
    said = written(words, field="words")
    mine = moves.locked(deal)
    role = side_of(mine, person, at=at)
    held = _held(mine, Dispute.State.DECIDED)
    if held.appeal_until is None or dates.day_of(at) > held.appeal_until:
        raise AppealOver(days=APPEAL_DAYS)
    held.state, held.appeal_by, held.appeal = Dispute.State.APPEALED, role, said
    held.save()
    record(DisputeStated(deal=mine.pk, dispute=held.pk, role=role.value), actor=person.pk, at=at)
    return held


def carry_out_decisions(*, at: datetime) -> int:
    """Let decisions take effect against which nobody appealed in time; return how many."""
    late = Dispute.objects.filter(
        state=Dispute.State.DECIDED, appeal_until__lt=dates.day_of(at)
    ).select_related("deal")
    return sum(_carry_out_late(each, at=at) for each in late[:AT_A_TIME])


@transaction.atomic
def _carry_out_late(dispute: Dispute, *, at: datetime) -> bool:
    """Lock the deal before the dispute, like everybody; another clock may have been here."""
    mine = moves.locked(dispute.deal)
    held = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    if held.state != Dispute.State.DECIDED:
        return False
    _carry_out(mine, held, at=at)
    return True


def _carry_out(deal: Deal, held: Dispute, *, at: datetime) -> None:
    held.state, held.closed_at = Dispute.State.CLOSED, at
    held.save()
    moves.make(deal, held.outcome, held.judge, sentence=held.grounds[:200], at=at)


def _held(deal: Deal, *states: Dispute.State) -> Dispute:
    found = deal.disputes.select_for_update(of=("self",)).filter(state__in=states).first()
    if found is None:
        raise NoDispute
    return found

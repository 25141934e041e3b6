"""Milestones of the contract in force: the seller reports them, the buyer decides on them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.deals.facts import MilestoneMoved
from kehui.deals.models import Deal, Milestone, MilestoneState, Role, State
from kehui.deals.services import moves
from kehui.deals.services.contracts import side_of
from kehui.deals.services.telling import tell_parties
from kehui.deals.services.work import ReasonUnsaid, in_force
from kehui.ledger.services import record
from kehui.people.models import Person

SHORTEST: Final = 5
LONGEST: Final = 300
REPORTABLE: Final = (MilestoneState.PLANNED, MilestoneState.FIX)


class NotInWork(Refused):
    code = "NOT_IN_WORK"
    message = _("合同现在是“{state}”，履行期间才能这样做。")
    message_en = "The deal is “{state}”; this is done while the work goes on."
    status = 409


class MilestoneUnknown(Refused):
    code = "MILESTONE_UNKNOWN"
    message = _("现行合同里没有这个里程碑。")
    message_en = "The contract in force has no such milestone."
    status = 404


class MilestoneElsewhere(Refused):
    code = "MILESTONE_STATE"
    message = _("“{name}”现在是“{state}”，不能这样处理。")
    message_en = "“{name}” is “{state}”; that cannot be done now."
    status = 409


class EvidenceMissing(Refused):
    code = "EVIDENCE_MISSING"
    message = _("请用 {least} 到 {most} 个字写明完成了什么、凭什么看得出。")
    message_en = "Say between {least} and {most} characters what is done and what shows it."
    field = "evidence"


class FixDayMissing(Refused):
    code = "FIX_DAY"
    message = _("请写明要改什么，并给出今天以后的整改期限。")
    message_en = "Say what to change, and until which day after today."
    field = "fix_until"


@transaction.atomic
def report_milestone(
    *, deal: Deal, person: Person, position: int, evidence: str, at: datetime
) -> Milestone:
    """Say that a milestone is done, and what shows it. The seller does.

    Raises:
        MoveNotYours, NotYourSide: the person is of neither side, of the other side.
        NotInWork, MilestoneUnknown, MilestoneElsewhere: of the deal, the milestone.
        EvidenceMissing: fewer than 5 or more than 300 characters.
    """
    words = evidence.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        raise EvidenceMissing(least=SHORTEST, most=LONGEST)
    mine, step = _step(deal, person, Role.SELLER, position, REPORTABLE, at=at)
    step.evidence, step.reported_at, step.fix_until = words, at, None
    return _moved(mine, step, MilestoneState.REPORTED, person, told=Role.BUYER, at=at)


@transaction.atomic
def pass_milestone(
    *, deal: Deal, person: Person, position: int, sentence: str = "", at: datetime
) -> Milestone:
    """Agree that a reported milestone is done. The buyer does, never a steward.

    Raises:
        MoveNotYours, NotYourSide, NotInWork, MilestoneUnknown, MilestoneElsewhere,
        SentenceTooLong: see `report_milestone`.
    """
    words = moves.worded(sentence)
    mine, step = _step(deal, person, Role.BUYER, position, (MilestoneState.REPORTED,), at=at)
    return _decided(mine, step, MilestoneState.PASSED, person, words, at=at)


@transaction.atomic
def return_milestone(
    *, deal: Deal, person: Person, position: int, sentence: str, fix_until: date, at: datetime
) -> Milestone:
    """Send a reported milestone back: what is to be changed, and until when.

    Raises:
        FixDayMissing: no words, or a day that is not after today.
        MoveNotYours, NotYourSide, NotInWork, MilestoneUnknown, MilestoneElsewhere,
        SentenceTooLong: see `report_milestone`.
    """
    words = moves.worded(sentence)
    if not words or fix_until <= dates.day_of(at):
        raise FixDayMissing
    mine, step = _step(deal, person, Role.BUYER, position, (MilestoneState.REPORTED,), at=at)
    step.fix_until = fix_until
    return _decided(mine, step, MilestoneState.FIX, person, words, at=at)


@transaction.atomic
def stop_milestone(
    *, deal: Deal, person: Person, position: int, sentence: str, at: datetime
) -> Milestone:
    """Do without a milestone that is not passed, and say why. The buyer does.

    Raises:
        ReasonUnsaid: without a sentence.
        MoveNotYours, NotYourSide, NotInWork, MilestoneUnknown, MilestoneElsewhere,
        SentenceTooLong: see `report_milestone`.
    """
    words = moves.worded(sentence)
    if not words:
        raise ReasonUnsaid
    states = (*REPORTABLE, MilestoneState.REPORTED)
    mine, step = _step(deal, person, Role.BUYER, position, states, at=at)
    step.fix_until = None
    return _decided(mine, step, MilestoneState.STOPPED, person, words, at=at)


def _step(
    deal: Deal,
    person: Person,
    role: Role,
    position: int,
    states: Sequence[MilestoneState],
    *,
    at: datetime,
) -> tuple[Deal, Milestone]:
    """Lock the deal and a milestone of its contract; pass when this side may change it now."""
    mine = moves.locked(deal)
    if side_of(mine, person, at=at) != role:
        raise moves.NotYourSide(role=role.label)
    if mine.state != State.PERFORMING:
        raise NotInWork(state=mine.get_state_display())
    found = in_force(mine).milestones.select_for_update().filter(position=position).first()
    if found is None:
        raise MilestoneUnknown
    if found.state not in states:
        raise MilestoneElsewhere(name=found.name, state=found.get_state_display())
    return mine, found


def _decided(
    deal: Deal,
    step: Milestone,
    state: MilestoneState,
    person: Person,
    words: str,
    *,
    at: datetime,
) -> Milestone:
    step.decided_by, step.decided_at, step.sentence = person, at, words
    return _moved(deal, step, state, person, told=Role.SELLER, at=at)


def _moved(
    deal: Deal,
    step: Milestone,
    state: MilestoneState,
    person: Person,
    *,
    told: Role,
    at: datetime,
) -> Milestone:
    before, step.state = step.state, state
    step.save()
    fact = MilestoneMoved(
        deal=deal.pk, milestone=step.pk, position=step.position, before=before, after=state.value
    )
    (entry,) = record(fact, actor=person.pk, at=at)
    title = _now("里程碑“%(name)s”：%(state)s") % {"name": step.name, "state": state.label}
    words = step.evidence if told == Role.BUYER else step.sentence
    tell_parties(deal, (told,), title, words, key=f"milestone:{entry.pk}", by=person, at=at)
    return step

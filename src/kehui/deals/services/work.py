"""The work itself: begin, report milestones, decide on them, deliver, take over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.deals.facts import DeliveryAccepted
from kehui.deals.models import (
    Acceptance,
    Contract,
    ContractState,
    Deal,
    MilestoneState,
    QuoteState,
)
from kehui.deals.services import moves
from kehui.ledger.services import record
from kehui.people.models import Person

DONE: Final = (MilestoneState.PASSED, MilestoneState.STOPPED)


class WorkUnfinished(Refused):
    code = "WORK_UNFINISHED"
    message = _("还有里程碑没有通过：{names}。都通过（或经需求方终止）后才能交付。")
    message_en = "Milestones are not passed yet: {names}."
    status = 409


class ResultsMissing(Refused):
    code = "RESULTS_MISSING"
    message = _("请逐项填写实测结果：{names}。")
    message_en = "Write what was measured for each: {names}."
    field = "lines"


class ReasonUnsaid(Refused):
    code = "REASON_UNSAID"
    message = _("请写一句原因，对方要看得懂。")
    message_en = "Please give the reason in a sentence."
    field = "sentence"


@transaction.atomic
def start_work(*, deal: Deal, person: Person, at: datetime) -> Deal:
    """Begin what was signed.

    Raises:
        MoveNotYours, MoveImpossible: see `moves.check`.
    """
    mine = moves.locked(deal)
    role = moves.check(mine, "start_work", person, at=at)
    return moves.make(mine, "start_work", person, role=role, at=at)


@transaction.atomic
def deliver(*, deal: Deal, person: Person, sentence: str, at: datetime) -> Deal:
    """Hand the work over, once every milestone is passed or was stopped by the buyer.

    Raises:
        MoveNotYours, MoveImpossible, SentenceTooLong: see `moves`.
        ReasonUnsaid: without a word of what is handed over.
        WorkUnfinished: a milestone is still open.
    """
    words = moves.worded(sentence)
    if not words:
        raise ReasonUnsaid
    mine = moves.locked(deal)
    role = moves.check(mine, "deliver", person, at=at)
    open_steps = in_force(mine).milestones.exclude(state__in=DONE)
    if names := [each.name for each in open_steps]:
        raise WorkUnfinished(names="、".join(names))
    return moves.make(mine, "deliver", person, role=role, sentence=words, at=at)


@transaction.atomic
def send_back(*, deal: Deal, person: Person, sentence: str, at: datetime) -> Deal:
    """Refuse the delivery for now, and say what is missing.

    Raises:
        MoveNotYours, MoveImpossible, SentenceTooLong, ReasonUnsaid: see `deliver`.
    """
    words = moves.worded(sentence)
    if not words:
        raise ReasonUnsaid
    mine = moves.locked(deal)
    role = moves.check(mine, "send_back", person, at=at)
    return moves.make(mine, "send_back", person, role=role, sentence=words, at=at)


@transaction.atomic
def accept_delivery(
    *,
    deal: Deal,
    person: Person,
    results: Mapping[str, tuple[str, bool]],
    sentence: str = "",
    at: datetime,
) -> Deal:
    """Take the work over, with what was measured for every indicator.

    Args:
        results: by the indicator's name, what was measured and whether it meets the target.

    Raises:
        MoveNotYours, MoveImpossible, SentenceTooLong: see `moves`.
        ResultsMissing: an indicator has no result.
        ReasonUnsaid: a target is not met and no word says why it is taken over.
    """
    words = moves.worded(sentence)
    mine = moves.locked(deal)
    role = moves.check(mine, "accept", person, at=at)
    lines = [_line(each, results) for each in indicators_of(mine)]
    if missing := [each["name"] for each in lines if not each["measured"]]:
        raise ResultsMissing(names="、".join(missing))
    met = sum(each["is_met"] for each in lines)
    if met < len(lines) and not words:
        raise ReasonUnsaid
    Acceptance.objects.create(deal=mine, lines=lines, sentence=words, by=person, at=at)
    record(DeliveryAccepted(deal=mine.pk, indicators=len(lines), met=met), actor=person.pk, at=at)
    return moves.make(mine, "accept", person, role=role, sentence=words, at=at)


def in_force(deal: Deal) -> Contract:
    """Return the contract that all have signed; a signed deal has exactly one."""
    return deal.contracts.get(state=ContractState.SIGNED)


def indicators_of(deal: Deal) -> Sequence[Mapping[str, Any]]:
    """Return the indicators as they stood in the request that the accepted quote answers."""
    taken = deal.quotes.select_related("request").filter(state=QuoteState.ACCEPTED).first()
    if taken is None or taken.request is None:
        return []
    found: Sequence[Mapping[str, Any]] = taken.request.indicators
    return found


def _line(indicator: Mapping[str, Any], results: Mapping[str, tuple[str, bool]]) -> dict[str, Any]:
    measured, is_met = results.get(indicator["name"], ("", False))
    return {
        "name": indicator["name"],
        "target": indicator["target"],
        "measured": measured.strip()[:60],
        "is_met": is_met,
    }

"""Change a signed contract: a new version with its reason, signed by both like the first."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.deals.models import Contract, ContractState, Deal, Milestone, Payment
from kehui.deals.services import contracts, moves
from kehui.deals.services.work import DONE, ReasonUnsaid, in_force
from kehui.people.models import Person

KEPT_OF_A_STEP: Final = (
    "state", "fix_until", "evidence", "reported_at", "decided_by_id", "decided_at", "sentence",
)  # fmt: skip
KEPT_OF_A_PAYMENT: Final = ("proof", "told_at", "confirmed_at")


class NotChangeable(Refused):
    code = "NOT_CHANGEABLE"
    message = _("合同签署后、交付前才能变更；现在是“{state}”。")
    message_en = "A contract is changed between signing and delivery; the deal is “{state}”."
    status = 409


class DoneChanged(Refused):
    code = "CHANGE_OF_DONE"
    message = _("已经做完的不能改，要原样留在原来的位置：{names}。")
    message_en = "What is done stays as it is, in its place: {names}."
    status = 409


@transaction.atomic
def draft_change(
    *, deal: Deal, person: Person, terms: contracts.Terms, reason: str, at: datetime
) -> Contract:
    """Write the next version of the contract in force, or write its draft anew.

    Raises:
        ReasonUnsaid, SentenceTooLong: of the reason.
        MoveNotYours: the person is of neither side.
        NotChangeable: the deal is not between signing and delivery.
        Immutable: a version is up for signing.
        DoneChanged: a milestone that is passed or stopped, or a payment that was told, is missing
            or reads differently.
        ContractWords, ContractKindUnknown, StepsWrong, AmountMismatch, TechnicalTooHigh: of terms.
    """
    words = moves.worded(reason)
    if not words:
        raise ReasonUnsaid(field="change_reason")
    mine = moves.locked(deal)
    contracts.side_of(mine, person, at=at)
    if mine.state not in contracts.CHANGEABLE:
        raise NotChangeable(state=mine.get_state_display())
    contracts.check(terms)
    if mine.contracts.filter(state=ContractState.PROPOSED).exists():
        raise contracts.Immutable
    made = contracts.write(mine, person, terms, reason=words, at=at)
    check_done(in_force(mine), made)
    return made


def check_done(former: Contract, new: Contract) -> None:
    """Pass when the new version repeats everything that is done.

    Raises:
        DoneChanged: names what it does not repeat.
    """
    steps = {each.position: each for each in new.milestones.all()}
    payments = {each.position: each for each in new.payments.all()}
    changed = [
        each.name
        for each in former.milestones.filter(state__in=DONE)
        if not _reads_the_same(each, steps.get(each.position))
    ]
    changed += [
        _now("付款 %s") % each.position
        for each in former.payments.all()
        if (each.told_at or each.confirmed_at) and not _is_the_same(each, payments)
    ]
    if changed:
        raise DoneChanged(names="、".join(changed))


def carry_over(former: Contract, new: Contract) -> None:
    """Let what was reported, decided and paid under the former version stand under the new one."""
    steps = {each.position: each for each in new.milestones.all()}
    for each in former.milestones.all():
        step = steps.get(each.position)
        if step is not None and _reads_the_same(each, step):
            for name in KEPT_OF_A_STEP:
                setattr(step, name, getattr(each, name))
            step.save()
    payments = {each.position: each for each in new.payments.all()}
    for payment in former.payments.all():
        if payment.told_at or payment.confirmed_at:
            kept = payments[payment.position]
            for name in KEPT_OF_A_PAYMENT:
                setattr(kept, name, getattr(payment, name))
            kept.save()


def _reads_the_same(one: Milestone, other: Milestone | None) -> bool:
    return other is not None and (one.name, one.criterion, one.due_on) == (
        other.name, other.criterion, other.due_on,
    )  # fmt: skip


def _is_the_same(payment: Payment, others: dict[int, Payment]) -> bool:
    other = others.get(payment.position)
    return other is not None and (payment.amount_fen, payment.due_on) == (
        other.amount_fen, other.due_on,
    )  # fmt: skip

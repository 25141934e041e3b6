"""Money that moved outside: who paid says so with a proof, who got it confirms. We hold none."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import money
from kehui.core.errors import Refused
from kehui.deals.facts import PaymentConfirmed, PaymentTold
from kehui.deals.models import Deal, Payment, Role, State
from kehui.deals.services import moves
from kehui.deals.services.contracts import side_of
from kehui.deals.services.telling import tell_parties
from kehui.deals.services.work import in_force
from kehui.ledger.services import record
from kehui.people.models import Person

LONGEST_PROOF: Final = 80
WHILE: Final = (State.SIGNED, State.PERFORMING, State.DELIVERED, State.ACCEPTED)


class NoPaymentsNow(Refused):
    code = "NO_PAYMENTS_NOW"
    message = _("这笔对接现在是“{state}”，没有要登记的付款。")
    message_en = "The deal is “{state}”; there is no payment to note."
    status = 409


class PaymentUnknown(Refused):
    code = "PAYMENT_UNKNOWN"
    message = _("现行合同里没有这笔付款。")
    message_en = "The contract in force has no such payment."
    status = 404


class ProofMissing(Refused):
    code = "PROOF_MISSING"
    message = _("请填写付款凭证号或流水号，最多 {limit} 个字。")
    message_en = "Write the number of the proof of payment, at most {limit} characters."
    field = "proof"


class PaymentElsewhere(Refused):
    code = "PAYMENT_STATE"
    message = _("这笔付款{state}，不必再做。")
    message_en = "This payment is {state} already."
    status = 409


class PaymentsOpen(Refused):
    code = "PAYMENTS_OPEN"
    message = _("还有 {amount} 没有由收款方确认，不能算付清。")
    message_en = "{amount} is not confirmed by the receiver yet."
    status = 409


@transaction.atomic
def tell_payment(*, deal: Deal, person: Person, position: int, proof: str, at: datetime) -> Payment:
    """Say that a payment was made, with the number of its proof. The buyer does.

    Raises:
        ProofMissing: no number, or more than 80 characters.
        MoveNotYours, NotYourSide, NoPaymentsNow, PaymentUnknown: of the person, the deal.
        PaymentElsewhere: it was told before.
    """
    number = " ".join(proof.split())
    if not number or len(number) > LONGEST_PROOF:
        raise ProofMissing(limit=LONGEST_PROOF)
    mine, found = _payment(deal, person, Role.BUYER, position, at=at)
    if found.told_at is not None:
        raise PaymentElsewhere(state=_("已登记"))
    found.proof, found.told_at = number, at
    found.save()
    fact = PaymentTold(deal=mine.pk, payment=found.pk, amount_fen=found.amount_fen)
    record(fact, actor=person.pk, at=at)
    title = _now("对方已付 %s，请确认收款") % money.show(found.amount_fen)
    key = f"payment:{found.pk}:told"
    tell_parties(mine, (Role.SELLER,), title, key=key, by=person, at=at)
    return found


@transaction.atomic
def confirm_payment(*, deal: Deal, person: Person, position: int, at: datetime) -> Payment:
    """Say that a payment has come. The seller does, told or not.

    Raises:
        MoveNotYours, NotYourSide, NoPaymentsNow, PaymentUnknown: of the person, the deal.
        PaymentElsewhere: it was confirmed before.
    """
    mine, found = _payment(deal, person, Role.SELLER, position, at=at)
    if found.confirmed_at is not None:
        raise PaymentElsewhere(state=_("已确认"))
    found.confirmed_at = at
    found.save()
    fact = PaymentConfirmed(
        deal=mine.pk,
        payment=found.pk,
        amount_fen=found.amount_fen,
        was_told=found.told_at is not None,
    )
    record(fact, actor=person.pk, at=at)
    title = _now("收款方已确认 %s") % money.show(found.amount_fen)
    key = f"payment:{found.pk}:confirmed"
    tell_parties(mine, (Role.BUYER,), title, key=key, by=person, at=at)
    return found


@transaction.atomic
def settle(*, deal: Deal, person: Person, at: datetime) -> Deal:
    """Call an accepted deal paid, once the receiver has confirmed every payment.

    Raises:
        MoveNotYours, MoveImpossible: see `moves.check`.
        PaymentsOpen: a payment is not confirmed.
    """
    mine = moves.locked(deal)
    role = moves.check(mine, "pay", person, at=at)
    waiting = in_force(mine).payments.filter(confirmed_at=None)
    if amount := sum(each.amount_fen for each in waiting):
        raise PaymentsOpen(amount=money.show(amount))
    return moves.make(mine, "pay", person, role=role, at=at)


@transaction.atomic
def close_deal(*, deal: Deal, person: Person, at: datetime) -> Deal:
    """Put a paid deal among the done ones; the clock does after 30 days.

    Raises:
        MoveNotYours, MoveImpossible: see `moves.check`.
    """
    mine = moves.locked(deal)
    role = moves.check(mine, "close", person, at=at)
    return moves.make(mine, "close", person, role=role, at=at)


def _payment(
    deal: Deal, person: Person, role: Role, position: int, *, at: datetime
) -> tuple[Deal, Payment]:
    mine = moves.locked(deal)
    if side_of(mine, person, at=at) != role:
        raise moves.NotYourSide(role=role.label)
    if mine.state not in WHILE:
        raise NoPaymentsNow(state=mine.get_state_display())
    found = in_force(mine).payments.select_for_update().filter(position=position).first()
    if found is None:
        raise PaymentUnknown
    return mine, found

"""Write a contract and put it up for signing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, money
from kehui.core.errors import Refused
from kehui.deals import policies
from kehui.deals.facts import ContractProposed
from kehui.deals.models import (
    Contract,
    ContractKind,
    ContractState,
    Deal,
    Milestone,
    Payment,
    Role,
    State,
)
from kehui.deals.selectors import contracts as texts
from kehui.deals.services import moves
from kehui.deals.services.quotes import TechnicalTooHigh
from kehui.deals.services.telling import tell_parties
from kehui.ledger.services import record
from kehui.people.models import Person

ORDER: Final = (Role.SELLER, Role.BUYER)  # who signs first, who second
CHANGEABLE: Final = (State.SIGNED, State.PERFORMING)
MOST_STEPS: Final = 20
WORDS: Final = {"subject": (10, 2000), "ownership": (5, 1000), "acceptance": (5, 300)}


class NotInAgreement(Refused):
    code = "NOT_IN_AGREEMENT"
    message = _("谈妥（接受报价）之后才能起草合同；现在是“{state}”。")
    message_en = "A contract is written once a quote was accepted; the deal is “{state}”."
    status = 409


class ContractWords(Refused):
    code = "CONTRACT_WORDS"
    message = _("这一项要写 {least} 到 {most} 个字，现在是 {count} 个字。")
    message_en = "This needs between {least} and {most} characters; it has {count}."


class ContractKindUnknown(Refused):
    code = "CONTRACT_KIND"
    message = _("请从五类技术合同里选一类。")
    message_en = "Choose one of the five kinds of technology contracts."
    field = "kind"


class AmountMismatch(Refused):
    code = "AMOUNT_MISMATCH"
    message = _("付款计划合计 {planned}，成交额 {total}，两个数要相等。")
    message_en = "The payments add up to {planned}, the total is {total}: they must be equal."
    field = "payments"


class StepsWrong(Refused):
    code = "CONTRACT_STEPS"
    message = _("里程碑和付款各要 1 到 {most} 条，付款对应的里程碑要在计划里。")
    message_en = "Between 1 and {most} milestones and payments; a payment names one of them."
    field = "milestones"


class Immutable(Refused):
    code = "IMMUTABLE"
    message = _("合同已经提请签署，不能再改。要改请先撤回，或签署后走变更。")
    message_en = "The contract is up for signing and cannot be changed. Withdraw it first."
    status = 409


class NoContract(Refused):
    code = "NO_CONTRACT"
    message = _("没有可以这样处理的合同，也许刚被撤回或签完了。")
    message_en = "There is no contract to do this with; perhaps it was just withdrawn or signed."
    status = 409


@dataclass(frozen=True, kw_only=True)
class Step:
    name: str
    criterion: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the price; `step` is the place of its milestone, from 1, None for an advance."""

    amount_fen: int
    due_on: date
    step: int | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    kind: str
    subject: str
    amount_total_fen: int
    amount_technical_fen: int
    ownership: str
    acceptance: str
    acceptance_days: int
    steps: Sequence[Step]
    parts: Sequence[Part]
    confidential_until: date | None = None


@transaction.atomic
def draft_contract(*, deal: Deal, person: Person, terms: Terms, at: datetime) -> Contract:
    """Write the contract, or write its draft anew.

    Raises:
        MoveNotYours: the person is of neither side.
        NotInAgreement: no quote was accepted, or the deal is further on.
        Immutable: it is up for signing.
        ContractWords, ContractKindUnknown, StepsWrong, AmountMismatch, TechnicalTooHigh: of them.
    """
    mine = _agreed(deal, person, at=at)
    check(terms)
    if mine.contracts.filter(state=ContractState.PROPOSED).exists():
        raise Immutable
    return write(mine, person, terms, at=at)


def write(deal: Deal, person: Person, terms: Terms, *, reason: str = "", at: datetime) -> Contract:
    """Keep checked terms as the deal's draft, in place of the draft before."""
    last = deal.contracts.aggregate(last=Max("number"))["last"] or 0
    made = deal.contracts.filter(state=ContractState.DRAFT).first() or Contract(
        deal=deal, number=last + 1
    )
    for name in (
        "kind", "subject", "amount_total_fen", "amount_technical_fen", "ownership", "acceptance",
        "acceptance_days", "confidential_until",
    ):  # fmt: skip
        setattr(made, name, getattr(terms, name))
    made.by, made.made_at, made.change_reason = person, at, reason
    made.save()
    made.payments.all().delete()
    made.milestones.all().delete()
    steps = [
        Milestone.objects.create(
            contract=made,
            position=place,
            name=each.name,
            criterion=each.criterion,
            due_on=each.due_on,
        )
        for place, each in enumerate(terms.steps, start=1)
    ]
    Payment.objects.bulk_create(
        Payment(
            contract=made,
            position=place,
            milestone=steps[each.step - 1] if each.step else None,
            amount_fen=each.amount_fen,
            due_on=each.due_on,
        )
        for place, each in enumerate(terms.parts, start=1)
    )
    return made


@transaction.atomic
def propose_contract(*, deal: Deal, person: Person, at: datetime) -> Contract:
    """Put the draft up for signing: from now on its text is fixed and has a hash.

    Raises:
        MoveNotYours: the person is of neither side.
        NotInAgreement: the deal has gone another way since.
        NoContract: there is no draft.
    """
    mine = moves.locked(deal)
    side_of(mine, person, at=at)
    if mine.state not in (State.AGREED, *CHANGEABLE):
        raise NotInAgreement(state=mine.get_state_display())
    draft = mine.contracts.select_for_update().filter(state=ContractState.DRAFT).first()
    if draft is None:
        raise NoContract
    draft.state, draft.proposed_at = ContractState.PROPOSED, at
    draft.text = texts.text_of(draft)
    draft.text_hash = texts.hash_of(draft.text)
    draft.save()
    fact = ContractProposed(
        deal=mine.pk, contract=draft.pk, number=draft.number, text_hash=draft.text_hash
    )
    record(fact, actor=person.pk, at=at)
    title = _now("请签署合同：“%s”") % mine.title
    tell_parties(mine, ORDER, title, key=f"contract:{draft.pk}:proposed", by=person, at=at)
    return draft


def _agreed(deal: Deal, person: Person, *, at: datetime) -> Deal:
    mine = moves.locked(deal)
    side_of(mine, person, at=at)
    if mine.state != State.AGREED:
        raise NotInAgreement(state=mine.get_state_display())
    return mine


def check(terms: Terms) -> None:
    """Pass terms that can be.

    Raises:
        ContractWords, ContractKindUnknown, StepsWrong, AmountMismatch, TechnicalTooHigh: of them.
    """
    if terms.kind not in ContractKind.values:
        raise ContractKindUnknown
    for name, (least, most) in WORDS.items():
        count = len(getattr(terms, name).strip())
        if not least <= count <= most:
            raise ContractWords(field=name, least=least, most=most, count=count)
    if not 1 <= len(terms.steps) <= MOST_STEPS or not 1 <= len(terms.parts) <= MOST_STEPS:
        raise StepsWrong(most=MOST_STEPS)
    if any(
        each.step is not None and not 1 <= each.step <= len(terms.steps) for each in terms.parts
    ):
        raise StepsWrong(most=MOST_STEPS)
    total, technical = terms.amount_total_fen, terms.amount_technical_fen
    planned = sum(each.amount_fen for each in terms.parts)
    if planned != total or any(each.amount_fen <= 0 for each in terms.parts):
        raise AmountMismatch(planned=money.show(planned), total=money.show(total))
    if not 0 <= technical <= total:
        raise TechnicalTooHigh(technical=money.show(technical), total=money.show(total))


def side_of(deal: Deal, person: Person, *, at: datetime) -> Role:
    """Return the side of the deal on which the person stands."""
    roles = policies.roles_of(person, deal, today=dates.day_of(at))
    for each in ORDER:
        if each in roles:
            return each
    raise moves.MoveNotYours(allowed=_now("查看"))

"""What the room of a deal shows: how far it is, what each side can do now, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.deals import policies
from kehui.deals.models import (
    Contract,
    ContractState,
    Deal,
    Milestone,
    Payment,
    Quote,
    Role,
    State,
    Turn,
)
from kehui.deals.models.graphs import graph
from kehui.people.models import Person
from kehui.web.deals import choices

WAY: Final = (
    (State.INTENTION, _("约谈")),
    (State.NEGOTIATING, _("洽谈")),
    (State.AGREED, _("谈妥")),
    (State.SIGNED, _("签约")),
    (State.PERFORMING, _("履行")),
    (State.DELIVERED, _("交付")),
    (State.ACCEPTED, _("验收")),
    (State.PAID, _("付款")),
    (State.CLOSED, _("完成")),
)
PLACES: Final = {state: place for place, (state, _label) in enumerate(WAY)}
RESCINDABLE: Final = graph("deal").moves["rescind"].sources


@dataclass(frozen=True, kw_only=True)
class PartyLine:
    """A side as the reader may know it."""

    role: str
    name: str


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A milestone and what the reader can do with it."""

    milestone: Milestone
    choices: Sequence[choices.Choice]


@dataclass(frozen=True, kw_only=True)
class PaymentLine:
    payment: Payment
    choices: Sequence[choices.Choice]


def shown(deal: Deal, person: Person, *, today: date) -> dict[str, Any]:
    """Return what the page of the deal says to this person."""
    side = side_of(deal, person, today=today)
    force, making = contract_in_force(deal), contract_in_the_making(deal)
    contract = force or making
    is_rescindable = deal.state in RESCINDABLE
    return {
        "deal": deal,
        "side": side,
        "parties": parties(deal, side),
        "steps": _steps(deal),
        "hint": choices.hint(deal, side),
        "choices": choices.of_deal(deal, side, making),
        "quotes": _quotes(deal, side),
        "requests": list(deal.requests.order_by("-number")),
        "contract": contract,
        "change": making if force else None,
        "milestones": _milestones(deal, force, contract, side),
        "payments": _payments(deal, force, contract, side),
        "acceptance": getattr(deal, "acceptance", None),
        "dispute": deal.disputes.order_by("-pk").first(),
        "rescission": deal.rescissions.filter(answer=None).first() if is_rescindable else None,
        "timeline": _timeline(deal, side),
        "signatures": list(contract.signatures.select_related("person")) if contract else [],
    }


def side_of(deal: Deal, person: Person, *, today: date) -> Role | None:
    roles = policies.roles_of(person, deal, today=today)
    return next((each for each in (Role.BUYER, Role.SELLER) if each in roles), None)


def parties(deal: Deal, side: Role | None) -> list[PartyLine]:
    """Return the sides; the name of one that hides it shows once both talk."""
    return [
        PartyLine(
            role=each.get_role_display(),
            name=str(each)
            if policies.may_know_name(each, deal, side)
            else _now("单位名称约谈后可见"),
        )
        for each in deal.parties.all()
    ]


def contract_in_force(deal: Deal) -> Contract | None:
    return deal.contracts.filter(state=ContractState.SIGNED).first()


def contract_in_the_making(deal: Deal) -> Contract | None:
    """Return the contract, or the change, that is written or waits for signatures."""
    return deal.contracts.filter(state__in=[ContractState.DRAFT, ContractState.PROPOSED]).first()


def _steps(deal: Deal) -> list[dict[str, str]]:
    """Return the way of the deal; one that ended early shows how far it came."""
    state = State(deal.state_before or deal.state)
    turns = {each.after: each.at for each in deal.turns.all()}
    far = max((PLACES[State(each)] for each in turns if each in PLACES), default=0)
    now = PLACES.get(state, far)
    rows = []
    for place, (each, label) in enumerate(WAY):
        at = turns.get(each)
        is_done = place < now or (state == State.CLOSED and place == now)
        rows.append(
            {
                "label": str(label),
                "state": "done" if is_done else "now" if place == now else "next",
                "note": f"{dates.day_of(at):%m-%d}" if at and place <= now else "",
            }
        )
    return rows


def _quotes(deal: Deal, side: Role | None) -> list[Quote]:
    """Return the quotes, newest first; a staged one is the seller's alone."""
    found = deal.quotes.order_by("-version")
    return list(found if side == Role.SELLER else found.exclude(sent_at=None))


def _milestones(
    deal: Deal, force: Contract | None, contract: Contract | None, side: Role | None
) -> list[StepLine]:
    if contract is None:
        return []
    return [
        StepLine(
            milestone=each, choices=choices.of_milestone(deal, each, side) if force else ()
        )
        for each in contract.milestones.all()
    ]  # fmt: skip


def _payments(
    deal: Deal, force: Contract | None, contract: Contract | None, side: Role | None
) -> list[PaymentLine]:
    if contract is None:
        return []
    return [
        PaymentLine(payment=each, choices=choices.of_payment(deal, each, side) if force else ())
        for each in contract.payments.select_related("milestone")
    ]


def _timeline(deal: Deal, side: Role | None) -> list[dict[str, str]]:
    """Return every turn, newest first."""
    hidden = {
        each.role
        for each in deal.parties.all()
        if not policies.may_know_name(each, deal, side)
    }  # fmt: skip
    rows = []
    for each in deal.turns.select_related("by").order_by("-pk"):
        text = str(State(each.after).label)
        rows.append(
            {
                "when": f"{each.at.astimezone(dates.SHANGHAI):%m-%d %H:%M}",
                "who": _who(each, hidden),
                "text": f"{text}：{each.sentence}" if each.sentence else text,
                "kind": "" if each.by else "sys",
            }
        )
    return rows


def _who(turn: Turn, hidden: set[str]) -> str:
    if turn.by is None:
        return _now("到期自动处理")
    return str(Role(turn.role).label) if turn.role in hidden else str(turn.by)

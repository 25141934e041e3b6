"""What the room of a deal shows: how far it is, what each side can do now, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.deals import policies
from kehui.deals.models import (
    Contract,
    ContractState,
    Deal,
    Dispute,
    Milestone,
    MilestoneState,
    Payment,
    QuoteState,
    Role,
    State,
)
from kehui.deals.services.moves import LABELS
from kehui.people.models import Person

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
# What each side can do in each state; the first is the main thing
CHOICES: Final[dict[tuple[State, Role], tuple[str, ...]]] = {
    (State.NEGOTIATING, Role.BUYER): ("request", "decline"),
    (State.NEGOTIATING, Role.SELLER): ("quote", "decline"),
    (State.AGREED, Role.BUYER): ("contract", "decline"),
    (State.AGREED, Role.SELLER): ("contract", "decline"),
    (State.SIGNED, Role.BUYER): ("start", "rescind", "dispute"),
    (State.SIGNED, Role.SELLER): ("start", "rescind", "dispute"),
    (State.PERFORMING, Role.BUYER): ("rescind", "dispute"),
    (State.PERFORMING, Role.SELLER): ("deliver", "rescind", "dispute"),
    (State.DELIVERED, Role.BUYER): ("accept", "send-back", "rescind", "dispute"),
    (State.DELIVERED, Role.SELLER): ("rescind", "dispute"),
    (State.ACCEPTED, Role.BUYER): ("settle", "dispute"),
    (State.ACCEPTED, Role.SELLER): ("settle", "dispute"),
    (State.PAID, Role.BUYER): ("close",),
    (State.PAID, Role.SELLER): ("close",),
}
OWN_PAGES: Final = {"quote", "contract", "accept", "sign"}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A button: what it says, where it leads."""

    label: str
    href: str
    is_main: bool = False


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A milestone and what the reader can do with it."""

    milestone: Milestone
    choices: Sequence[Choice]


@dataclass(frozen=True, kw_only=True)
class PaymentLine:
    payment: Payment
    choices: Sequence[Choice]


def shown(deal: Deal, person: Person, *, today: date) -> dict[str, Any]:
    """Return what the page of the deal says to this person."""
    side = side_of(deal, person, today=today)
    contract = current_contract(deal)
    return {
        "deal": deal,
        "side": side,
        "steps": _steps(deal),
        "choices": _choices(deal, side, contract),
        "quotes": _quotes(deal, side),
        "requests": list(deal.requests.order_by("-number")),
        "contract": contract,
        "milestones": _milestones(deal, contract, side),
        "payments": _payments(deal, contract, side),
        "acceptance": getattr(deal, "acceptance", None),
        "dispute": deal.disputes.order_by("-pk").first(),
        "rescission": deal.rescissions.filter(answer=None).first(),
        "timeline": _timeline(deal),
        "signatures": list(contract.signatures.select_related("person")) if contract else [],
    }


def side_of(deal: Deal, person: Person, *, today: date) -> Role | None:
    roles = policies.roles_of(person, deal, today=today)
    return next((each for each in (Role.BUYER, Role.SELLER) if each in roles), None)


def current_contract(deal: Deal) -> Contract | None:
    """Return the contract that is in force, else the one in the making."""
    kept = [ContractState.SIGNED, ContractState.PROPOSED, ContractState.DRAFT]
    found = deal.contracts.filter(state__in=kept).order_by("-number")
    return found.filter(state=ContractState.SIGNED).first() or found.first()


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


def _choices(deal: Deal, side: Role | None, contract: Contract | None) -> list[Choice]:
    if side is None or not deal.is_open:
        return []
    names = list(CHOICES.get((State(deal.state), side), ()))
    if deal.state == State.INTENTION:
        names = ["decline"] if side == deal.asked_by else ["talk", "decline"]
    quote = deal.quotes.filter(state=QuoteState.SENT).first()
    if deal.state == State.NEGOTIATING and side == Role.BUYER and quote:
        names = ["take", "refuse", *names]
    if deal.state == State.NEGOTIATING and side == Role.SELLER and _staged(deal):
        names = ["send", *names, "drop"]
    if deal.state == State.AGREED and contract:
        names = _of_contract(contract, side)
    if deal.state == State.DISPUTED:
        names = _of_dispute(deal)
    return [_choice(deal, each, is_main=place == 0) for place, each in enumerate(names)]


def _staged(deal: Deal) -> bool:
    return deal.quotes.filter(state=QuoteState.STAGED).exists()


def _of_contract(contract: Contract, side: Role) -> list[str]:
    if contract.state == ContractState.DRAFT:
        return ["propose", "contract", "decline"]
    signed = set(contract.signatures.values_list("role", flat=True))
    is_next = side not in signed and (side == Role.SELLER or Role.SELLER in signed)
    return ["sign", "withdraw"] if is_next else ["withdraw"]


def _of_dispute(deal: Deal) -> list[str]:
    held = deal.disputes.filter(closed_at=None).first()
    if held is None:
        return []
    return ["appeal"] if held.state == Dispute.State.DECIDED else ["state-view"]


def _choice(deal: Deal, name: str, *, is_main: bool = False) -> Choice:
    labels = {
        "talk": LABELS["talk"],
        "decline": LABELS["decline"],
        "request": _("询价"),
        "quote": _("拟报价"),
        "send": _("发出报价"),
        "drop": _("撤下拟报价"),
        "take": LABELS["agree"],
        "refuse": _("不接受这份报价"),
        "contract": _("起草合同"),
        "propose": _("提请签署"),
        "withdraw": _("撤回合同"),
        "sign": LABELS["sign"],
        "start": LABELS["start_work"],
        "deliver": LABELS["deliver"],
        "send-back": LABELS["send_back"],
        "accept": LABELS["accept"],
        "settle": _("付清"),
        "close": LABELS["close"],
        "rescind": LABELS["rescind"],
        "dispute": LABELS["dispute"],
        "state-view": _("写陈述"),
        "appeal": _("申诉"),
    }
    address = (
        reverse(f"deals:{name}", args=[deal.pk])
        if name in OWN_PAGES
        else reverse("deals:act", args=[deal.pk, name])
    )
    return Choice(label=str(labels[name]), href=address, is_main=is_main)


def _of_place(deal: Deal, name: str, position: int, label: str, *, is_main: bool) -> Choice:
    address = reverse("deals:act_on", args=[deal.pk, name, position])
    return Choice(label=label, href=address, is_main=is_main)


def _quotes(deal: Deal, side: Role | None) -> list[Any]:
    """Return the quotes, newest first; a staged one is the seller's alone."""
    found = deal.quotes.order_by("-version")
    return list(found if side == Role.SELLER else found.exclude(sent_at=None))


def _milestones(deal: Deal, contract: Contract | None, side: Role | None) -> list[StepLine]:
    if contract is None:
        return []
    is_now = deal.state == State.PERFORMING
    lines = []
    for each in contract.milestones.all():
        names: tuple[tuple[str, str], ...] = ()
        if is_now and side == Role.SELLER and each.state in ("planned", "fix"):
            names = (("report", _now("报告完成")),)
        if is_now and side == Role.BUYER and each.state == MilestoneState.REPORTED:
            names = (("pass", _now("通过")), ("return", _now("退回整改")))
        choices = [
            _of_place(deal, name, each.position, label, is_main=place == 0)
            for place, (name, label) in enumerate(names)
        ]
        lines.append(StepLine(milestone=each, choices=choices))
    return lines


def _payments(deal: Deal, contract: Contract | None, side: Role | None) -> list[PaymentLine]:
    if contract is None:
        return []
    is_now = contract.state == ContractState.SIGNED and deal.state in (
        State.SIGNED, State.PERFORMING, State.DELIVERED, State.ACCEPTED,
    )  # fmt: skip
    lines = []
    for each in contract.payments.select_related("milestone"):
        choices = []
        if is_now and side == Role.BUYER and each.told_at is None and each.confirmed_at is None:
            label = _now("登记付款")
            choices = [_of_place(deal, "tell", each.position, label, is_main=False)]
        if is_now and side == Role.SELLER and each.confirmed_at is None:
            label = _now("确认收款")
            choices = [_of_place(deal, "confirm", each.position, label, is_main=False)]
        lines.append(PaymentLine(payment=each, choices=choices))
    return lines


def _timeline(deal: Deal) -> list[dict[str, str]]:
    """Return every turn, newest first."""
    rows = []
    for each in deal.turns.select_related("by").order_by("-pk"):
        who = str(each.by) if each.by else _now("到期自动处理")
        text = str(State(each.after).label)
        rows.append(
            {
                "when": f"{each.at.astimezone(dates.SHANGHAI):%m-%d %H:%M}",
                "who": who,
                "text": f"{text}：{each.sentence}" if each.sentence else text,
                "kind": "" if each.by else "sys",
            }
        )
    return rows

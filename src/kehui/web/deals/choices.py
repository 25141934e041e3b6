"""What each side can do in a deal now, as buttons, and a sentence on what is up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kehui.deals.models import (
    Contract,
    ContractState,
    Deal,
    Dispute,
    Milestone,
    MilestoneState,
    Payment,
    Quote,
    QuoteState,
    Role,
    State,
)
from kehui.deals.services.moves import LABELS
from kehui.deals.services.payments import WHILE

# What each side can do in each state; the first is the main thing
CHOICES: Final[dict[tuple[State, Role], tuple[str, ...]]] = {
    (State.NEGOTIATING, Role.BUYER): ("request", "decline"),
    (State.NEGOTIATING, Role.SELLER): ("quote", "decline"),
    (State.AGREED, Role.BUYER): ("contract", "decline"),
    (State.AGREED, Role.SELLER): ("contract", "decline"),
    (State.SIGNED, Role.BUYER): ("start", "contract", "rescind", "dispute"),
    (State.SIGNED, Role.SELLER): ("start", "contract", "rescind", "dispute"),
    (State.PERFORMING, Role.BUYER): ("contract", "rescind", "dispute"),
    (State.PERFORMING, Role.SELLER): ("deliver", "contract", "rescind", "dispute"),
    (State.DELIVERED, Role.BUYER): ("accept", "send-back", "rescind", "dispute"),
    (State.DELIVERED, Role.SELLER): ("rescind", "dispute"),
    (State.ACCEPTED, Role.BUYER): ("settle", "dispute"),
    (State.ACCEPTED, Role.SELLER): ("settle", "dispute"),
    (State.PAID, Role.BUYER): ("close",),
    (State.PAID, Role.SELLER): ("close",),
}
HINTS: Final[dict[tuple[State, Role], Promise]] = {
    (State.NEGOTIATING, Role.BUYER): _("写清要什么就能询价；收到报价后在这里答复。"),
    (State.NEGOTIATING, Role.SELLER): _("先拟一份报价，看过没问题再发出。"),
    (State.AGREED, Role.BUYER): _("价格谈妥了。任何一方都可以起草合同。"),
    (State.AGREED, Role.SELLER): _("价格谈妥了。任何一方都可以起草合同。"),
    (State.SIGNED, Role.BUYER): _("合同已生效，任何一方都可以开始履行。"),
    (State.SIGNED, Role.SELLER): _("合同已生效，任何一方都可以开始履行。"),
    (State.PERFORMING, Role.BUYER): _("供给方报告里程碑后，在合同里逐个确认。"),
    (State.PERFORMING, Role.SELLER): _("里程碑在合同里逐个报告，都通过后交付。"),
    (State.DELIVERED, Role.BUYER): _("对方已交付，请逐项验收；有缺就退回。"),
    (State.DELIVERED, Role.SELLER): _("已交付，等需求方验收。"),
    (State.ACCEPTED, Role.BUYER): _("已验收。付款后在合同里登记凭证号。"),
    (State.ACCEPTED, Role.SELLER): _("已验收。款到账后在合同里确认。"),
    (State.PAID, Role.BUYER): _("款已付清。没有别的事就完成；30 天后自动完成。"),
    (State.PAID, Role.SELLER): _("款已付清。没有别的事就完成；30 天后自动完成。"),
}
NAMES: Final[dict[str, Promise]] = {
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
    "send-back": _("退回交付"),
    "accept": LABELS["accept"],
    "settle": _("付清"),
    "close": LABELS["close"],
    "rescind": LABELS["rescind"],
    "dispute": LABELS["dispute"],
    "state-view": _("写陈述"),
    "appeal": _("申诉"),
}
OWN_PAGES: Final = {"quote", "contract", "accept", "sign"}
OF_QUOTES: Final = {"take", "refuse"}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A button: what it says, where it leads."""

    label: str
    href: str
    is_main: bool = False


def of_deal(deal: Deal, side: Role | None, making: Contract | None) -> list[Choice]:
    """Return what this side can do; `making` is the contract that is not in force yet."""
    if side is None or not deal.is_open:
        return []
    sent = deal.quotes.filter(state=QuoteState.SENT).first()
    names = _names(deal, side, making, sent)
    return [_choice(deal, each, sent, is_main=place == 0) for place, each in enumerate(names)]


def hint(deal: Deal, side: Role | None) -> str:
    """Return what is up for this side, empty where the buttons say it."""
    if side is None:
        return ""
    return str(HINTS.get((State(deal.state), side), ""))


def of_milestone(deal: Deal, milestone: Milestone, side: Role | None) -> Sequence[Choice]:
    names: list[tuple[str, Promise]] = []
    state = milestone.state
    is_open = state not in (MilestoneState.PASSED, MilestoneState.STOPPED)
    if deal.state == State.PERFORMING and is_open:
        if side == Role.SELLER and state != MilestoneState.REPORTED:
            names = [("report", _("报告完成"))]
        if side == Role.BUYER:
            names = [("stop", _("终止"))]
        if side == Role.BUYER and state == MilestoneState.REPORTED:
            names = [("pass", _("通过")), ("return", _("退回整改")), *names]
    return [
        _of_place(deal, name, milestone.position, label, is_main=name in ("report", "pass"))
        for name, label in names
    ]


def of_payment(deal: Deal, payment: Payment, side: Role | None) -> Sequence[Choice]:
    if deal.state not in WHILE or payment.confirmed_at is not None:
        return []
    if side == Role.BUYER and payment.told_at is None:
        return [_of_place(deal, "tell", payment.position, _("登记付款"))]
    if side == Role.SELLER:
        return [_of_place(deal, "confirm", payment.position, _("确认收款"))]
    return []


def _names(deal: Deal, side: Role, making: Contract | None, sent: Quote | None) -> list[str]:
    names = list(CHOICES.get((State(deal.state), side), ()))
    if deal.state == State.INTENTION:
        return ["decline"] if side == deal.asked_by else ["talk", "decline"]
    if deal.state == State.NEGOTIATING:
        return _of_quotes(deal, side, sent, names)
    if deal.state == State.DISPUTED:
        return _of_dispute(deal)
    if "contract" in names and making is not None:
        names.remove("contract")
        return [*_of_contract(making, side), *names]
    if deal.state == State.ACCEPTED and _owes(deal):
        names.remove("settle")
    return names


def _of_quotes(deal: Deal, side: Role, sent: Quote | None, names: list[str]) -> list[str]:
    if side == Role.BUYER and sent is not None:
        return ["take", "refuse", *names]
    if side == Role.SELLER and deal.quotes.filter(state=QuoteState.STAGED).exists():
        return ["send", *names, "drop"]
    return names


def _of_contract(making: Contract, side: Role) -> list[str]:
    if making.state == ContractState.DRAFT:
        return ["propose", "contract"]
    signed = set(making.signatures.values_list("role", flat=True))
    is_next = side not in signed and (side == Role.SELLER or Role.SELLER in signed)
    return ["sign", "withdraw"] if is_next else ["withdraw"]


def _of_dispute(deal: Deal) -> list[str]:
    held = deal.disputes.filter(closed_at=None).values_list("state", flat=True).first()
    if held == Dispute.State.DECIDED:
        return ["appeal"]
    return ["state-view"] if held in (Dispute.State.OPENED, Dispute.State.HEARD) else []


def _owes(deal: Deal) -> bool:
    return Payment.objects.filter(
        contract__deal=deal, contract__state=ContractState.SIGNED, confirmed_at=None
    ).exists()


def _choice(deal: Deal, name: str, sent: Quote | None, *, is_main: bool) -> Choice:
    if name in OWN_PAGES:
        href = reverse(f"deals:{name}", args=[deal.pk])
    elif name in OF_QUOTES and sent is not None:
        href = reverse("deals:act_on", args=[deal.pk, name, sent.version])
    else:
        href = reverse("deals:act", args=[deal.pk, name])
    label = NAMES[name]
    if name == "contract" and deal.state in (State.SIGNED, State.PERFORMING):
        label = _("变更合同")
    return Choice(label=str(label), href=href, is_main=is_main)


def _of_place(
    deal: Deal, name: str, position: int, label: Promise, *, is_main: bool = False
) -> Choice:
    address = reverse("deals:act_on", args=[deal.pk, name, position])
    return Choice(label=str(label), href=address, is_main=is_main)

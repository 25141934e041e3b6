"""A signed contract is changed by another that both sign; what is done stays done."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.deals.talking import (
    TERMS,
    accepted,
    agreed,
    buyer_of,
    seller_of,
    signed,
    terms,
    working,
)
from tests.makers import make_person
from tests.matching.pairs import AT

from kehui.deals import services
from kehui.deals.facts import ContractSigned
from kehui.deals.models import Contract, Deal, Milestone, Payment
from kehui.deals.services.changes import DoneChanged, NotChangeable
from kehui.deals.services.contracts import AmountMismatch, Immutable, NotInAgreement
from kehui.deals.services.moves import MoveNotYours
from kehui.deals.services.signing import NotSignable
from kehui.deals.services.work import ReasonUnsaid
from kehui.ledger.models import Entry
from kehui.notices.models import Notice

pytestmark = pytest.mark.django_db
REASON = "调试要晚一个月，少付 10 万元"
FIRST, SECOND = TERMS["steps"]
ADVANCE, MIDDLE, LAST = TERMS["parts"]
LATER: dict[str, Any] = {
    "amount_total_fen": 70_000_000,
    "steps": (FIRST, replace(SECOND, due_on=date(2026, 8, 31))),
    "parts": (ADVANCE, MIDDLE, replace(LAST, amount_fen=6_000_000, due_on=date(2026, 9, 30))),
}


def change(deal: Deal, **values: Any) -> Contract:
    told: dict[str, Any] = {"person": seller_of(deal), "reason": REASON, "at": AT}
    acts = {name: values.pop(name) for name in ("person", "reason") if name in values}
    return services.draft_change(deal=deal, terms=terms(**LATER | values), **told | acts)


def sign(contract: Contract) -> None:
    for person in (seller_of(contract.deal), buyer_of(contract.deal)):
        services.sign_contract(
            deal=contract.deal, person=person, seen_hash=contract.text_hash, at=AT
        )


def begun() -> Deal:
    """Return a deal at work: the first milestone passed, the advance told."""
    deal = working()
    seller, buyer = seller_of(deal), buyer_of(deal)
    services.report_milestone(
        deal=deal, person=seller, position=1, evidence="已装好，见照片", at=AT
    )
    services.pass_milestone(deal=deal, person=buyer, position=1, sentence="好", at=AT)
    services.tell_payment(deal=deal, person=buyer, position=1, proof="20260312", at=AT)
    return deal


def test_a_change_takes_the_place_of_the_contract_and_keeps_what_is_done() -> None:
    deal = begun()
    change(deal)
    held = services.propose_contract(deal=deal, person=seller_of(deal), at=AT)
    sign(held)

    assert list(Contract.objects.values_list("number", "state", "change_reason")) == [
        (1, "replaced", ""),
        (2, "signed", REASON),
    ]
    steps = Milestone.objects.filter(contract=held)
    assert list(steps.values_list("state", "sentence", "due_on")) == [
        ("passed", "好", date(2026, 5, 15)),
        ("planned", "", date(2026, 8, 31)),
    ]
    payments = Payment.objects.filter(contract=held)
    assert list(payments.values_list("proof", "amount_fen")) == [
        ("20260312", 24_000_000), ("", 40_000_000), ("", 6_000_000),
    ]  # fmt: skip
    assert Deal.objects.get().state == "performing"
    fact = ContractSigned.of(Entry.objects.filter(kind="contract.signed").latest("id"))
    assert (fact.former_total_fen, fact.amount_total_fen) == (80_000_000, 70_000_000)
    told = Notice.objects.get(title__startswith="合同变更已生效")
    assert (told.person, told.body) == (seller_of(deal), REASON)


def test_a_change_says_why_and_comes_at_its_time_from_a_side() -> None:
    deal = signed()
    with pytest.raises(ReasonUnsaid) as caught:
        change(deal, reason=" ")
    assert caught.value.field == "change_reason"
    with pytest.raises(MoveNotYours):
        change(deal, person=make_person())
    with pytest.raises(AmountMismatch):
        change(deal, amount_total_fen=1)

    change(deal)
    services.propose_contract(deal=deal, person=buyer_of(deal), at=AT)
    with pytest.raises(Immutable):
        change(deal)


def test_before_signing_and_after_delivery_nothing_is_changed() -> None:
    with pytest.raises(NotChangeable):
        change(agreed())
    Deal.objects.update(state="lapsed", ended_at=AT, due_on=None)
    with pytest.raises(NotChangeable) as caught:
        change(accepted())
    assert str(caught.value) == "合同签署后、交付前才能变更；现在是“已验收”。"


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"steps": (replace(FIRST, name="到货"), SECOND)}, "到货安装"),
        ({"steps": (replace(FIRST, due_on=date(2026, 6, 1)), SECOND)}, "到货安装"),
        (
            {"amount_total_fen": 46_000_000, "amount_technical_fen": 1, "parts": (MIDDLE, LATER[
                "parts"][2])},
            "付款 1",
        ),
        (
            {"amount_total_fen": 47_000_000, "parts": (replace(ADVANCE, amount_fen=1_000_000),
             MIDDLE, LATER["parts"][2])},
            "付款 1",
        ),
    ],
)  # fmt: skip
def test_what_is_done_is_not_rewritten(values: dict[str, Any], names: str) -> None:
    deal = begun()
    with pytest.raises(DoneChanged) as caught:
        change(deal, **values)
    assert str(caught.value).endswith(f"：{names}。")
    assert Contract.objects.count() == 1


def test_a_milestone_that_is_done_is_not_left_out() -> None:
    deal = begun()
    services.stop_milestone(
        deal=deal, person=buyer_of(deal), position=2, sentence="改由我们自己做", at=AT
    )
    parts = (ADVANCE, replace(MIDDLE, step=1), replace(LATER["parts"][2], step=1))
    with pytest.raises(DoneChanged) as caught:
        change(deal, steps=(FIRST,), parts=parts)
    assert "调试达标" in str(caught.value)


def test_milestones_that_are_left_out_or_rewritten_begin_anew() -> None:
    deal = working()
    services.report_milestone(
        deal=deal, person=seller_of(deal), position=2, evidence="已装好，见照片", at=AT
    )
    parts = (ADVANCE, replace(MIDDLE, step=1), replace(LATER["parts"][2], step=1))
    change(deal, steps=(FIRST,), parts=parts)
    held = services.propose_contract(deal=deal, person=seller_of(deal), at=AT)
    sign(held)

    assert list(held.milestones.values_list("name", "state")) == [("到货安装", "planned")]


def test_what_was_done_between_the_signatures_stops_the_change() -> None:
    deal = working()
    change(deal, steps=(replace(FIRST, name="到货"), LATER["steps"][1]))
    held = services.propose_contract(deal=deal, person=seller_of(deal), at=AT)
    services.report_milestone(
        deal=deal, person=seller_of(deal), position=1, evidence="已装好，见照片", at=AT
    )
    services.pass_milestone(deal=deal, person=buyer_of(deal), position=1, at=AT)
    services.sign_contract(
        deal=deal, person=seller_of(deal), seen_hash=held.text_hash, at=AT
    )  # fmt: skip
    with pytest.raises(DoneChanged):
        sign_as_buyer(held)
    assert list(Contract.objects.values_list("state", flat=True)) == ["signed", "proposed"]


def sign_as_buyer(contract: Contract) -> None:
    deal = contract.deal
    services.sign_contract(deal=deal, person=buyer_of(deal), seen_hash=contract.text_hash, at=AT)


def test_a_deal_that_went_another_way_takes_no_signature() -> None:
    deal = signed()
    change(deal)
    held = services.propose_contract(deal=deal, person=seller_of(deal), at=AT)
    services.open_dispute(
        deal=deal, person=buyer_of(deal), complaint="设备和说好的不是一种型号。", at=AT
    )
    with pytest.raises(NotSignable) as caught:
        sign(held)
    assert str(caught.value) == "这笔对接现在是“有争议”，这份合同不能再签。"


def test_a_deal_that_went_another_way_puts_nothing_up_for_signing() -> None:
    deal = signed()
    change(deal)
    services.open_dispute(
        deal=deal, person=buyer_of(deal), complaint="设备和说好的不是一种型号。", at=AT
    )
    with pytest.raises(NotInAgreement):
        services.propose_contract(deal=deal, person=seller_of(deal), at=AT)

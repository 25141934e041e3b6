"""What is signed is what was shown, in order, by people who are known, once."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from tests.deals.talking import (
    TERMS,
    agreed,
    buyer_of,
    proposed,
    seller_of,
    signed,
    talking,
    terms,
)
from tests.makers import make_person, make_seat
from tests.matching.pairs import AT
from tests.parallel import meanwhile

from kehui.core.errors import Refused
from kehui.deals import services
from kehui.deals.facts import ContractSigned, PartySigned
from kehui.deals.models import Contract, Deal, Milestone, Signature
from kehui.deals.selectors import contracts as texts
from kehui.deals.services.contracts import (
    AmountMismatch,
    ContractKindUnknown,
    ContractWords,
    Immutable,
    NoContract,
    NotInAgreement,
    Part,
    StepsWrong,
)
from kehui.deals.services.moves import MoveNotYours
from kehui.deals.services.quotes import TechnicalTooHigh
from kehui.deals.services.signing import HashChanged, NotAffirmed, NotYourTurn, SignedAlready
from kehui.ledger.models import Entry
from kehui.matching.models import Outcome
from kehui.people.models import Level

pytestmark = pytest.mark.django_db
ADVANCE = Part(amount_fen=80_000_000, due_on=date(2026, 3, 20))


def draft(deal: Deal, **values: Any) -> Contract:
    return services.draft_contract(deal=deal, person=seller_of(deal), terms=terms(**values), at=AT)


def sign(contract: Contract, side: str, **values: Any) -> Contract:
    person = seller_of(contract.deal) if side == "seller" else buyer_of(contract.deal)
    told: dict[str, Any] = {"person": person, "seen_hash": contract.text_hash, "at": AT} | values
    return services.sign_contract(deal=contract.deal, **told)


def test_a_draft_is_written_anew_in_place() -> None:
    deal = agreed()
    draft(deal, subject="先写一个粗的草稿，再慢慢改。")
    again = draft(deal)
    assert (again.number, again.milestones.count(), again.payments.count()) == (1, 2, 3)
    assert Contract.objects.get().subject == TERMS["subject"]


def test_signing_goes_in_order_and_ends_with_a_signed_deal() -> None:
    contract = proposed()
    with pytest.raises(NotYourTurn) as caught:
        sign(contract, "buyer")
    assert str(caught.value) == "按顺序先由供给方签署。"

    sign(contract, "seller")
    with pytest.raises(SignedAlready):
        sign(contract, "seller")
    sign(contract, "buyer")

    deal = Deal.objects.get()
    assert (deal.state, Contract.objects.get().state) == ("signed", "signed")
    assert Outcome.objects.filter(rung="signed").count() == 1
    first, second = Signature.objects.all()
    assert first.hash_before == contract.text_hash
    assert second.hash_before == first.hash_after
    assert [PartySigned.of(each).role for each in Entry.objects.filter(
        kind="contract.party_signed").order_by("id")] == ["seller", "buyer"]  # fmt: skip
    assert ContractSigned.of(Entry.objects.get(kind="contract.signed")) == ContractSigned(
        deal=deal.pk,
        contract=contract.pk,
        number=1,
        contract_kind="development",
        amount_total_fen=80_000_000,
        amount_technical_fen=30_000_000,
        former_total_fen=None,
        text_hash=contract.text_hash,
    )


def test_one_changed_character_shows() -> None:
    deal = signed()
    contract = deal.contracts.get()
    assert texts.is_intact(contract)
    assert texts.signed_with(contract.text_hash) == AT
    assert texts.signed_with("0" * 64) is None

    Milestone.objects.filter(position=1).update(criterion="设备就位通电。")
    assert not texts.is_intact(contract)
    Milestone.objects.filter(position=1).update(criterion="设备就位通电")
    assert texts.is_intact(contract)

    Contract.objects.update(text=contract.text + " ")
    assert not texts.is_intact(Contract.objects.get())
    Contract.objects.update(text=contract.text)

    said = Signature.objects.get(role="buyer").said
    Signature.objects.filter(role="buyer").update(said=said + " ")
    assert not texts.is_intact(contract)
    Signature.objects.filter(role="buyer").update(said=said)
    assert texts.is_intact(contract)

    Signature.objects.filter(role="buyer").update(person=make_person())
    assert not texts.is_intact(contract)


def test_what_changed_under_ones_eyes_is_not_signed() -> None:
    contract = proposed()
    with pytest.raises(HashChanged):
        sign(contract, "seller", seen_hash="0" * 64)

    Contract.objects.update(subject="另一件完全不同的事情，谁也没有看过。")
    with pytest.raises(HashChanged):
        sign(contract, "seller")
    assert not Signature.objects.exists()


def test_only_who_is_affirmed_signs() -> None:
    contract = proposed(agreed(level=Level.V2))
    with pytest.raises(NotAffirmed):
        sign(contract, "seller")


def test_an_agent_signs_for_an_affirmed_firm() -> None:
    contract = proposed()
    agent = make_seat(make_person(level=Level.V3))
    party = contract.deal.parties.get(role="seller")
    party.organization = agent.organization
    party.save()
    contract.state, contract.text_hash, contract.proposed_at = "draft", "", None
    contract.save()
    contract = services.propose_contract(deal=contract.deal, person=agent.person, at=AT)
    with pytest.raises(NotAffirmed):
        sign(contract, "seller", person=agent.person)
    firm = agent.organization
    assert firm is not None
    firm.level = Level.V3
    firm.save()

    sign(contract, "seller", person=agent.person)

    assert Signature.objects.get().organization == firm


@pytest.mark.parametrize(
    ("values", "refusal", "field"),
    [
        ({"kind": "training"}, ContractKindUnknown, "kind"),
        ({"subject": "短"}, ContractWords, "subject"),
        ({"ownership": " "}, ContractWords, "ownership"),
        ({"acceptance": "长" * 301}, ContractWords, "acceptance"),
        ({"steps": ()}, StepsWrong, "milestones"),
        ({"parts": ()}, StepsWrong, "milestones"),
        ({"parts": (replace(ADVANCE, step=3),)}, StepsWrong, "milestones"),
        ({"parts": (replace(ADVANCE, step=0),)}, StepsWrong, "milestones"),
        ({"parts": (replace(ADVANCE, amount_fen=79_999_999),)}, AmountMismatch, "payments"),
        (
            {"parts": (ADVANCE, replace(ADVANCE, amount_fen=-1), replace(ADVANCE, amount_fen=1))},
            AmountMismatch,
            "payments",
        ),
        ({"amount_technical_fen": 80_000_001}, TechnicalTooHigh, "amount_technical"),
        ({"amount_technical_fen": -1}, TechnicalTooHigh, "amount_technical"),
    ],
)
def test_terms_that_cannot_be_are_refused(
    values: dict[str, Any], refusal: type[Refused], field: str
) -> None:
    deal = agreed()
    with pytest.raises(refusal) as caught:
        draft(deal, **values)
    assert caught.value.field == field
    assert not Contract.objects.exists()


def test_a_mismatch_names_both_sums() -> None:
    deal = agreed()
    with pytest.raises(AmountMismatch) as caught:
        draft(deal, parts=(replace(ADVANCE, amount_fen=79_999_999),))
    assert str(caught.value) == "付款计划合计 799,999.99 元，成交额 80 万元，两个数要相等。"


def test_there_is_no_contract_before_a_price_was_taken() -> None:
    deal = talking()
    with pytest.raises(NotInAgreement):
        draft(deal)


def test_what_is_up_for_signing_is_not_rewritten_but_taken_back() -> None:
    contract = proposed()
    deal = contract.deal
    with pytest.raises(Immutable):
        draft(deal)
    sign(contract, "seller")

    services.withdraw_contract(deal=deal, person=buyer_of(deal), at=AT)

    assert Contract.objects.get().state == "withdrawn"
    for act in (services.withdraw_contract, services.propose_contract):
        with pytest.raises(NoContract):
            act(deal=deal, person=buyer_of(deal), at=AT)
    with pytest.raises(NoContract):
        sign(contract, "buyer")
    assert (draft(deal).number, Deal.objects.get().state) == (2, "agreed")


def test_strangers_neither_write_nor_sign() -> None:
    contract = proposed()
    deal, stranger = contract.deal, make_person(level=Level.V3)
    with pytest.raises(MoveNotYours):
        services.draft_contract(deal=deal, person=stranger, terms=terms(), at=AT)
    with pytest.raises(MoveNotYours):
        services.propose_contract(deal=deal, person=stranger, at=AT)
    with pytest.raises(MoveNotYours):
        services.withdraw_contract(deal=deal, person=stranger, at=AT)
    with pytest.raises(MoveNotYours):
        sign(contract, "seller", person=stranger)


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_signing_at_once_one_signs() -> None:
    contract = proposed()
    with ExitStack() as stack:
        with transaction.atomic():
            sign(contract, "seller")
            second = stack.enter_context(meanwhile(sign, contract, "seller"))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(SignedAlready):
            second.result(timeout=5)
    assert Signature.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_signing_and_withdrawing_at_once_the_second_is_told() -> None:
    contract = proposed()
    sign(contract, "seller")
    deal = contract.deal
    with ExitStack() as stack:
        with transaction.atomic():
            sign(contract, "buyer")
            second = stack.enter_context(
                meanwhile(services.withdraw_contract, deal=deal, person=seller_of(deal), at=AT)
            )
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(NoContract):
            second.result(timeout=5)
    connection.close()
    assert Contract.objects.get().state == "signed"

"""Sign a contract in order, or take it back before the last has signed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.deals.facts import ContractSigned, ContractWithdrawn, PartySigned
from kehui.deals.models import Contract, ContractState, Deal, Party, Role, Signature, State
from kehui.deals.selectors import contracts as texts
from kehui.deals.services import changes, moves
from kehui.deals.services.contracts import CHANGEABLE, ORDER, NoContract, side_of
from kehui.deals.services.telling import tell_parties
from kehui.ledger.services import record
from kehui.people import policies as people
from kehui.people.models import Level, Person


class NotYourTurn(Refused):
    code = "NOT_YOUR_TURN"
    message = _("按顺序先由{role}签署。")
    message_en = "The {role} signs first."
    status = 409


class SignedAlready(Refused):
    code = "SIGNED_ALREADY"
    message = _("你这一方已经签过了。")
    message_en = "Your side has signed already."
    status = 409


class NotSignable(Refused):
    code = "NOT_SIGNABLE"
    message = _("这笔对接现在是“{state}”，这份合同不能再签。")
    message_en = "The deal is “{state}”; this contract cannot be signed any more."
    status = 409


class NotAffirmed(Refused):
    code = "NOT_AFFIRMED"
    message = _("签署合同要求个人和单位都完成 V3 确认。请先到“我的”里补上。")
    message_en = "To sign, both the person and the organization must be affirmed (V3)."
    status = 403


class HashChanged(Refused):
    code = "CONTRACT_CHANGED"
    message = _("你看到的合同和待签署的不是同一份。请重新打开看过再签。")
    message_en = "What you saw is not what is up for signing. Open it again before you sign."
    status = 409


@transaction.atomic
def withdraw_contract(*, deal: Deal, person: Person, at: datetime) -> Contract:
    """Take back what is up for signing, until the last side has signed.

    Raises:
        MoveNotYours: the person is of neither side.
        NoContract: nothing is up for signing, perhaps since a moment.
    """
    mine = moves.locked(deal)
    side_of(mine, person, at=at)
    held = mine.contracts.select_for_update().filter(state=ContractState.PROPOSED).first()
    if held is None:
        raise NoContract
    held.state = ContractState.WITHDRAWN
    held.save()
    fact = ContractWithdrawn(deal=mine.pk, contract=held.pk, number=held.number)
    record(fact, actor=person.pk, at=at)
    title = _now("合同已撤回：“%s”") % mine.title
    tell_parties(mine, ORDER, title, key=f"contract:{held.pk}:withdrawn", by=person, at=at)
    return held


@transaction.atomic
def sign_contract(
    *,
    deal: Deal,
    person: Person,
    seen_hash: str,
    method: Signature.Method = Signature.Method.PLATFORM,
    at: datetime,
) -> Contract:
    """Sign for one's side. With the last signature the contract is in force and the deal signed.

    Args:
        seen_hash: the hash of the text the person was shown.

    Raises:
        MoveNotYours: the person is of neither side.
        NoContract: nothing is up for signing.
        NotSignable: the deal has gone another way since.
        HashChanged: it is not what the person saw.
        NotAffirmed: the person or the organization is below V3.
        SignedAlready, NotYourTurn: sides sign once, in order.
        DoneChanged: of a change, when something was done meanwhile that it does not repeat.
    """
    mine = moves.locked(deal)
    role = side_of(mine, person, at=at)
    held = mine.contracts.select_for_update().filter(state=ContractState.PROPOSED).first()
    if held is None:
        raise NoContract
    former = mine.contracts.select_for_update().filter(state=ContractState.SIGNED).first()
    if mine.state not in (CHANGEABLE if former else (State.AGREED,)):
        raise NotSignable(state=mine.get_state_display())
    if seen_hash != held.text_hash or not texts.is_intact(held):
        raise HashChanged
    party = mine.parties.select_related("organization").get(role=role)
    if people.level_of(person, party.organization) < Level.V3:
        raise NotAffirmed
    before = list(held.signatures.all())
    _check_turn(role, [each.role for each in before])
    _write_signature(held, party, person, method, before, at=at)
    if len(before) + 1 < len(ORDER):
        title = _now("轮到你签署：“%s”") % mine.title
        key = f"contract:{held.pk}:turn"
        tell_parties(mine, ORDER[1:], title, key=key, by=person, at=at)
        return held
    if former is not None:
        _replace(former, held)
    _take_force(mine, held, former, person, at=at)
    if former is None:
        moves.make(mine, "sign", person, role=role, at=at)
    return held


def _write_signature(
    contract: Contract,
    party: Party,
    person: Person,
    method: Signature.Method,
    before: Sequence[Signature],
    *,
    at: datetime,
) -> None:
    signature = Signature(
        contract=contract,
        role=party.role,
        person=person,
        organization=party.organization,
        method=method,
        at=at,
        hash_before=before[-1].hash_after if before else contract.text_hash,
    )
    signature.said = texts.said_by(signature)
    signature.hash_after = texts.hash_of(signature.said)
    signature.save()
    signed = PartySigned(
        deal=contract.deal_id,
        contract=contract.pk,
        role=party.role,
        hash_after=signature.hash_after,
    )
    record(signed, actor=person.pk, at=at)


def _replace(former: Contract, new: Contract) -> None:
    """Put the change in place of what was in force; what is done stands in both."""
    changes.check_done(former, new)
    changes.carry_over(former, new)
    former.state = ContractState.REPLACED
    former.save()


def _take_force(
    deal: Deal, contract: Contract, former: Contract | None, person: Person, *, at: datetime
) -> None:
    contract.state, contract.signed_at = ContractState.SIGNED, at
    contract.save()
    fact = ContractSigned(
        deal=deal.pk,
        contract=contract.pk,
        number=contract.number,
        contract_kind=contract.kind,
        amount_total_fen=contract.amount_total_fen,
        amount_technical_fen=contract.amount_technical_fen,
        former_total_fen=former.amount_total_fen if former else None,
        text_hash=contract.text_hash,
    )
    record(fact, actor=person.pk, at=at)
    if former is not None:
        title = _now("合同变更已生效：“%s”") % deal.title
        key = f"contract:{contract.pk}:changed"
        tell_parties(deal, ORDER, title, contract.change_reason, key=key, by=person, at=at)


def _check_turn(role: Role, signed: Sequence[str]) -> None:
    if role in signed:
        raise SignedAlready
    first = ORDER[len(signed)]
    if role != first:
        raise NotYourTurn(role=first.label)

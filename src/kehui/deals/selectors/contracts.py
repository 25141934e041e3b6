"""The one text of a contract that is hashed and signed, and what can be asked of a hash."""

import hashlib
import json
from datetime import datetime
from typing import Any

from kehui.deals.models import Contract, ContractState, Signature
from kehui.ledger.facts import canonical
from kehui.people.models import Organization, Person
from kehui.people.selectors.references import numbers_of


def terms_of(contract: Contract) -> dict[str, Any]:
    """Return everything that is agreed, as plain values; the order of lists is theirs."""
    return {
        "deal": str(contract.deal.uid),
        "number": contract.number,
        "kind": contract.kind,
        "subject": contract.subject,
        "amount_total_fen": contract.amount_total_fen,
        "amount_technical_fen": contract.amount_technical_fen,
        "ownership": contract.ownership,
        "acceptance": contract.acceptance,
        "acceptance_days": contract.acceptance_days,
        "confidential_until": contract.confidential_until and str(contract.confidential_until),
        "change_reason": contract.change_reason,
        "parties": [
            {
                "role": each.role,
                "person": str(each.person.uid),
                "organization": each.organization and str(each.organization.uid),
            }
            for each in contract.deal.parties.select_related("person", "organization")
        ],
        "milestones": [
            {
                "position": each.position,
                "name": each.name,
                "criterion": each.criterion,
                "due_on": str(each.due_on),
            }
            for each in contract.milestones.all()
        ],
        "payments": [
            {
                "position": each.position,
                "milestone": each.milestone and each.milestone.position,
                "amount_fen": each.amount_fen,
                "due_on": str(each.due_on),
            }
            for each in contract.payments.select_related("milestone")
        ],
    }


def text_of(contract: Contract) -> str:
    """Return the terms in the one way that every machine writes them (RFC 8785)."""
    return canonical(terms_of(contract))


def hash_of(text: str) -> str:
    """Return SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def said_by(signature: Signature) -> str:
    """Return what a signature says: what it found, and who signed as what, how and when."""
    return canonical(
        {
            "before": signature.hash_before,
            "role": signature.role,
            "person": str(signature.person.uid),
            "organization": signature.organization and str(signature.organization.uid),
            "method": signature.method,
            "at": signature.at.isoformat(timespec="microseconds"),
        }
    )


def is_intact(contract: Contract) -> bool:
    """Say whether all stands as it was proposed, and every signature follows the one before.

    Somebody who was merged with another entry since signed under the uid of then. What each side
    declares in the course of the work (milestones passed, payments made) is not part of the text.
    """
    if hash_of(contract.text) != contract.text_hash:
        return False
    if not _same(json.loads(contract.text), terms_of(contract), contract):
        return False
    before = contract.text_hash
    for each in contract.signatures.select_related("person", "organization"):
        if each.hash_before != before or hash_of(each.said) != each.hash_after:
            return False
        told, now = json.loads(each.said), json.loads(said_by(each))
        if not _same_party(told, now, each.person, each.organization):
            return False
        before = each.hash_after
    return True


def _same(told: dict[str, Any], now: dict[str, Any], contract: Contract) -> bool:
    parties = contract.deal.parties.select_related("person", "organization")
    then = told.pop("parties")
    pairs = zip(then, now.pop("parties"), parties, strict=True)
    return told == now and all(
        _same_party(one, other, each.person, each.organization) for one, other, each in pairs
    )


def _same_party(
    told: dict[str, Any], now: dict[str, Any], person: Person, organization: Organization | None
) -> bool:
    """Compare what is said of a party; its uids may be those of entries that were merged."""
    known = {"person": _uids(person), "organization": _uids(organization)}
    return all(
        told[name] in known[name] if name in known else told[name] == value
        for name, value in now.items()
    )


def _uids(thing: Person | Organization | None) -> set[str | None]:
    if thing is None:
        return {None}
    numbers = numbers_of(thing)
    found = type(thing)._default_manager.filter(pk__in=numbers).values_list("uid", flat=True)
    return {str(each) for each in found}


def signed_with(sha256: str) -> datetime | None:
    """Say when a contract with this hash was signed by all, None when none was.

    Anybody may ask: the answer is yes or no and a time, nothing else.
    """
    found = Contract.objects.filter(
        text_hash=sha256, state__in=[ContractState.SIGNED, ContractState.REPLACED]
    ).order_by("signed_at")
    first = found.first()
    return first.signed_at if first else None

"""The one text of a contract that is hashed and signed, and what can be asked of a hash."""

import hashlib
from datetime import datetime
from typing import Any

from kehui.deals.models import Contract, ContractState, Signature
from kehui.ledger.facts import canonical


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


def hash_of(contract: Contract) -> str:
    """Return SHA-256 of the text, in hexadecimal digits."""
    return hashlib.sha256(text_of(contract).encode()).hexdigest()


def hash_after(signature: Signature) -> str:
    """Return SHA-256 of what the signature found and of what it says itself."""
    said = canonical(
        {
            "before": signature.hash_before,
            "role": signature.role,
            "person": str(signature.person.uid),
            "organization": signature.organization and str(signature.organization.uid),
            "method": signature.method,
            "at": signature.at.isoformat(timespec="microseconds"),
        }
    )
    return hashlib.sha256(said.encode()).hexdigest()


def is_intact(contract: Contract) -> bool:
    """Say whether the text is still what was proposed, and every signature follows the one before.

    What each side declares in the course of the work (milestones passed, payments made) is not
    part of the text.
    """
    if hash_of(contract) != contract.text_hash:
        return False
    before = contract.text_hash
    for each in contract.signatures.select_related("person", "organization"):
        if each.hash_before != before or hash_after(each) != each.hash_after:
            return False
        before = each.hash_after
    return True


def signed_with(sha256: str) -> datetime | None:
    """Say when a contract with this hash was signed by all, None when none was.

    Anybody may ask: the answer is yes or no and a time, nothing else.
    """
    found = Contract.objects.filter(
        text_hash=sha256, state__in=[ContractState.SIGNED, ContractState.REPLACED]
    ).order_by("signed_at")
    first = found.first()
    return first.signed_at if first else None

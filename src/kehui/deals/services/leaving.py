"""What becomes of deals when the person who stood in them for oneself leaves."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from kehui.deals.facts import DealDeclined
from kehui.deals.models import (
    ENDED,
    Contract,
    Deal,
    DeclineReason,
    Milestone,
    Quote,
    QuoteRequest,
    Role,
    Turn,
)
from kehui.deals.selectors import engagements
from kehui.deals.services import moves
from kehui.ledger.services import record
from kehui.people.models import Person

NO_TITLE: Final = "（已删除）"


def leave_deals(*, person: Person, at: datetime) -> None:
    """End the talks of the person's own; the other side hears of it. For whoever erases them.

    Contracts in force stand in the way of leaving before this (`engagements.of`); deals of an
    organization go on with its other agents.
    """
    own = engagements.own_parties(person).exclude(deal__state__in=ENDED)
    for party in own.select_related("deal").order_by("pk"):
        mine = moves.locked(party.deal)
        mine.decline_reason = DeclineReason.OTHER
        moves.make(mine, "decline", person, role=Role(party.role), at=at)
        record(DealDeclined(deal=mine.pk, reason=mine.decline_reason), actor=person.pk, at=at)


def forget_words(*, person: Person) -> list[str]:
    """Empty what the person wrote for oneself in deals that came to no contract.

    Where a contract was signed, all of it stays: it is the other side's proof too.

    Returns:
        The keys of notices that repeat the words.
    """
    own = engagements.own_parties(person)
    unsigned = own.exclude(deal__contracts__signed_at__isnull=False)
    deals = Deal.objects.filter(pk__in=unsigned.values("deal"))
    turns = Turn.objects.filter(deal__in=deals, by=person)
    requests = QuoteRequest.objects.filter(deal__in=deals, by=person)
    quotes = Quote.objects.filter(deal__in=deals, by=person)
    answered = Quote.objects.filter(deal__in=deals, answered_by=person)
    keys = [
        *_keys("deal-turn", turns),
        *_keys("quote-request", requests),
        *_keys("quote", answered),
    ]
    turns.update(sentence="")
    requests.update(wanted="", indicators=[])
    quotes.update(content="")
    answered.update(sentence="")
    contracts = Contract.objects.filter(deal__in=deals)
    Milestone.objects.filter(contract__in=contracts).update(name="", criterion="")
    contracts.update(subject="", ownership="", acceptance="", change_reason="", text="")
    bought = unsigned.filter(role=Role.BUYER).values("deal")
    Deal.objects.filter(pk__in=bought).update(title=NO_TITLE)  # it is the need's
    return keys


def _keys(
    lead: str, rows: "QuerySet[Turn] | QuerySet[QuoteRequest] | QuerySet[Quote]"
) -> list[str]:
    return [f"{lead}:{each}" for each in rows.values_list("pk", flat=True)]

"""The first word: one side says “talk to me”, and a deal begins."""

from datetime import datetime
from typing import Final

from django.db import transaction

from kehui.core import dates
from kehui.deals.facts import DealOpened
from kehui.deals.models import ENDED, Deal, Party, Role, State, Turn
from kehui.deals.services import moves, talks
from kehui.ledger.services import record
from kehui.market.models import Item, Need, Offer, Side
from kehui.matching.models import Interest
from kehui.matching.services import ask_to_talk
from kehui.people.models import Organization, Person

FROM_A_MATCH: Final = "match"


@transaction.atomic
def express_interest(
    *,
    need: Need,
    offer: Offer,
    person: Person,
    message: str = "",
    through_steward: bool = False,
    source: str = FROM_A_MATCH,
    at: datetime,
) -> Deal:
    """Ask the other side to talk; if that side asked before, this is its answer: they talk.

    Raises:
        NotYourMatch, NotOpenForTalks, MessageTooLong, AlreadyAsked: see `ask_to_talk`.
    """
    interest = ask_to_talk(
        need=need,
        offer=offer,
        person=person,
        message=message,
        through_steward=through_steward,
        at=at,
    )
    # The items are locked since `ask_to_talk`: two first words about a pair come one by one
    known = Deal.objects.exclude(state__in=ENDED).filter(need=need, offer=offer).first()
    if known is not None:
        return talks.agree_to_talk(deal=known, person=person, sentence=message[:200], at=at)
    return _opened(interest, person, source=source, at=at)


def _opened(interest: Interest, person: Person, *, source: str, at: datetime) -> Deal:
    need, offer = interest.need, interest.offer
    asked_by = Role.BUYER if interest.side == Side.NEED else Role.SELLER
    deal = Deal.objects.create(
        title=need.title,
        need=need,
        offer=offer,
        asked_by=asked_by,
        state=State.INTENTION,
        state_at=at,
        due_on=moves.last_day(State.INTENTION, dates.day_of(at)),
        tier=max(need.tier, offer.tier),
        source=source,
        opened_at=at,
    )
    buyer = _party(deal, Role.BUYER, need, person if asked_by == Role.BUYER else need.holder)
    seller = _party(deal, Role.SELLER, offer, person if asked_by == Role.SELLER else offer.holder)
    _flag(deal, buyer, seller)
    Turn.objects.create(
        deal=deal,
        move="open",
        after=State.INTENTION,
        by=person,
        role=asked_by,
        sentence=interest.message[:200],
        at=at,
    )
    opened = DealOpened(
        deal=deal.pk,
        need=need.pk,
        offer=offer.pk,
        buyer=buyer.person_id,
        seller=seller.person_id,
        buyer_organization=buyer.organization_id,
        seller_organization=seller.organization_id,
        asked_by=asked_by.value,
        source=source,
    )
    record(opened, actor=person.pk, at=at)
    return deal


def _party(deal: Deal, role: Role, item: Item, person: Person) -> Party:
    return Party.objects.create(deal=deal, role=role, person=person, organization=item.organization)


def _flag(deal: Deal, buyer: Party, seller: Party) -> None:
    """Note that both sides are one: kept, looked at, never counted."""
    if buyer.person_id == seller.person_id or _are_kin(buyer.organization, seller.organization):
        deal.flags = ["RELATED_PARTY"]
        deal.save(update_fields=["flags"])


def _are_kin(one: Organization | None, other: Organization | None) -> bool:
    """Say whether two organizations are one, or one is the other's parent."""
    return (
        one is not None
        and other is not None
        and (other.pk in (one.pk, one.parent_id) or other.parent_id == one.pk)
    )

"""What is new, for the front page."""

from django.db.models import QuerySet

from kehui.market.models import Item, Need, Offer, Side, State


def newest_needs(count: int) -> QuerySet[Need]:
    """Return the last published needs with what their cards show."""
    needs = Need.objects.filter(state=State.PUBLISHED).select_related("region")
    return needs.order_by("-published_at", "-pk")[:count]


def newest_offers(count: int) -> QuerySet[Offer]:
    """Return the last published offers with what their cards show."""
    offers = Offer.objects.filter(state=State.PUBLISHED).select_related("region")
    return offers.order_by("-published_at", "-pk")[:count]


def published_count(side: Side) -> int:
    return Item.objects.filter(side=side, state=State.PUBLISHED).count()

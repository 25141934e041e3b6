"""A page of an item's matches, for those who may read them."""

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone

from kehui.api.v1 import cursors
from kehui.api.v1.door import person_of
from kehui.api.v1.market.found import loaded
from kehui.api.v1.matching.shapes import MatchPage
from kehui.api.v1.matching.shown import match_of
from kehui.core import dates
from kehui.market.models import Side
from kehui.market.selectors import items
from kehui.matching import policies
from kehui.matching.selectors import suggestions

LIST = "matches"


def matches_of(request: HttpRequest, side: Side, number: int, paging: cursors.Paging) -> MatchPage:
    """Return the best first; to anybody but the item's side and staff it does not exist."""
    person, today = person_of(request), dates.day_of(timezone.now())
    item = items.visible_items(person, today=today).filter(pk=number, side=side).first()
    if item is None or not policies.may_see_matches(person, item, today=today):
        raise Http404
    rows = suggestions.suggested_for(item)
    if paging.cursor:
        order, last = cursors.read(LIST, paging.cursor, (float, int))
        rows = rows.filter(Q(order__lt=order) | Q(order=order, pk__gt=last))
    found = list(rows[: paging.limit + 1])
    kept = found[: paging.limit]
    more = None
    if len(found) > paging.limit:
        more = cursors.write(LIST, kept[-1].order, kept[-1].pk)
    other = Side.OFFER if side == Side.NEED else Side.NEED
    numbers = [each.offer_id if other == Side.OFFER else each.need_id for each in kept]
    whole = {each.pk: each for each in loaded(other, numbers)}
    return MatchPage(
        items=[
            match_of(each, whole[pk], side)
            for each, pk in zip(kept, numbers, strict=True)
            if pk in whole
        ],
        next=more,
        is_waiting=suggestions.is_waiting(item),
        missed_share=suggestions.missed_share(item),
    )

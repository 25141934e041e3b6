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
from kehui.market import policies as market
from kehui.market.models import Side
from kehui.market.selectors import items
from kehui.matching import policies, services
from kehui.matching.models import Suggestion
from kehui.matching.selectors import suggestions

LIST = "matches"


def matches_of(request: HttpRequest, side: Side, number: int, paging: cursors.Paging) -> MatchPage:
    """Return the best first; to anybody but the item's side and staff it does not exist."""
    at = timezone.now()
    person, today = person_of(request), dates.day_of(at)
    item = items.visible_items(person, today=today).filter(pk=number, side=side).first()
    if item is None or not policies.may_see_matches(person, item, today=today):
        raise Http404
    rows, before = suggestions.suggested_for(item, today=today), 0
    if paging.cursor:
        is_full, shown, last = cursors.read(LIST, paging.cursor, (bool, float, int))
        after = Q(shown__lt=shown) | Q(shown=shown, pk__gt=last)
        behind = Q(is_full__gt=is_full) | Q(after, is_full=is_full)
        before = rows.exclude(behind).count()
        rows = rows.filter(behind)
    found = list(rows[: paging.limit + 1])
    kept = found[: paging.limit]
    more = None
    if len(found) > paging.limit:
        more = cursors.write(LIST, *_place(kept[-1]))
    other = Side.OFFER if side == Side.NEED else Side.NEED
    numbers = [each.offer_id if other == Side.OFFER else each.need_id for each in kept]
    whole = {each.pk: each for each in loaded(other, numbers)}
    if market.owns(person, item, today=today):
        services.note_showings(shown=kept, side=side, person=person, first=before + 1, at=at)
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


def _place(suggestion: Suggestion) -> tuple[bool, float, int]:
    """Return where the row stands in the order shown."""
    return suggestion.is_full, suggestion.shown, suggestion.pk  # type: ignore[attr-defined]

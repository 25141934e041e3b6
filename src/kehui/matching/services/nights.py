"""Match everything anew at night: many items together, and only what changed is argued."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from kehui.market.models import Item, Side, State
from kehui.matching import adapter
from kehui.matching.models import Suggestion
from kehui.matching.selectors import lowerings
from kehui.matching.services.runs import KEPT, match_item, whole

AT_A_TIME: Final = 500
# Every new snapshot counts the words anew, which moves every score a little: an argument that was
# right yesterday is not made again for less than this many points.
DRIFT: Final = 0.1


def rematch_all(
    *,
    at: datetime,
    after: int = 0,
    side: str | None = None,
    limit: int = AT_A_TIME,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Match the next published items after this number; return the last number, 0 at the end.

    With a side, only its items.

    Each item commits by itself, so an interrupted night goes on where it stopped; an item whose
    list is as it was is left alone, so a night that begins anew loses little.
    """
    last = 0
    chosen = Item.objects.filter(state=State.PUBLISHED, pk__gt=after).order_by("pk")
    if side:
        chosen = chosen.filter(side=side)
    items = list(chosen[:limit])
    found = adapter.partners(items, k=KEPT, at=at)
    for item in items:
        partners = found.get(item.pk)
        if partners is None or not _stands(item, partners):
            match_item(item=whole(item), at=at, partners=None if partners is None else [*partners])
        last = item.pk
        if progress:
            progress(last)
    return last


def _stands(item: Item, partners: Mapping[int, float]) -> bool:
    """Say whether the item's list is kept as it would be made now."""
    is_need = item.side == Side.NEED
    mine = Suggestion.objects.filter(
        **{item.side: item.pk, "from_need" if is_need else "from_offer": True}
    )
    other = "offer" if is_need else "need"
    kept = {
        each[0]: each[1:]
        for each in mine.values_list(other, "order", "engine", "made_at", f"{other}__changed_at")
    }
    if kept.keys() != partners.keys():
        return False
    marks = lowerings.of(item, list(partners))
    for number, exact in partners.items():
        order, engine, made_at, changed_at = kept[number]
        if engine != adapter.version() or made_at < max(item.changed_at, changed_at):
            return False
        if abs(order - max(0.0, exact + marks[number][0])) > DRIFT:
            return False
    return True

"""Ask the engine: the best counterparts of an item, where a pair stands, what would fit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from kehui.core import dates
from kehui.engines import matching as engine
from kehui.engines.matching.listing import NEED, OFFER
from kehui.market.models import Indicator, Item, Need, Offer
from kehui.matching.adapter.arguments import ARGUED, Found, argued, found_of
from kehui.matching.adapter.held import index
from kehui.matching.adapter.listings import listing_of, listing_of_unsaved
from kehui.matching.adapter.snapshots import Vector, stored_vectors

SIDES: Final = (OFFER, NEED)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A pair with its argument, its place among the need's offers, and what would raise it."""

    found: Found
    rank: int | None
    points_behind: float
    raises: list[dict[str, Any]]


def suggest(item: Offer | Need, *, k: int, at: datetime) -> list[Found]:
    """Return the item's best counterparts with their arguments, the best first."""
    own = stored_vectors([item.pk]).get(item.pk)
    return _suggested(listing_of(item), own, k=k, at=at)


def argue_in_full(item: Offer | Need, others: Sequence[int], *, at: datetime) -> list[Found]:
    """Argue the item with the counterparts that `partners` gave it, as `suggest` does."""
    return argued(listing_of(item), others, in_full=ARGUED, at=at)


def partners(items: Sequence[Item], *, k: int, at: datetime) -> dict[int, dict[int, float]]:
    """Return the best counterparts of many published items, best first, each with its order.

    They are asked for together, which costs a fraction of asking one by one and gives the same.
    An item that the index does not hold has no entry.
    """
    held, found = index(), dict[int, dict[int, float]]()
    rule = engine.Rule(k=k, today=dates.day_of(at).toordinal())
    for side in SIDES:
        half = engine.Half.of(held, side)
        standing = half.standing()
        wanted = [each.pk for each in items if each.side == side]
        which = standing[np.isin(half.ids[standing], wanted)]
        lists = engine.partners(held, side, which, rule)
        for number, others, scores in zip(lists.ids, lists.partners, lists.scores, strict=True):
            line = zip(others.tolist(), scores.tolist(), strict=True)
            found[int(number)] = {each: score for each, score in line if each != engine.NOBODY}
    return found


def suggest_unsaved(
    need: Need, *, indicators: Sequence[Indicator], k: int, at: datetime
) -> list[Found]:
    """Return the best offers for a need that is no row, with their arguments, the best first."""
    return _suggested(listing_of_unsaved(need, indicators), None, k=k, at=at)


def compare(need: Need, offer: Offer, *, k: int, at: datetime) -> Comparison:
    """Return where any pair stands, whether it was suggested or not."""
    held = index()
    one, other = listing_of(need), listing_of(offer)
    today = dates.day_of(at).toordinal()
    answer = engine.why_not(one, other, index=held, k=k, today=today)
    return Comparison(
        found=found_of(other.id, one, other, answer.explanation),
        rank=answer.rank,
        points_behind=answer.behind,
        raises=[asdict(each) for each in answer.raises],
    )


def count_alike(item: Offer | Need, *, at: datetime, floor: float) -> int:
    """Return how many counterparts reach the score; at most 100 are looked at."""
    today = dates.day_of(at).toordinal()
    scored = engine.match(index(), listing_of(item), k=100, today=today)
    return sum(each.exact >= floor for each in scored)


def published_weights() -> dict[str, float]:
    """Return the most points each part can give, in the order of the rule."""
    return dict(zip(engine.PARTS, engine.Weights().values(), strict=True))


def _suggested(mine: engine.Listing, own: Vector | None, *, k: int, at: datetime) -> list[Found]:
    today = dates.day_of(at).toordinal()
    scored = engine.match(index(), mine, k=k, today=today, vector=own)
    return argued(mine, [each.id for each in scored], in_full=ARGUED, own=own, at=at)

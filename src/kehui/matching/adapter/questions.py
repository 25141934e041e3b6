"""Ask the engine: the best counterparts of an item, where a pair stands, what would fit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from kehui.core import dates
from kehui.engines import matching as engine
from kehui.market.models import Indicator, Need, Offer
from kehui.matching.adapter.arguments import ARGUED, Found, argued, found_of
from kehui.matching.adapter.combined import completing
from kehui.matching.adapter.held import index
from kehui.matching.adapter.listings import listing_of, listing_of_unsaved
from kehui.matching.adapter.snapshots import Vector, stored_vectors
from kehui.matching.selectors import conflicts, listings

POOL: Final = 60  # offers among which those are sought that cover a need together


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A pair with its argument, its place among the need's offers, and what would raise it."""

    found: Found
    rank: int | None
    points_behind: float
    raises: list[dict[str, Any]]


def suggest(item: Offer | Need, *, k: int, at: datetime) -> list[Found]:
    """Return the item's best counterparts with their arguments, the best first.

    Never one with which the item's party has a common interest. A need with several indicators
    gets beyond the best k what it takes to cover them together.
    """
    own = stored_vectors([item.pk]).get(item.pk)
    mine = listing_of(item)
    ranked = _ranked(item, mine, own, k=k if len(mine.indicators) < 2 else max(k, POOL), at=at)
    numbers = list(ranked)[:k]
    if len(mine.indicators) > 1:
        rows = listings.by_number(list(ranked))
        numbers += [each for each in completing(mine, ranked, rows) if each not in numbers]
    return argued(mine, numbers, in_full=ARGUED, own=own, at=at)


def suggest_unsaved(
    need: Need, *, indicators: Sequence[Indicator], k: int, at: datetime
) -> list[Found]:
    """Return the best offers for a need that is no row, with their arguments, the best first."""
    mine = listing_of_unsaved(need, indicators)
    scored = engine.match(index(), mine, k=k, today=dates.day_of(at).toordinal())
    return argued(mine, [each.id for each in scored], in_full=ARGUED, at=at)


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


def _ranked(
    item: Offer | Need, mine: engine.Listing, own: Vector | None, *, k: int, at: datetime
) -> dict[int, int]:
    """Return the scores of the best k that are not in conflict with the item, the best first."""
    today, most = dates.day_of(at).toordinal(), k
    while True:
        scored = engine.match(index(), mine, k=most, today=today, vector=own)
        barred = conflicts.barred(item, [each.id for each in scored])
        found = {each.id: each.score for each in scored if each.id not in barred}
        if len(found) >= k or len(scored) < most:
            return dict(list(found.items())[:k])
        most *= 4

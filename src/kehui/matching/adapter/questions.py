"""Ask the engine: the best counterparts of an item, where a pair stands, what would fit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kehui.core import dates
from kehui.engines import matching as engine
from kehui.market.models import Indicator, Need, Offer
from kehui.matching.adapter import asking
from kehui.matching.adapter.arguments import ARGUED, Found, argued, found_of
from kehui.matching.adapter.held import index
from kehui.matching.adapter.listings import listing_of, listing_of_unsaved
from kehui.matching.adapter.snapshots import Vector, stored_vectors


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
    scored = asking.match(index(), mine, k=k, today=today, vector=own)
    return argued(mine, [each.id for each in scored], in_full=ARGUED, own=own, at=at)

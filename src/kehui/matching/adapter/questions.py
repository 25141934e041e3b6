"""Ask the engine: the best counterparts of an item, where a pair stands, what would fit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from kehui.core import dates
from kehui.engines import matching as engine
from kehui.market.models import Indicator, Need, Offer
from kehui.matching.adapter.arguments import (
    ARGUED,
    Found,
    argued,
    explained,
    found_of,
    in_pair,
)
from kehui.matching.adapter.encoders.roles import is_at_hand
from kehui.matching.adapter.held import index, known_vector
from kehui.matching.adapter.listings import listing_of, listing_of_unsaved
from kehui.matching.adapter.rankers import columns_of, order_in_force
from kehui.matching.adapter.snapshots import Vector
from kehui.matching.selectors import listings

CITED_ALONE: Final = 8  # quotations a side, when somebody looks at one pair
POOL: Final = 100  # the rule's best, among which a ranker chooses


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A pair with its argument, its place among the need's offers, and what would raise it."""

    found: Found
    rank: int | None
    points_behind: float
    raises: list[dict[str, Any]]


def suggest(item: Offer | Need, *, k: int, at: datetime) -> list[Found]:
    """Return the item's best counterparts with their arguments, the best first."""
    own = known_vector(index(), item.pk)
    return _suggested(listing_of(item), own, k=k, at=at)


def suggest_unsaved(
    need: Need, *, indicators: Sequence[Indicator], k: int, at: datetime
) -> list[Found]:
    """Return the best offers for a need that is no row, with their arguments, the best first."""
    told, held = listing_of_unsaved(need, indicators), index()
    own = None if is_at_hand(held.encoder) else held.vector_of(told)
    return _suggested(told, own, k=k, at=at)


def compare(need: Need, offer: Offer, *, k: int, at: datetime) -> Comparison:
    """Return where any pair stands, whether it was suggested or not."""
    held = index()
    one, other = listing_of(need), listing_of(offer)
    today = dates.day_of(at).toordinal()
    vectors = known_vector(held, need.pk), known_vector(held, offer.pk)
    told = explained(held, one, other, vectors, today=today, spans=CITED_ALONE)
    answer = engine.why_not(
        one, other, index=held, k=k, today=today, vector=vectors[0], explanation=told
    )
    return Comparison(
        found=found_of(other.id, one, other, answer.explanation, order=order_in_force()),
        rank=answer.rank,
        points_behind=answer.behind,
        raises=[asdict(each) for each in answer.raises],
    )


def count_alike(item: Offer | Need, *, at: datetime, floor: float) -> int:
    """Return how many counterparts reach the score; at most 100 are looked at."""
    today = dates.day_of(at).toordinal()
    held = index()
    own = known_vector(held, item.pk)
    scored = engine.match(held, listing_of(item), k=100, today=today, vector=own)
    return sum(each.exact >= floor for each in scored)


def published_weights() -> dict[str, float]:
    """Return the most points each part can give, in the order of the rule."""
    return dict(zip(engine.PARTS, engine.Weights().values(), strict=True))


def _suggested(mine: engine.Listing, own: Vector | None, *, k: int, at: datetime) -> list[Found]:
    today = dates.day_of(at).toordinal()
    order = order_in_force()
    pool = k if order.ranker is None else max(k, POOL)
    scored = engine.match(index(), mine, k=pool, today=today, vector=own)
    best = [each.id for each in scored]
    if order.ranker is not None:
        best = _reranked(mine, scored, order.ranker)[:k]
    return argued(mine, best, in_full=ARGUED, own=own, at=at)


def _reranked(
    mine: engine.Listing, scored: Sequence[engine.Scored], ranker: engine.Ranker
) -> list[int]:
    """Return the candidates' numbers in the ranker's order."""
    rows = listings.by_number([each.id for each in scored])
    candidates = [
        (each.id, columns_of(*in_pair(mine, listing_of(rows[each.id])), each))
        for each in scored
        if each.id in rows
    ]
    return [number for number, _chance in engine.rerank(candidates, ranker)]

"""Ask the engine: the best counterparts of an item, where a pair stands, what would fit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from kehui.core import dates
from kehui.engines import matching as engine
from kehui.market.models import Indicator, Need, Offer
from kehui.matching.adapter import asking
from kehui.matching.adapter.arguments import (
    ARGUED,
    Found,
    argued,
    explained,
    found_of,
    in_pair,
)
from kehui.matching.adapter.combined import completing
from kehui.matching.adapter.encoders.roles import is_at_hand
from kehui.matching.adapter.held import index, known_vector
from kehui.matching.adapter.listings import listing_of, listing_of_unsaved
from kehui.matching.adapter.rankers import columns_of, order_in_force
from kehui.matching.adapter.snapshots import Vector
from kehui.matching.selectors import conflicts, listings

CITED_ALONE: Final = 8  # quotations a side, when somebody looks at one pair
POOL: Final = 100  # the rule's best, among which a ranker chooses
COVERING: Final = 60  # offers among which those are sought that cover a need together


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
    own = known_vector(index(), item.pk)
    mine = listing_of(item)
    ranked = _ranked(item, mine, own, k=k if len(mine.indicators) < 2 else max(k, COVERING), at=at)
    numbers = list(ranked)[:k]
    if len(mine.indicators) > 1:
        rows = listings.by_number(list(ranked))
        numbers += [each for each in completing(mine, ranked, rows) if each not in numbers]
    return argued(mine, numbers, in_full=ARGUED, own=own, at=at)


def suggest_unsaved(
    need: Need, *, indicators: Sequence[Indicator], k: int, at: datetime
) -> list[Found]:
    """Return the best offers for a need that is no row, with their arguments, the best first."""
    told, held = listing_of_unsaved(need, indicators), index()
    own = None if is_at_hand(held.encoder) else held.vector_of(told)
    best = _ranked(None, told, own, k=k, at=at)
    return argued(told, list(best), in_full=ARGUED, own=own, at=at)


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


def _ranked(
    item: Offer | Need | None, mine: engine.Listing, own: Vector | None, *, k: int, at: datetime
) -> dict[int, int]:
    """Return the scores of the best k in the order in force, the best first."""
    ranker = order_in_force().ranker
    scored = _free(item, mine, own, k=k if ranker is None else max(k, POOL), at=at)
    scores = {each.id: each.score for each in scored}
    best = list(scores) if ranker is None else _reranked(mine, scored, ranker)
    return {number: scores[number] for number in best[:k]}


def _free(
    item: Offer | Need | None, mine: engine.Listing, own: Vector | None, *, k: int, at: datetime
) -> list[engine.Scored]:
    """Return the best k that are not in conflict with the item; what is no row has no conflicts."""
    today, most = dates.day_of(at).toordinal(), k
    while True:
        scored = asking.match(index(), mine, k=most, today=today, vector=own)
        barred = conflicts.barred(item, [each.id for each in scored]) if item else ()
        found = [each for each in scored if each.id not in barred]
        if len(found) >= k or len(scored) < most:
            return found[:k]
        most *= 4


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

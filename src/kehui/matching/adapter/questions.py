"""Ask the engine: the best counterparts of an item, where a pair stands, what would fit."""

from collections.abc import Collection, Sequence
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
from kehui.matching.adapter.rankers import PERCENT, columns_of, order_in_force
from kehui.matching.adapter.snapshots import Vector
from kehui.matching.selectors import conflicts, listings

CITED_ALONE: Final = 8  # quotations a side, when somebody looks at one pair
POOL: Final = 100  # the rule's best, among which a ranker chooses
COVERING: Final = 60  # offers among which those are sought that cover a need together

Line = Sequence[tuple[int, float]]
Values = dict[int, float]


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
    ranker = order_in_force().ranker
    scored = _free(item, mine, own, k=_looked_at(mine, k, ranker), at=at)
    numbers = list(_chosen(mine, scored, ranker, k=k))
    return argued(mine, numbers, in_full=ARGUED, own=own, at=at)


def members(item: Offer | Need, line: Line, *, k: int, of: int, at: datetime) -> Values | None:
    """Return whom `suggest` gives, with their order values, from the item's line of a full match.

    None: conflicts of interest took more of the line than it had to spare; the item must ask.

    Args:
        line: the best partners with their points, best first.
        of: how many a line holds when there are more of them.
    """
    mine, ranker = listing_of(item), order_in_force().ranker
    most = _looked_at(mine, k, ranker)
    barred = conflicts.barred(item, [number for number, _ in line])
    free = [each for each in line if each[0] not in barred]
    if len(free) < most and len(line) >= of:
        return None
    if len(mine.indicators) < 2 and ranker is None:
        return dict(free[:k])
    held, today = index(), dates.day_of(at).toordinal()
    own = known_vector(held, item.pk)
    numbers = [number for number, _ in free[:most]]
    scored = engine.among(held, mine, numbers, today=today, vector=own)
    return _chosen(mine, scored, ranker, k=k)


def argue_members(
    item: Offer | Need, numbers: Sequence[int], only: Collection[int], *, at: datetime
) -> list[Found]:
    """Argue the item with some of those whom it is suggested, at their places as `suggest` does."""
    mine, own = listing_of(item), known_vector(index(), item.pk)
    first = [each for each in numbers[:ARGUED] if each in only]
    rest = [each for each in numbers[ARGUED:] if each in only]
    return argued(mine, [*first, *rest], in_full=len(first), own=own, at=at)


def suggest_unsaved(
    need: Need, *, indicators: Sequence[Indicator], k: int, at: datetime
) -> list[Found]:
    """Return the best offers for a need that is no row, with their arguments, the best first."""
    told, held = listing_of_unsaved(need, indicators), index()
    own = None if is_at_hand(held.encoder) else held.vector_of(told)
    ranker = order_in_force().ranker
    scored = _free(None, told, own, k=k if ranker is None else max(k, POOL), at=at)
    return argued(told, list(_in_order(told, scored, ranker))[:k], in_full=ARGUED, own=own, at=at)


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


def _looked_at(mine: engine.Listing, k: int, ranker: engine.Ranker | None) -> int:
    """Return how many of the rule's best have to be known to choose k."""
    most = k if len(mine.indicators) < 2 else max(k, COVERING)
    return most if ranker is None else max(most, POOL)


def _chosen(
    mine: engine.Listing,
    scored: Sequence[engine.Scored],
    ranker: engine.Ranker | None,
    *,
    k: int,
) -> Values:
    """Return whom of the rule's best, which are free, an item is suggested, with order values."""
    values = _in_order(mine, scored, ranker)
    if len(mine.indicators) < 2:
        return dict(list(values.items())[:k])
    scores = {each.id: each.score for each in scored}
    ranked = {number: scores[number] for number in list(values)[: max(k, COVERING)]}
    rows = listings.by_number(list(ranked))
    numbers = list(ranked)[:k]
    numbers += [each for each in completing(mine, ranked, rows) if each not in numbers]
    return {number: values[number] for number in numbers}


def _in_order(
    mine: engine.Listing, scored: Sequence[engine.Scored], ranker: engine.Ranker | None
) -> Values:
    """Return the candidates in the order in force, each with the value that they are sorted by."""
    if ranker is None:
        return {each.id: each.exact for each in scored}
    rows = listings.by_number([each.id for each in scored])
    candidates = [
        (each.id, columns_of(*in_pair(mine, listing_of(rows[each.id])), each))
        for each in scored
        if each.id in rows
    ]
    return {number: PERCENT * chance for number, chance in engine.rerank(candidates, ranker)}

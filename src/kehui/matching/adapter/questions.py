"""Ask the engine: the best counterparts of an item, the argument of a pair."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from kehui.core import dates
from kehui.engines import matching as engine
from kehui.market.models import Indicator, Need, Offer
from kehui.matching.adapter.held import index
from kehui.matching.adapter.listings import listing_of, listing_of_unsaved
from kehui.matching.adapter.passages import passages_of
from kehui.matching.adapter.snapshots import stored_vectors
from kehui.matching.selectors import listings


@dataclass(frozen=True, kw_only=True)
class Found:
    """A counterpart with its score and its argument, as plain data."""

    other: int
    score: int
    order: float
    parts: list[dict[str, Any]]
    explanation: dict[str, Any]

    def lowered(self, points: int, reasons: Sequence[str]) -> "Found":
        """Return the same with points (0 or less) taken away, as a part of its own."""
        if not points:
            return self
        taken = max(points, -self.score)
        part = {"name": "feedback", "got": taken, "most": 0, "reasons": list(reasons)}
        return replace(
            self,
            score=self.score + taken,
            order=max(0.0, self.order + points),
            parts=[*self.parts, part],
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A pair with its argument, its place among the need's offers, and what would raise it."""

    found: Found
    rank: int | None
    points_behind: float
    raises: list[dict[str, Any]]


def suggest(item: Offer | Need, *, k: int, at: datetime) -> list[Found]:
    """Return the item's best counterparts with their arguments, the best first."""
    held = index()
    mine = listing_of(item)
    today = dates.day_of(at).toordinal()
    vector = stored_vectors([item.pk]).get(item.pk)
    scored = engine.match(held, mine, k=k, today=today, vector=vector)
    rows = listings.by_number([each.id for each in scored])
    return [
        _argued(held, mine, listing_of(rows[each.id]), today) for each in scored if each.id in rows
    ]


def suggest_unsaved(
    need: Need, *, indicators: Sequence[Indicator], k: int, at: datetime
) -> list[Found]:
    """Return the best offers for a need that is no row, with their arguments, the best first."""
    held = index()
    mine = listing_of_unsaved(need, indicators)
    today = dates.day_of(at).toordinal()
    scored = engine.match(held, mine, k=k, today=today)
    rows = listings.by_number([each.id for each in scored])
    return [
        _argued(held, mine, listing_of(rows[each.id]), today) for each in scored if each.id in rows
    ]


def compare(need: Need, offer: Offer, *, k: int, at: datetime) -> Comparison:
    """Return where any pair stands, whether it was suggested or not."""
    held = index()
    one, other = listing_of(need), listing_of(offer)
    today = dates.day_of(at).toordinal()
    answer = engine.why_not(one, other, index=held, k=k, today=today)
    return Comparison(
        found=_found(other.id, one, other, answer.explanation),
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


def _argued(held: engine.Index, mine: engine.Listing, other: engine.Listing, today: int) -> Found:
    need, offer = (mine, other) if mine.side == "need" else (other, mine)
    explanation = engine.explain(need, offer, index=held, today=today)
    return _found(other.id, need, offer, explanation)


def _found(
    other: int, need: engine.Listing, offer: engine.Listing, explanation: engine.Explanation
) -> Found:
    scored = explanation.scored
    return Found(
        other=other,
        score=scored.score,
        order=scored.exact,
        parts=[{"name": part.name, "got": part.got, "most": part.most} for part in scored.parts],
        explanation={
            "common": list(explanation.common),
            "missing": list(explanation.missing),
            "hidden": list(explanation.hidden),
            "constraints": [asdict(each) for each in explanation.constraints],
            "distance_km": explanation.distance_km,
            "encoder": explanation.encoder,
            "passages": [
                *passages_of("need", need, explanation.need_spans),
                *passages_of("offer", offer, explanation.offer_spans),
            ],
        },
    )

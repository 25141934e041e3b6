"""The argument of a pair as plain data: what is stored, shown and sent."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from kehui.core import dates
from kehui.engines import matching as engine
from kehui.market.models import Need, Offer
from kehui.matching.adapter.encoders.force import NOTHING, name_of
from kehui.matching.adapter.encoders.roles import is_at_hand
from kehui.matching.adapter.held import index
from kehui.matching.adapter.listings import listing_of
from kehui.matching.adapter.passages import passages_of
from kehui.matching.adapter.rankers import Order, columns_of, order_in_force
from kehui.matching.adapter.snapshots import Vector, stored_vectors
from kehui.matching.selectors import listings

# A cited span costs a trial, and a trial encodes a sentence: the first matches are argued in
# full, the rest when somebody opens them.
ARGUED: Final = 10
CITED: Final = 3


@dataclass(frozen=True, kw_only=True)
class Found:
    """A counterpart with its score and its argument, as plain data.

    `order` is what matches are sorted by: the exact points, or with a `ranker` (its version) the
    chance of a first reply in percent. The score is the sum of its parts either way.
    """

    other: int
    score: int
    order: float
    parts: list[dict[str, Any]]
    explanation: dict[str, Any]
    features: dict[str, float] = field(default_factory=dict)
    ranker: str = ""

    def lowered(self, points: int, reasons: Sequence[str]) -> "Found":
        """Return the same with points (0 or less) taken away, as a part of its own."""
        if not points:
            return self
        taken = max(points, -self.score)
        part = {"name": "feedback", "got": taken, "most": 0, "reasons": list(reasons)}
        part["points"] = points  # the rule's, of which the score may not have so many
        return replace(
            self,
            score=self.score + taken,
            order=max(0.0, self.order + points),
            parts=[*self.parts, part],
        )


def argue(item: Offer | Need, others: Sequence[int], *, at: datetime) -> list[Found]:
    """Argue the item with these counterparts, whatever their rank, in brief: nothing is quoted."""
    return argued(listing_of(item), others, in_full=0, at=at) if others else []


def argued(
    mine: engine.Listing,
    others: Sequence[int],
    *,
    in_full: int,
    own: Vector | None = None,
    at: datetime,
) -> list[Found]:
    """Argue with each counterpart that is still there, the first so many with quotations."""
    held, order = index(), order_in_force()
    today = dates.day_of(at).toordinal()
    rows = listings.by_number(list(others))
    vectors = stored_vectors(held.encoder_name, [*others, mine.id])
    own = vectors.get(mine.id) if own is None else own
    found: list[Found] = []
    for number in (each for each in others if each in rows):
        spans = CITED if len(found) < in_full else 0
        pair = _pair(mine, listing_of(rows[number]), own, vectors.get(number))
        found.append(_argued(held, order, number, *pair, today=today, spans=spans))
    return found


def in_pair(mine: engine.Listing, other: engine.Listing) -> tuple[engine.Listing, engine.Listing]:
    """Return need and offer, whichever of the two asked."""
    return (mine, other) if mine.side == "need" else (other, mine)


def _pair(
    mine: engine.Listing, other: engine.Listing, own: Vector | None, their: Vector | None
) -> tuple[engine.Listing, engine.Listing, tuple[Vector | None, Vector | None]]:
    """Return need, offer and their vectors."""
    vectors = (own, their) if mine.side == "need" else (their, own)
    return *in_pair(mine, other), vectors


def _argued(
    held: engine.Index,
    order: Order,
    other: int,
    need: engine.Listing,
    offer: engine.Listing,
    vectors: tuple[Vector | None, Vector | None],
    *,
    today: int,
    spans: int,
) -> Found:
    explanation = explained(held, need, offer, vectors, today=today, spans=spans)
    return found_of(other, need, offer, explanation, order=order)


def explained(
    held: engine.Index,
    need: engine.Listing,
    offer: engine.Listing,
    vectors: tuple[Vector | None, Vector | None],
    *,
    today: int,
    spans: int,
) -> engine.Explanation:
    """Explain a pair without asking anybody else's encoder.

    A trial of a quotation encodes a sentence, a hundred times an item. Where that would be
    somebody else's work, quotations are tried by the words alone, the score is that of the stored
    vectors, and without both of them that of the words.
    """
    if is_at_hand(held.encoder):
        return engine.explain(need, offer, index=held, today=today, spans=spans, vectors=vectors)
    words = held.by_words()
    by_words = engine.explain(need, offer, index=words, today=today, spans=spans)
    if any(vector is None or not vector.any() for vector in vectors):
        return by_words
    scored = engine.score(held, need, offer, vectors=vectors)
    return replace(by_words, scored=scored, encoder=held.encoder_name)


def found_of(
    other: int,
    need: engine.Listing,
    offer: engine.Listing,
    explanation: engine.Explanation,
    *,
    order: Order,
) -> Found:
    scored = explanation.scored
    features = columns_of(need, offer, scored)
    return Found(
        other=other,
        score=scored.score,
        order=order.value_of(features) if order.ranker else scored.exact,
        features=features,
        ranker=order.version,
        parts=[{"name": part.name, "got": part.got, "most": part.most} for part in scored.parts],
        explanation={
            "common": list(explanation.common),
            "missing": list(explanation.missing),
            "hidden": list(explanation.hidden),
            "constraints": [asdict(each) for each in explanation.constraints],
            "distance_km": explanation.distance_km,
            "encoder": name_of(NOTHING) if scored.cosine is None else explanation.encoder,
            "passages": [
                *passages_of("need", need, explanation.need_spans),
                *passages_of("offer", offer, explanation.offer_spans),
            ],
        },
    )

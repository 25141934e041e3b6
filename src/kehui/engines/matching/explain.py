"""Say why a pair matches, and why not: as data, with offsets into the texts as written.

A span is cited only after a trial: the text is scored again without it, and the score is lower.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kehui.engines.matching.constraints import Constraint, constraints
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.index import Index
from kehui.engines.matching.listing import Listing
from kehui.engines.matching.match import match, score_prepared
from kehui.engines.matching.parts import Weights
from kehui.engines.matching.places import distance_km
from kehui.engines.matching.question import Question, prepare
from kehui.engines.matching.represent import Terms
from kehui.engines.matching.scored import PUBLISHED, Scored
from kehui.engines.text.normal import normalize
from kehui.engines.text.segment import Token, pairs, term_key, words

Field = Literal["title", "body"]
SPANS_PER_SIDE = 8
TRIALS_PER_SIDE = 12


@dataclass(frozen=True, slots=True)
class Span:
    """Characters start..end of a field, and the points the score loses without them."""

    field: Field
    start: int
    end: int
    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a pair scores what it scores.

    `common` are the phrases both texts have, `missing` phrases of the need the offer lacks, the
    weightiest first. `hidden` says why the pair would not be shown: CLOSED, SAME_OWNER.
    """

    need: int
    offer: int
    scored: Scored
    need_spans: tuple[Span, ...]
    offer_spans: tuple[Span, ...]
    common: tuple[str, ...]
    missing: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    hidden: tuple[str, ...]
    distance_km: float | None
    encoder: str


@dataclass(frozen=True, slots=True)
class Raise:
    """What would raise a score: a part, its code, and the points at stake."""

    code: str
    part: str
    points: float


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The explanation of a pair, its rank (None when it is filtered out), and what is lacking.

    `behind` are the points to the k-th partner of the asking side, 0 when the pair is among them.
    """

    explanation: Explanation
    rank: int | None
    behind: float
    raises: tuple[Raise, ...]


def explain(
    need: Listing,
    offer: Listing,
    *,
    index: Index,
    today: int = 0,
    weights: Weights = PUBLISHED,
    spans: int = SPANS_PER_SIDE,
    vectors: tuple[Floats | None, Floats | None] = (None, None),
) -> Explanation:
    """Explain any pair, listed or not.

    Args:
        today: the ordinal day deadlines are judged by.
        spans: how many to cite a side, each with a trial that encodes a sentence; 0 cites none.
        vectors: the stored unit vectors of need and offer; what is missing is encoded.
    """
    asked, given = prepare(index, need, vectors[0]), prepare(index, offer, vectors[1])
    scored = score_prepared(index, asked, given, weights=weights)
    shared, missing = _vocabulary(index, asked.terms, given.terms, need)
    need_spans = _cite(index, given, need, "need", shared, scored, weights, spans)
    offer_spans = _cite(index, asked, offer, "offer", shared, scored, weights, spans)
    common = {normalize(each.text): None for each in (*need_spans, *offer_spans)}
    return Explanation(
        need=need.id,
        offer=offer.id,
        scored=scored,
        need_spans=need_spans,
        offer_spans=offer_spans,
        common=tuple(common),
        missing=missing,
        constraints=constraints(need, offer, today=today),
        hidden=_hidden(need, offer),
        distance_km=distance_km(need.region, offer.region),
        encoder=index.encoder_name,
    )


def why_not(
    asking: Listing,
    other: Listing,
    *,
    index: Index,
    k: int = 10,
    today: int = 0,
    weights: Weights = PUBLISHED,
    vector: Floats | None = None,
    explanation: Explanation | None = None,
) -> WhyNot:
    """Say where `other` stands among the partners of `asking`, and what would raise it.

    Args:
        vector: the stored unit vector of `asking`; it is encoded when there is none.
        explanation: of this pair, where it was made before.
    """
    if explanation is None:
        need, offer = (asking, other) if asking.side == "need" else (other, asking)
        explanation = explain(need, offer, index=index, today=today, weights=weights)
    best = match(index, asking, k=max(k, RANKED), today=today, weights=weights, vector=vector)
    places = [each.id for each in best]
    rank = places.index(other.id) + 1 if other.id in places else None
    threshold = best[min(k, len(best)) - 1].exact if best else 0.0
    among = rank is not None and rank <= k
    behind = 0.0 if among else max(0.0, threshold - explanation.scored.exact)
    return WhyNot(explanation, rank, behind, _raises(explanation))


RANKED = 100  # ranks are told down to here
_RAISING = {
    "tech": "SAY_MORE_OF_THE_TECHNIQUE",
    "indicators": "STATE_OR_MEET_INDICATORS",
    "scene": "STATE_THE_INDUSTRY",
    "readiness": "STATE_OR_RAISE_READINESS",
    "distance": "STATE_THE_REGION",
    "budget": "STATE_OR_MEET_THE_BUDGET",
    "response": "ANSWER_SOONER",
}


def _raises(explanation: Explanation) -> tuple[Raise, ...]:
    found = [
        Raise(_RAISING[part.name], part.name, part.most - part.exact)
        for part in explanation.scored.parts
        if part.most - part.exact >= 1
    ]
    return tuple(sorted(found, key=lambda each: -each.points))


def _hidden(need: Listing, offer: Listing) -> tuple[str, ...]:
    closed = ("CLOSED",) if not (need.is_open and offer.is_open) else ()
    same = ("SAME_OWNER",) if need.owner and need.owner == offer.owner else ()
    return closed + same


def _vocabulary(
    index: Index, asked: Terms, given: Terms, need: Listing
) -> tuple[dict[int, float], tuple[str, ...]]:
    """Return the shared terms with their contribution, and what of the need's words is missing."""
    have = dict(zip(given.keys.tolist(), given.values.tolist(), strict=True))
    weight = dict(zip(asked.keys.tolist(), asked.values.tolist(), strict=True))
    shared = {key: weight[key] * have[key] for key in weight if key in have}
    for concept in index.concepts.touched(weight):
        for form in concept.forms:  # every name counts as shared; the trial decides
            shared.update({key: shared.get(key, 1e-3) for key in form.keys})
    rarity = dict(zip(weight, index.offers.rarity(asked.keys).tolist(), strict=True))
    lacking: dict[str, float] = {}
    for field in (need.title, need.body):
        for token in words(normalize(field)):
            key = term_key(token.term)
            if key in weight and key not in have:
                lacking[token.term] = weight[key] * rarity[key]
    ordered = sorted(lacking, key=lambda term: (-lacking[term], term))
    return shared, tuple(_outermost(ordered)[:8])


def _outermost(terms: Sequence[str]) -> list[str]:
    """Return the terms that are not inside another one of them."""
    return [term for term in terms if not any(term != o and term in o for o in terms)]


def _candidates(
    index: Index, listing: Listing, shared: dict[int, float]
) -> Iterator[tuple[float, Field, int, int]]:
    """Yield stretches of shared terms with the sum of what their terms contribute."""
    fields: tuple[tuple[Field, str], ...] = (("title", listing.title), ("body", listing.body))
    for field, text in fields:
        folded = normalize(text)
        tokens: list[Token] = sorted([*words(folded), *pairs(folded)], key=lambda t: t[1:])
        names = [(each.start, each.end) for each in index.lexicon.mentions(text)]
        hits = [(t.start, t.end, t.term) for t in tokens if term_key(t.term) in shared]
        hits += [(start, end, folded[start:end]) for start, end in names]
        start = end = -1
        terms: set[str] = set()
        for left, right, term in sorted(hits):
            if terms and left < end:
                end = max(end, right)
                terms.add(term)
                continue
            if terms:
                yield _weight(terms, shared), field, start, end
            start, end, terms = left, right, {term}
        if terms:
            yield _weight(terms, shared), field, start, end


def _weight(terms: set[str], shared: dict[int, float]) -> float:
    return sum(shared.get(term_key(term), 0.0) for term in terms)


def without(listing: Listing, field: Field, start: int, end: int) -> Listing:
    """Return the listing with the characters start..end of a field cut out."""
    text = listing.title if field == "title" else listing.body
    cut = text[:start] + text[end:]
    return replace(listing, title=cut) if field == "title" else replace(listing, body=cut)


def _cite(
    index: Index,
    fixed: Question,
    listing: Listing,
    side: Literal["need", "offer"],
    shared: dict[int, float],
    scored: Scored,
    weights: Weights,
    most: int,
) -> tuple[Span, ...]:
    """Return the stretches whose removal lowers the score, those that cost most first."""
    if most == 0:
        return ()
    ranked = sorted(_candidates(index, listing, shared), key=lambda c: (-c[0], c[1:]))
    found = []
    for _, field, start, end in ranked[:TRIALS_PER_SIDE]:
        cut = prepare(index, without(listing, field, start, end))
        pair = (cut, fixed) if side == "need" else (fixed, cut)
        points = scored.exact - score_prepared(index, *pair, weights=weights).exact
        if points > 1e-9:
            text = listing.title if field == "title" else listing.body
            found.append(Span(field, start, end, text[start:end], points))
        if len(found) == most:
            break
    return tuple(sorted(found, key=lambda each: -each.points))

"""Find the best partners of a listing: exact filters, exact scores, the same from both sides."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.concepts import Concepts, Form
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.index import Index, Shard
from kehui.engines.matching.listing import Listing
from kehui.engines.matching.parts import (
    DENSE,
    HALF,
    NEUTRAL,
    PARTS,
    Weights,
    interval,
    meets_region,
    nearness,
    readiness_share,
    shares,
)
from kehui.engines.matching.represent import Terms
from kehui.engines.matching.table import Table, quantize
from kehui.engines.text.units import measure

SLACK = 6  # rows the loops hand over beyond k; single precision may swap neighbors
LEVELS = 16  # readiness levels there is room for
EPSILON = 0.01  # points; far above what single precision can err
PUBLISHED = Weights()


class Part(NamedTuple):
    """One named part of a score: points as shown, points exactly, and the most there are."""

    name: str
    got: int
    exact: float
    most: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A partner with its score 0..100; the parts' `got` add up to `score`."""

    id: int
    score: int
    exact: float
    parts: tuple[Part, ...]
    lexical: float
    cosine: float | None


@dataclass(frozen=True, slots=True)
class Question:
    """A listing made ready to be compared with the rows of the other side."""

    listing: Listing
    terms: Terms
    vector: npt.NDArray[np.int8]
    scale: float


def prepare(index: Index, listing: Listing, vector: Floats | None = None) -> Question:
    """Return the listing as question; `vector` is its stored unit vector, if there is one."""
    small, scales = quantize(index.vector_of(listing, vector)[None, :])
    return Question(listing, index.terms_of(listing), small[0], float(scales[0]))


def match(
    index: Index,
    listing: Listing,
    *,
    k: int = 10,
    today: int = 0,
    weights: Weights = PUBLISHED,
    tier: int = 3,
    vector: Floats | None = None,
) -> list[Scored]:
    """Return the best k listings of the other side, best first; equal scores by smaller id.

    Shown are only listings that are open, not of the same owner, of a tier up to `tier`, and, for
    needs, whose deadline is not before `today` (0 ignores deadlines).
    """
    question = prepare(index, listing, vector)
    found: list[Scored] = []
    for shard in index.shards["need" if listing.side == "offer" else "offer"]:
        found += _match_shard(index, question, shard, k, today, weights, tier)
    found.sort(key=lambda each: (-each.exact, each.id))
    return found[:k]


def rounded(exact: Sequence[float]) -> tuple[int, ...]:
    """Return integers that add up to the rounded sum: the largest remainders get the rest."""
    whole = [math.floor(each) for each in exact]
    rest = round(math.fsum(exact)) - sum(whole)
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[:rest]:
        whole[i] += 1
    return tuple(whole)


class Candidate(NamedTuple):
    """A partner's points in the order of PARTS, before they are put into words."""

    id: int
    points: tuple[float, ...]
    lexical: float
    cosine: float | None

    @property
    def exact(self) -> float:
        return math.fsum(self.points)

    def told(self, weights: Weights) -> Scored:
        got = rounded(self.points)
        parts = tuple(map(Part, PARTS, got, self.points, (round(top) for top in weights.values())))
        return Scored(self.id, sum(got), self.exact, parts, self.lexical, self.cosine)


def candidate(
    need: Listing, offer: Listing, lexical: float, cosine: float | None, weights: Weights, at: int
) -> Candidate:
    """Return the points of a pair under the id `at`."""
    x = lexical + DENSE * max(0.0, cosine or 0.0)
    each = zip(shares(need, offer, x), weights.values(), strict=True)
    return Candidate(at, tuple(share * top for share, top in each), lexical, cosine)


def score(
    index: Index,
    need: Listing,
    offer: Listing,
    *,
    weights: Weights = PUBLISHED,
    vectors: tuple[Floats | None, Floats | None] = (None, None),
) -> Scored:
    """Return the score of any pair of texts under the offer's id, indexed or not.

    `vectors` are the stored unit vectors of need and offer; what is missing is encoded.
    """
    pair = prepare(index, need, vectors[0]), prepare(index, offer, vectors[1])
    return score_prepared(index, *pair, weights=weights)


def score_prepared(
    index: Index, question: Question, answer: Question, *, weights: Weights = PUBLISHED
) -> Scored:
    """Return the score of a need and an offer that were made ready before."""
    lexical = _lexical(index.concepts, question.terms, answer.terms)
    cosine = None
    if question.scale > 0 and answer.scale > 0:
        whole = int(np.dot(question.vector.astype(np.int32), answer.vector.astype(np.int32)))
        cosine = whole * (question.scale * answer.scale)
    pair = (question.listing, answer.listing)
    return candidate(*pair, lexical, cosine, weights, answer.listing.id).told(weights)


def _lexical(concepts: Concepts, need: Terms, offer: Terms) -> float:
    """Return the lexical measure of two sets of terms: the plain statement of what loops do."""
    asked = dict(zip(need.keys.tolist(), need.values.tolist(), strict=True))
    given = dict(zip(offer.keys.tolist(), offer.values.tolist(), strict=True))
    products = [value * given[key] for key, value in asked.items() if key in given]
    gain = 0.0
    for concept in concepts.touched(asked):
        here = [each for each in concept.forms if _present(each, asked)]
        there = [each for each in concept.forms if _present(each, given)]
        if any(each in there for each in here):
            continue
        for one in here:
            mine = [asked[key] for key in one.keys if key in asked]
            for other in there:
                found = math.fsum(given[key] for key in other.keys if key in given)
                gain = max(gain, concepts.weight * (math.fsum(mine) / len(mine)) * found)
    return math.fsum([*products, gain])


def _match_shard(
    index: Index, question: Question, shard: Shard, k: int, today: int, weights: Weights, tier: int
) -> list[Scored]:
    table = shard.table
    allowed = _allowed(question.listing, shard, today, tier)
    lexical = np.zeros(len(table), np.float32)
    if len(table):
        accumulate(question, table, lexical)
        for row, bonus in synonyms(index.concepts, question, table, None).items():
            lexical[row] += np.float32(bonus)
    upper, arguments = _bounded(question, table, allowed, lexical, weights)
    taken = k + SLACK
    while True:
        rows, worst, complete = _best_rows(taken, upper, arguments)
        found = exact(index, question, table, rows, weights)
        found.sort(key=lambda each: (-each.exact, each.id))
        # The rows left out score below `worst`; a wide enough gap to the k-th settles the order.
        if complete or (len(found) >= k and found[k - 1].exact > worst + EPSILON):
            return [each.told(weights) for each in found[:k]]
        taken *= 4


def _allowed(listing: Listing, shard: Shard, today: int, tier: int) -> npt.NDArray[np.bool_]:
    table = shard.table
    allowed = shard.alive & (table.tier <= tier)
    if listing.owner:
        allowed &= table.owner != listing.owner
    if today and table.side == "need":
        allowed &= (table.deadline < 0) | (table.deadline >= today)
    return np.asarray(allowed, np.bool_)


def side_postings(table: Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], Floats]:
    """Return the postings a match reads: offers as documents, needs as questions."""
    if table.side == "offer":
        return table.doc_offsets, table.doc_rows, table.doc_impacts
    return table.query_offsets, table.query_rows, table.query_weights


def located(table: Table, terms: Terms) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the terms the table knows, as term numbers with their values."""
    if not len(table.keys) or not len(terms.keys):
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    at = np.minimum(np.searchsorted(table.keys, terms.keys), len(table.keys) - 1)
    known = table.keys[at] == terms.keys
    return at[known], terms.values[known]


def accumulate(question: Question, table: Table, scores: Floats) -> None:
    """Add the lexical measure of every row to `scores`."""
    numbers, values = located(table, question.terms)
    kernels.accumulate(numbers, values, *side_postings(table), scores)


def _bounded(
    question: Question,
    table: Table,
    allowed: npt.NDArray[np.bool_],
    lexical: Floats,
    weights: Weights,
) -> tuple[Floats, tuple[Any, ...]]:
    """Return an upper bound of every row's score, -1 when not allowed, and what `select` takes."""
    listing = question.listing
    row_is_need = table.side == "need"
    most = np.array(weights.values())
    neutral = np.array([0.0, *(NEUTRAL[name] for name in PARTS[1:])])
    dimensions, lows, highs, alike = _query_indicators(listing, table)
    base = np.zeros(len(table), np.float64)
    low = -1 if listing.price_low_fen is None else listing.price_low_fen
    high = -1 if listing.price_high_fen is None else listing.price_high_fen
    reply = table.reply
    if row_is_need:
        own = shares(listing, listing, 0.0)[-1]
        reply = np.full(len(table), own)
    upper = kernels.bounds(
        lexical, allowed, table.scales, table.industry, table.scenes(listing.industry), table.trl,
        _readiness(listing, row_is_need), table.region, _near(listing, table), table.requirement,
        _requirement(listing, table), table.low, table.high, row_is_need, low, high, reply,
        table.indicator_starts, len(dimensions) > 0, question.scale > 0, most, neutral,
        DENSE, HALF, base,
    )  # fmt: skip
    return upper, (
        base, lexical, table.vectors, table.scales, question.vector, question.scale, row_is_need,
        table.indicator_names, table.indicator_dimensions, table.indicator_lows,
        table.indicator_highs, table.indicator_starts, alike, dimensions, lows, highs,
        most, neutral, DENSE, HALF,
    )  # fmt: skip


def _best_rows(
    k: int, upper: Floats, arguments: tuple[Any, ...]
) -> tuple[npt.NDArray[np.int64], float, bool]:
    """Return the rows of the best k, the worst of their scores, and whether none was left out."""
    floor = _floor(k, upper, arguments)
    wanted = np.flatnonzero(upper >= max(floor, 0.0))
    scores, rows = np.zeros(k), np.zeros(k, np.int64)
    size = kernels.select(*(wanted, upper, *arguments, scores, rows))
    complete = size < k and int((upper >= 0).sum()) == size
    return rows[:size], float(scores[0]) if size == k else max(floor, -1.0), complete


def _floor(k: int, upper: Floats, arguments: tuple[Any, ...]) -> float:
    """Return a score the k-th best surely reaches: the k-th of the most promising rows."""
    if len(upper) <= 16 * k:
        return -1.0
    scores, rows = np.zeros(k), np.zeros(k, np.int64)
    promising = kernels.highest(upper, 4 * k)
    size = kernels.select(*(promising, upper, *arguments, scores, rows))
    return float(scores[0]) - EPSILON if size == k else -1.0


def _query_indicators(
    listing: Listing, table: Table
) -> tuple[
    npt.NDArray[np.int32], npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]
]:
    numbers = {name: number for number, name in enumerate(table.words["dimensions"])}
    own = listing.indicators
    bounds = [interval(each) for each in own]
    alike = np.zeros((len(own), max(1, len(table.words["names"]))), np.bool_)
    for row, each in enumerate(own):
        known = table.names_like(each.name)
        alike[row, : len(known)] = known
    return (
        np.array([numbers.get(measure(each.unit).dimension, -1) for each in own], np.int32),
        np.array([low for low, _ in bounds], np.float64),
        np.array([high for _, high in bounds], np.float64),
        alike,
    )


def _readiness(listing: Listing, row_is_need: bool) -> npt.NDArray[np.float64]:  # noqa: FBT001
    levels = [None, *range(1, LEVELS)]
    if row_is_need:
        return np.array([readiness_share(listing.trl, level) for level in levels])
    return np.array([readiness_share(level, listing.trl) for level in levels])


def _near(listing: Listing, table: Table) -> npt.NDArray[np.float64]:
    met = [
        meets_region(listing.region_requirement, region) is not False
        for region in table.words["regions"]
    ]
    near = [nearness(listing.region, region) for region in table.words["regions"]]
    return np.array(met, np.float64) * np.array(near, np.float64)


def _requirement(listing: Listing, table: Table) -> npt.NDArray[np.bool_]:
    return np.array(
        [meets_region(each, listing.region) is not False for each in table.words["requirements"]],
        np.bool_,
    )


def exact(
    index: Index, question: Question, table: Table, rows: npt.NDArray[np.int64], weights: Weights
) -> list[Candidate]:
    """Return the points of the question and some rows in double precision.

    Sums are exactly rounded, so that the order of terms, which differs by side, cannot show.
    """
    numbers, values = located(table, question.terms)
    there = kernels.lookup(numbers, *side_postings(table), rows).astype(np.float64)
    products = there * values.astype(np.float64)
    wholes = [0] * len(rows)
    if question.scale > 0:
        there_vectors = table.vectors[rows].astype(np.int32)
        wholes = (there_vectors @ question.vector.astype(np.int32)).tolist()
    found = []
    for place, row in enumerate(rows.tolist()):
        bonus = synonyms(index.concepts, question, table, row).get(row, 0.0)
        lexical = math.fsum([*products[place].tolist(), bonus])
        cosine = None
        if question.scale > 0 and table.scales[row] > 0:
            cosine = wholes[place] * (question.scale * float(table.scales[row]))
        other = table.listing(row)
        own = question.listing
        pair = (own, other) if table.side == "offer" else (other, own)
        found.append(candidate(*pair, lexical, cosine, weights, int(table.ids[row])))
    return found


def synonyms(
    concepts: Concepts, question: Question, table: Table, only: int | None
) -> dict[int, float]:
    """Return what rows gain because they name a concept of the question by another name.

    A concept counts when the need has one form, the offer another, and they share no form. It
    gives weight * mean need weight of the one form * summed impact of the other.
    """
    if not concepts.concepts:
        return {}
    own = dict(zip(question.terms.keys.tolist(), question.terms.values.tolist(), strict=True))
    gains: dict[int, float] = {}
    for concept in concepts.touched(own):
        here = [each for each in concept.forms if _present(each, own)]
        if not here:
            continue
        rows_of = {each.text: _rows_with(each, table, only) for each in concept.forms}
        shared = {row for each in here for row in rows_of[each.text]}
        for there in concept.forms:
            for row, values in rows_of[there.text].items():
                if row in shared:
                    continue
                best = max(_gain(concepts.weight, table, each, own, values) for each in here)
                gains[row] = max(gains.get(row, 0.0), best)
    return gains


def _present(each: Form, terms: dict[int, float]) -> bool:
    return sum(key in terms for key in each.keys) >= each.enough


def _gain(
    weight: float, table: Table, here: Form, own: dict[int, float], there: list[float]
) -> float:
    mine = [own[key] for key in here.keys if key in own]
    need, offer = (mine, there) if table.side == "offer" else (there, mine)
    return weight * (math.fsum(need) / len(need)) * math.fsum(offer)


def _rows_with(each: Form, table: Table, only: int | None) -> dict[int, list[float]]:
    """Return the rows that carry the form, each with the values of the keys it has."""
    keys = np.sort(np.array(each.keys, np.int64))
    numbers, _ = located(table, Terms(keys, np.zeros(len(keys), np.float32)))
    if len(numbers) < each.enough:
        return {}
    if only is not None:
        here = kernels.lookup(numbers, *side_postings(table), np.array([only], np.int64))[0]
        values = [float(value) for value in here if value > 0]
        return {only: values} if len(values) >= each.enough else {}
    offsets, rows, values_of = side_postings(table)
    found: dict[int, list[float]] = {}
    parts = [slice(int(offsets[n]), int(offsets[n + 1])) for n in numbers]
    gathered = np.concatenate([rows[part] for part in parts])
    everywhere, times = np.unique(gathered, return_counts=True)
    wanted = everywhere[times >= each.enough]
    for part in parts:
        here = rows[part]
        at = np.flatnonzero(np.isin(here, wanted))
        for row, value in zip(here[at].tolist(), values_of[part][at].tolist(), strict=True):
            found.setdefault(row, []).append(float(value))
    return found

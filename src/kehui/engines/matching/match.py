"""Find the best partners of a listing: exact filters, exact scores, the same from both sides."""

import math
from collections.abc import Collection, Iterable
from itertools import chain

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.bounded import Bounded, bounded
from kehui.engines.matching.concepts import Concepts
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.index import Index, Shard
from kehui.engines.matching.listing import Listing, Side
from kehui.engines.matching.parts import Weights
from kehui.engines.matching.question import Question, accumulate, located, prepare, side_postings
from kehui.engines.matching.represent import Terms
from kehui.engines.matching.scored import PUBLISHED, Candidate, Scored, candidate
from kehui.engines.matching.synonyms import present, synonyms
from kehui.engines.matching.table import Table

Bools = npt.NDArray[np.bool_]
Rows = slice | npt.NDArray[np.int64]
EVERY = slice(None)
SLACK = 6  # rows the loops hand over beyond k; single precision may swap neighbors
EPSILON = 0.01  # points; far above what single precision can err


def match(
    index: Index,
    listing: Listing,
    *,
    k: int = 10,
    today: int = 0,
    weights: Weights = PUBLISHED,
    tier: int = 3,
    vector: Floats | None = None,
    kinds: Collection[str] | None = None,
) -> list[Scored]:
    """Return the best k listings of the other side, best first; equal scores by smaller id.

    Shown are only listings that are open, not of the same owner, of a tier up to `tier`, and, for
    needs, whose deadline is not before `today` (0 ignores deadlines). With `kinds` only listings
    of these kinds; without, of all but persons and open calls.
    """
    question = prepare(index, listing, vector)
    return answers(index, question, k=k, today=today, weights=weights, tier=tier, kinds=kinds)


def answers(
    index: Index,
    question: Question,
    *,
    k: int,
    today: int = 0,
    weights: Weights = PUBLISHED,
    tier: int = 3,
    kinds: Collection[str] | None = None,
    fresh_only: bool = False,
) -> list[Scored]:
    """Return what `match` does, for a listing that was made ready before.

    With `fresh_only` only listings changed since the snapshot.
    """
    weights = index.weighing(weights)
    found: list[list[Scored]] = []
    for shard in index.shards[_other(question.listing)][1 if fresh_only else 0 :]:
        allowed = _allowed(question.listing, shard, today, tier) & shard.table.of_kinds(kinds)
        found.append(_match_shard(index, question, shard, k, allowed, weights))
    return best(found, k)


def best(found: Iterable[list[Scored]], k: int) -> list[Scored]:
    """Return the best k of several lists, best first; equal scores by smaller id.

    Exact: whoever is among the best k of all is among the best k of its own list.
    """
    return sorted(chain.from_iterable(found), key=lambda each: (-each.exact, each.id))[:k]


def among(
    index: Index,
    listing: Listing,
    ids: Iterable[int],
    *,
    today: int = 0,
    weights: Weights = PUBLISHED,
    tier: int = 3,
    vector: Floats | None = None,
) -> list[Scored]:
    """Return those of these listings that `match` may show, whatever their kind and rank.

    Best first, equal scores by smaller id; what is not indexed, or not to be shown, is left out.
    """
    question = prepare(index, listing, vector)
    wanted, weights = set(ids), index.weighing(weights)
    found: list[Scored] = []
    for shard in index.shards[_other(listing)]:
        places = sorted(row for each in wanted if (row := shard.table.row(each)) is not None)
        rows = np.array(places, np.int64)
        rows = rows[_allowed(listing, shard, today, tier, rows)]
        found += [each.told(weights) for each in exact(index, question, shard.table, rows, weights)]
    found.sort(key=lambda each: (-each.exact, each.id))
    return found


def _other(listing: Listing) -> Side:
    return "need" if listing.side == "offer" else "offer"


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
    weighed = index.weighing(weights)
    return candidate(*pair, lexical, cosine, weighed, answer.listing.id).told(weighed)


def _lexical(concepts: Concepts, need: Terms, offer: Terms) -> float:
    """Return the lexical measure of two sets of terms: the plain statement of what loops do."""
    asked = dict(zip(need.keys.tolist(), need.values.tolist(), strict=True))
    given = dict(zip(offer.keys.tolist(), offer.values.tolist(), strict=True))
    products = [value * given[key] for key, value in asked.items() if key in given]
    gain = 0.0
    for concept in concepts.touched(asked):
        here = [each for each in concept.forms if present(each, asked)]
        there = [each for each in concept.forms if present(each, given)]
        if any(each in there for each in here):
            continue
        for one in here:
            mine = [asked[key] for key in one.keys if key in asked]
            for other in there:
                found = math.fsum(given[key] for key in other.keys if key in given)
                gain = max(gain, concepts.weight * (math.fsum(mine) / len(mine)) * found)
    return math.fsum([*products, gain])


def _match_shard(
    index: Index, question: Question, shard: Shard, k: int, allowed: Bools, weights: Weights
) -> list[Scored]:
    table = shard.table
    lexical = np.zeros(len(table), np.float32)
    if len(table):
        accumulate(question, table, lexical)
        for row, bonus in synonyms(index.concepts, question, table, None).items():
            lexical[row] += np.float32(bonus)
    bounds = bounded(question, table, allowed, lexical, weights)
    taken = k + SLACK
    floor = _floor(taken, bounds)
    wanted = bounds.within_reach(max(floor, 0.0))
    while True:
        scores, rows = bounds.best(wanted, taken)
        full = len(rows) == taken
        # Rows left out score at most this: those not wanted, and those that found no room
        worst = max(floor, scores[-1] if full else -1.0)
        # Single precision may swap neighbors; whoever is farther behind the k-th is not among k
        near = rows if len(rows) < k else rows[scores >= scores[k - 1] - EPSILON]
        found = exact(index, question, table, near, weights)
        found.sort(key=lambda each: (-each.exact, each.id))
        complete = not full and len(rows) == int((bounds.upper >= 0).sum())
        last = found[k - 1].exact if len(found) >= k else -1.0
        # A wide enough gap to the k-th settles the order
        if complete or last > worst + EPSILON:
            return [each.told(weights) for each in found[:k]]
        if full:
            taken *= 4
        else:
            floor = last - 2 * EPSILON
            wanted = bounds.within_reach(max(floor, 0.0))


def _allowed(listing: Listing, shard: Shard, today: int, tier: int, rows: Rows = EVERY) -> Bools:
    """Return which of the rows may be shown to the listing."""
    table = shard.table
    allowed = shard.alive[rows] & (table.tier[rows] <= tier)
    if listing.owner:
        allowed &= table.owner[rows] != listing.owner
    if today and table.side == "need":
        allowed &= (table.deadline[rows] < 0) | (table.deadline[rows] >= today)
    return np.asarray(allowed, np.bool_)


def _floor(k: int, bounds: Bounded) -> float:
    """Return a score the k-th best surely reaches: the k-th of the most promising rows."""
    if len(bounds.upper) <= 16 * k:
        return -1.0
    scores, rows = bounds.best(kernels.highest(bounds.upper, 4 * k), k)
    return float(scores[-1]) - EPSILON if len(rows) == k else -1.0


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

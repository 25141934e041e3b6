"""Find the best partners of a listing: exact filters, exact scores, the same from both sides."""

import math
from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.bounded import bounded
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
) -> list[Scored]:
    """Return the best k listings of the other side, best first; equal scores by smaller id.

    Shown are only listings that are open, not of the same owner, of a tier up to `tier`, and, for
    needs, whose deadline is not before `today` (0 ignores deadlines).
    """
    question = prepare(index, listing, vector)
    return match_prepared(index, question, k=k, today=today, weights=weights, tier=tier)


def match_prepared(
    index: Index,
    question: Question,
    *,
    k: int = 10,
    today: int = 0,
    weights: Weights = PUBLISHED,
    tier: int = 3,
    fresh_only: bool = False,
) -> list[Scored]:
    """Return the best k of a listing made ready before; `fresh_only` looks at the delta alone."""
    side: Side = "need" if question.listing.side == "offer" else "offer"
    shards = index.shards[side][1 if fresh_only else 0 :]
    return best(
        (_match_shard(index, question, shard, k, today, weights, tier) for shard in shards), k
    )


def best(found: Iterable[list[Scored]], k: int) -> list[Scored]:
    """Return the best k of several lists, best first; equal scores by smaller id.

    Exact: whoever is among the best k of all is among the best k of its own list.
    """
    return sorted(chain.from_iterable(found), key=lambda each: (-each.exact, each.id))[:k]


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
    index: Index, question: Question, shard: Shard, k: int, today: int, weights: Weights, tier: int
) -> list[Scored]:
    table = shard.table
    allowed = _allowed(question.listing, shard, today, tier)
    lexical = np.zeros(len(table), np.float32)
    if len(table):
        accumulate(question, table, lexical)
        for row, bonus in synonyms(index.concepts, question, table, None).items():
            lexical[row] += np.float32(bonus)
    upper, arguments = bounded(question, table, allowed, lexical, weights)
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

"""Measure the order of partners against human labels; nothing is learned from the labels."""

import math
import random
import statistics
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from kehui.engines.matching.encoder import Floats, embed
from kehui.engines.matching.index import Index
from kehui.engines.matching.listing import Listing
from kehui.engines.matching.match import score_prepared
from kehui.engines.matching.question import prepare

Levels = Mapping[str, int]  # offer id to level 1..4
Scores = Mapping[str, float]
CUT = 10
STRONG = 4
RELEVANT = 3
SEEDS = 20


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over needs, as in the data's README; `needs` counts those nDCG is taken over."""

    ndcg_at_10: float
    ndcg_at_10_random: float
    recall_level4_at_10: float
    needs: int


def ordered(levels: Levels, scores: Scores) -> list[int]:
    """Return the levels, best score first, ties by the SHA-256 of the offer's id."""
    ids = sorted(levels, key=lambda each: (-scores.get(each, 0.0), _tie(each)))
    return [levels[each] for each in ids]


def _tie(offer: str) -> str:
    return sha256(offer.encode()).hexdigest()


def dcg(levels: Iterable[int]) -> float:
    """Return the sum of (2^level - 1) / log2(rank + 1) over the first ten."""
    first = list(levels)[:CUT]
    return math.fsum((2**level - 1) / math.log2(i + 2) for i, level in enumerate(first))


def ndcg(levels: list[int]) -> float:
    return dcg(levels) / dcg(sorted(levels, reverse=True))


def recall(levels: list[int]) -> float:
    return levels[:CUT].count(STRONG) / levels.count(STRONG)


def judge(pairs: Mapping[str, Levels], scores: Mapping[str, Scores]) -> tuple[float, float, int]:
    """Return nDCG@10, recall of level 4 in the first ten, and the number of needs of the first."""
    gains, recalls = [], []
    for need, levels in pairs.items():
        order = ordered(levels, scores.get(need, {}))
        if max(order) >= RELEVANT:
            gains.append(ndcg(order))
        if STRONG in order:
            recalls.append(recall(order))
    nothing = math.nan
    return (
        statistics.fmean(gains) if gains else nothing,
        statistics.fmean(recalls) if recalls else nothing,
        len(gains),
    )


def random_baseline(pairs: Mapping[str, Levels]) -> float:
    """Return the mean nDCG@10 of twenty seeded random orders."""
    values = []
    for seed in range(SEEDS):
        draw = random.Random(seed)  # noqa: S311 (an order, not a secret)
        shuffled = {need: {o: draw.random() for o in levels} for need, levels in pairs.items()}
        values.append(judge(pairs, shuffled)[0])
    return statistics.fmean(values)


def evaluate(
    needs: Mapping[str, Listing],
    offers: Mapping[str, Listing],
    pairs: Mapping[str, Levels],
    *,
    index: Index,
    progress: Callable[[int], None] | None = None,
) -> Quality:
    """Score every judged pair and return the metrics.

    Args:
        needs, offers: by the ids the pairs use; `index` must be built over the same listings.
        pairs: need id to offer id to level.
    """
    judged = list(dict.fromkeys(offer for levels in pairs.values() for offer in levels))
    vectors = _vectors(index, [offers[offer] for offer in judged])
    ready = {
        offer: prepare(index, offers[offer], vector)
        for offer, vector in zip(judged, vectors, strict=True)
    }
    scores: dict[str, dict[str, float]] = {}
    for done, (need, levels) in enumerate(pairs.items()):
        asked = prepare(index, needs[need])
        scores[need] = {
            offer: score_prepared(index, asked, ready[offer]).parts[0].exact for offer in levels
        }
        if progress:
            progress(done + 1)
    gain, found, counted = judge(pairs, scores)
    return Quality(gain, random_baseline(pairs), found, counted)


def _vectors(index: Index, listings: list[Listing]) -> Iterable[Floats | None]:
    """Encode all offers in one go: many texts at once cost half of one by one."""
    if not index.semantic:
        return [None] * len(listings)
    return list(embed(index.encoder, [(each.title, each.body) for each in listings]))

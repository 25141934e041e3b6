"""Let questions pass over the rows of the other side; both keep their best so far."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from kehui.engines.matching import kernels
from kehui.engines.matching.asked import Heard, spoken
from kehui.engines.matching.facets import facets
from kehui.engines.matching.index import Index, Shard
from kehui.engines.matching.listing import Side
from kehui.engines.matching.parts import HALF, NEUTRAL, Weights
from kehui.engines.matching.question import side_postings
from kehui.engines.matching.scored import PUBLISHED
from kehui.engines.matching.table import Table

Array = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

STRETCH = 8_192  # rows: what a question adds up there stays in the fastest cache
FAR_BELOW = np.float32(-1e9)
NOBODY = -1  # fills a list that is shorter than k


@dataclass(frozen=True, slots=True)
class Rule:
    """What `match` is asked with, the same for every listing."""

    k: int = 20
    today: int = 0
    weights: Weights = PUBLISHED
    tier: int = 3


@dataclass(frozen=True, slots=True)
class Heaps:
    """The best so far of some listings, by numbers of the other side; worst in column 0."""

    scores: npt.NDArray[np.float32]
    numbers: npt.NDArray[np.int32]
    sizes: npt.NDArray[np.int64]
    floors: npt.NDArray[np.float32]

    @classmethod
    def of(cls, size: int, room: int, floor: float = -1.0) -> Self:
        return cls(
            np.full((size, room), -np.inf, np.float32),
            np.full((size, room), NOBODY, np.int32),
            np.zeros(size, np.int64),
            np.full(size, floor, np.float32),
        )


@dataclass(frozen=True, slots=True)
class Half:
    """The listings of one side, snapshot and delta in one row of numbers."""

    side: Side
    shards: Sequence[Shard]
    starts: Numbers
    ids: Numbers

    @classmethod
    def of(cls, index: Index, side: Side) -> Self:
        shards = index.shards[side]
        starts = np.cumsum([0, *(len(each.table) for each in shards)])
        return cls(side, shards, starts, np.concatenate([each.table.ids for each in shards]))

    def standing(self) -> Numbers:
        """Return the numbers of the listings that stand."""
        return np.flatnonzero(np.concatenate([each.alive for each in self.shards]))


def shown(table: Table, rule: Rule) -> Bools:
    """Return whether other listings may be given each row, apart from its owner and its state."""
    result = table.of_kinds(None) & (table.tier <= rule.tier)
    if rule.today and table.side == "need":
        result = result & ((table.deadline < 0) | (table.deadline >= rule.today))
    return np.asarray(result, np.bool_)


def sweep(
    index: Index,
    each: Heard,
    begin: int,
    end: int,
    shard: Shard,
    called: int,
    numbers: npt.NDArray[np.int32],
    own: Sequence[Heaps],
    theirs: Heaps,
    rule: Rule,
) -> None:
    """Let questions begin to end pass over a shard, in as many threads as there are `own` heaps."""
    table = shard.table
    told = shown(each.asking.table, rule)[each.asking.rows[begin:end]]
    ready = spoken(each, begin, end, index.concepts, rule.weights, told)
    its = facets(table)
    standing = np.where(shard.alive, np.float32(0), FAR_BELOW).astype(np.float32)
    columns = (
        its.industry, its.kinds, its.price, its.reply, table.scales, table.owner, standing,
        shown(table, rule),
    )  # fmt: skip
    stated = tuple(
        getattr(table, f"indicator_{name}")
        for name in ("names", "dimensions", "lows", "highs", "starts")
    )
    share = -(-len(table) // len(own))

    def part(number: int) -> None:
        asked_ = (*ready.asked[:3], ready.asked[3].copy(), *ready.asked[4:])
        heaps = own[number]
        for first in range(number * share, min(len(table), (number + 1) * share), STRETCH):
            last = min(first + STRETCH, len(table), (number + 1) * share)
            rows = table.vectors[first:last].astype(ready.vectors.dtype)
            kernels.sweep(
                first, called, asked_, ready.spoken, side_postings(table), columns, stated,
                _rules(index.weighing(rule.weights)), table.side == "need",
                np.asarray(ready.vectors @ rows.T, np.float32), numbers,
                (heaps.scores, heaps.numbers, heaps.sizes),
                (theirs.scores, theirs.numbers, theirs.sizes, theirs.floors),
            )  # fmt: skip

    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(len(own)) as pool:
        list(pool.map(part, range(len(own))))


def _rules(weights: Weights) -> tuple[np.float32, ...]:
    rules = (
        weights.tech, weights.indicators, weights.budget, NEUTRAL["indicators"],
        NEUTRAL["budget"], weights.dense, HALF * HALF,
    )  # fmt: skip
    return tuple(map(np.float32, rules))


def merged(heaps: Sequence[Heaps], room: int) -> Heaps:
    """Return the best of several heaps of the same listings."""
    if len(heaps) == 1:
        return heaps[0]
    scores = np.concatenate([each.scores for each in heaps], axis=1)
    numbers = np.concatenate([each.numbers for each in heaps], axis=1)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :room][:, ::-1]
    sizes = np.minimum(sum(each.sizes for each in heaps), room)
    scores, numbers = (np.take_along_axis(each, best, axis=1) for each in (scores, numbers))
    return Heaps(scores, numbers, sizes, heaps[0].floors)

# ruff: noqa: FBT001 (loops take plain positional values)
"""The two passes over a table: bound every row from above, then score those that could win."""

import numpy as np

from kehui.engines.loops import Array, compiled
from kehui.engines.matching.kernels.heap import push
from kehui.engines.matching.kernels.shares import budget, dot, indicator_share


@compiled
def bounds(
    lexical: Array,
    allowed: Array,
    has_vector: Array,
    industry: Array,
    scene_of: Array,
    trl: Array,
    ready_of: Array,
    region: Array,
    near_of: Array,
    requirement: Array,
    requirement_met: Array,
    low: Array,
    high: Array,
    row_is_need: bool,
    query_low: int,
    query_high: int,
    reply: Array,
    indicator_starts: Array,
    query_has_indicators: bool,
    query_has_vector: bool,
    weights: Array,
    neutral: Array,
    dense: float,
    half: float,
    base: Array,
) -> Array:
    """Write each row's structured points to `base` and return an upper bound of its score.

    The bound takes cosine 1 and all indicator points where they are not computed yet; rows that
    are not allowed get -1.
    """
    n = len(lexical)
    upper = np.empty(n, np.float32)
    for i in range(n):
        if not allowed[i]:
            upper[i] = -1.0
            continue
        points = weights[2] * scene_of[industry[i]] + weights[3] * ready_of[trl[i]]
        if requirement_met[requirement[i]]:
            points += weights[4] * near_of[region[i]]
        points += weights[5] * budget(
            row_is_need, low[i], high[i], query_low, query_high, neutral[5]
        )
        points += weights[6] * reply[i]
        base[i] = points
        if query_has_indicators and indicator_starts[i + 1] > indicator_starts[i]:
            points += weights[1]
        else:
            points += weights[1] * neutral[1]
        x = lexical[i] + (dense if query_has_vector and has_vector[i] > 0.0 else 0.0)
        upper[i] = points + weights[0] * (x * x / (x * x + half * half))
    return upper


@compiled
def select(
    wanted: Array,
    upper: Array,
    base: Array,
    lexical: Array,
    vectors: Array,
    scales: Array,
    query_vector: Array,
    query_scale: float,
    row_is_need: bool,
    names: Array,
    dimensions: Array,
    lows: Array,
    highs: Array,
    starts: Array,
    alike: Array,
    q_dim: Array,
    q_low: Array,
    q_high: Array,
    weights: Array,
    neutral: Array,
    dense: float,
    half: float,
    heap_scores: Array,
    heap_rows: Array,
) -> int:
    """Fill a heap with the best of the wanted rows by exact score; return how many it holds.

    Skipping is safe: a row is passed over only when its upper bound is below the heap's worst.
    """
    size = 0
    for place in range(len(wanted)):
        i = wanted[place]
        if size == len(heap_scores) and upper[i] < heap_scores[0] - 1e-3:
            continue
        x = np.float64(lexical[i])
        if query_scale > 0.0 and scales[i] > 0.0:
            cosine = dot(query_vector, vectors[i]) * (query_scale * scales[i])
            x += dense * max(0.0, cosine)
        score = base[i] + weights[0] * (x * x / (x * x + half * half))
        if size == len(heap_scores) and score + weights[1] <= heap_scores[0]:
            continue
        score += weights[1] * indicator_share(
            i, row_is_need, names, dimensions, lows, highs, starts, alike,
            q_dim, q_low, q_high, neutral[1],
        )  # fmt: skip
        size = push(heap_scores, heap_rows, size, score, i)
    return size

# ruff: noqa: FBT001 (loops take plain positional values)
"""The two passes over a table: bound every row from above, then score those that could win."""

import numpy as np

from kehui.engines.loops import Array, Number, compiled
from kehui.engines.matching.kernels.heap import push
from kehui.engines.matching.kernels.shares import dot, indicator_share, levels
from kehui.engines.matching.kernels.sweep import told_points


@compiled
def even_base(
    price: Array,
    reply: Array,
    factor: Number,
    start: Number,
    response: Number,
    budget: Number,
    unknown: Number,
    out: Array,
) -> None:
    """Write the points for budget and response, in single precision."""
    one, two, none = np.float32(1.0), np.float32(2.0), np.float32(0.0)
    known = factor >= none
    for i in range(len(out)):
        share = min(one, max(none, two - factor * price[i]))
        share = share if known and price[i] >= none else unknown
        out[i] = start + response * reply[i] + budget * share


@compiled
def bounds(
    lexical: Array,
    allowed: Array,
    scales: Array,
    columns: tuple[Array, ...],
    scene: Array,
    kind: Array,
    factor: Number,
    start: Number,
    response: Number,
    said: Number,
    unsaid: Number,
    query_scale: Number,
    rules: tuple[Number, ...],
    base: Array,
) -> Array:
    """Write each row's points without text and indicators to `base`; return bounds of the scores.

    The bound takes the most cosine there is and all points of indicators that are not known yet.
    Rows that are not allowed get -1.

    Args:
        start: the points every row gets.
        said, unsaid: the most points of indicators, of a row with them and of one without.
        columns: industry, kinds, price, reply, whether there are indicators.
        rules: weights of tech and budget; neutral share of the budget; dense times the most
            cosine, half².
    """
    industry, kinds, price, reply, has_indicators = columns
    tech, budget, unknown, dense, square = rules
    even_base(price, reply, factor, start, response, budget, unknown, base)
    told_points(industry, kinds, scene, kind, base)
    none = np.float32(0.0)
    upper = np.empty(len(base), np.float32)
    for i in range(len(base)):
        x = lexical[i] + (dense if scales[i] * query_scale > none else none)
        xx = x * x
        most = base[i] + (said if has_indicators[i] else unsaid) + tech * (xx / (xx + square))
        upper[i] = most if allowed[i] else np.float32(-1.0)
    return upper


@compiled
def least_products(
    floor: Number,
    upper: Array,
    base: Array,
    lexical: Array,
    scales: Array,
    has_indicators: Array,
    said: Number,
    unsaid: Number,
    query_scale: Number,
    rules: tuple[Number, ...],
) -> Array:
    """Return the least product of vectors with which each row could reach the floor.

    It is the bound of `bounds` solved for the cosine: minus infinity where none is needed,
    infinity where none would do.

    Args:
        said, unsaid: the most points of indicators, of a row with them and of one without.
    """
    tech, _, _, dense, square = rules
    none, one = np.float32(0.0), np.float32(1.0)
    least = np.empty(len(upper), np.float32)
    for i in range(len(upper)):
        rest = base[i] + (said if has_indicators[i] else unsaid)
        share = min((floor - rest) / tech, np.float32(0.9999))
        x = np.sqrt(square * max(none, share) / (one - share))
        scale = dense * query_scale * scales[i]
        product = (
            (x - lexical[i]) / (scale if scale > none else one) * np.float32(0.9999)
        )  # single precision errs
        needed = product if scale > none and x > lexical[i] else -np.inf
        least[i] = needed if upper[i] >= floor else np.inf
    return least


@compiled
def within_reach(
    least: Array,
    head: Array,
    tail: Array,
    lengths: Array,
    query_head: Array,
    query_tail: Array,
    numbers: tuple[Number, ...],
) -> Array:
    """Return the rows whose product with the query may reach the least one.

    Vectors are multiplied in outline, and what outlines leave out can add at most the product of
    its lengths (Cauchy, Schwarz): most rows are passed over after the head, nearly all after the
    tail.

    Args:
        head, tail, lengths: see `outlines.Outlines`.
        query_head, query_tail, numbers: see `outlines.in_outline`.
    """
    unit, step, behind, length, apart, middle = numbers
    rows = np.empty(len(least), np.int64)
    size = 0
    for i in range(len(least)):
        if least[i] == np.inf:
            continue
        if least[i] > -np.inf:
            known = unit * lengths[i, 0] * np.float32(dot(query_head, head[i]))
            known += length * lengths[i, 1] + apart * lengths[i, 5]
            if known + behind * lengths[i, 2] < least[i]:
                continue
            known += step * lengths[i, 3] * (np.float32(levels(query_tail, tail[i])) - middle)
            if known + behind * lengths[i, 4] < least[i]:
                continue
        rows[size] = i
        size += 1
    return rows[:size]


@compiled
def select(
    wanted: Array,
    upper: Array,
    base: Array,
    lexical: Array,
    vectors: Array,
    scales: Array,
    query_vector: Array,
    query_scale: Number,
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
    neutral: Number,
    dense: Number,
    half: Number,
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
            q_dim, q_low, q_high, neutral,
        )  # fmt: skip
        size = push(heap_scores, heap_rows, size, score, i)
    return size

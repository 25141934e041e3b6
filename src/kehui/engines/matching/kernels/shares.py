# ruff: noqa: FBT001 (loops take plain positional values)
"""What a row gets of a part: the twins of parts.py that loops can call."""

from typing import Any

import numpy as np

from kehui.engines.loops import Array, compiled


@compiled
def dot(
    one: Array,
    other: Array,
) -> int:
    """Return the exact sum of products of two int8 vectors, or of an int16 and an int8 one."""
    total: Any = np.int32(0)
    for i in range(len(one)):
        # Casting back at each step keeps the sum in 32 bits, which vectorizes better.
        total = np.int32(total + np.int32(np.int32(one[i]) * np.int32(other[i])))
    return total  # type: ignore[no-any-return]


@compiled
def levels(query: Array, words: Array) -> int:
    """Return the sum of products of a query with numbers of two bits; it must fit in 16 bits.

    Args:
        query: 8 lines of int16; line k is multiplied with bits 2k and 2k + 1 of the words.
        words: uint16.
    """
    total: Any = np.int16(0)
    for j in range(len(words)):
        for k in range(8):
            level = np.int16((words[j] >> np.uint16(2 * k)) & np.uint16(3))
            total = np.int16(total + np.int16(query[k, j] * level))
    return total  # type: ignore[no-any-return]


@compiled
def dots(
    query: Array,
    vectors: Array,
    rows: Array,
    out: Array,
) -> None:
    """Write the products of the query with some rows' vectors."""
    for i in range(len(rows)):
        out[i] = dot(query, vectors[rows[i]])


@compiled
def answer(
    wanted_low: float,
    wanted_high: float,
    low: float,
    high: float,
) -> float:
    """Twin of parts.satisfied for the loops."""
    if wanted_low <= low and high <= wanted_high:
        return 1.0
    if wanted_low == wanted_high and abs(low - wanted_low) <= 0.05 * abs(wanted_low):
        return 1.0
    gap = max(wanted_low - high, low - wanted_high)
    if gap <= 0:
        return 0.7
    target = wanted_low if high < wanted_low else wanted_high
    reach = 0.2 * abs(target)
    return max(0.0, 0.5 * (1.0 - gap / reach)) if reach > 0 else 0.0


@compiled
def indicator_share(
    row: int,
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
    neutral: float,
) -> float:
    """Return parts.indicators_share of the query's indicators and the row's."""
    begin, end = starts[row], starts[row + 1]
    outer = end - begin if row_is_need else len(q_dim)
    inner = len(q_dim) if row_is_need else end - begin
    if outer == 0 or inner == 0:
        return neutral
    total = 0.0
    for i in range(outer):
        best = -1.0
        for j in range(inner):
            r = begin + (i if row_is_need else j)
            q = j if row_is_need else i
            if dimensions[r] != q_dim[q] or not alike[q, names[r]]:
                continue
            if row_is_need:
                share = answer(lows[r], highs[r], q_low[q], q_high[q])
            else:
                share = answer(q_low[q], q_high[q], lows[r], highs[r])
            best = max(best, share)
        total += neutral if best < 0.0 else best
    return total / outer

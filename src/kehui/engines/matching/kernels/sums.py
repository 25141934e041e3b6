"""Sums that are rounded once, as `math.fsum` does: the order of terms, which differs by side, and
the company a pair is scored in cannot show.
"""

import numpy as np

from kehui.engines.loops import Array, compiled

PARTIALS = 48  # more than sums of doubles between 1e-300 and 1e300 can need


@compiled
def exact_sum(values: Array, partials: Array) -> float:
    """Return the exactly rounded sum (Shewchuk 1997); `partials` is room for PARTIALS doubles."""
    size = 0
    for value in values:
        x = np.float64(value)
        kept = 0
        for j in range(size):
            y = partials[j]
            if abs(x) < abs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low != 0.0:
                partials[kept] = low
                kept += 1
            x = high
        partials[kept] = x
        size = kept + 1
    if size == 0:
        return 0.0
    size -= 1
    high, low = partials[size], 0.0
    while size > 0:
        size -= 1
        x, y = high, partials[size]
        high = x + y
        low = y - (high - x)
        if low != 0.0:
            break
    # Half way between two doubles: what is below decides, not the even one
    if size > 0 and ((low < 0.0) == (partials[size - 1] < 0.0)):
        y = low * 2.0
        x = high + y
        if y == x - high:
            high = x
    return high  # type: ignore[no-any-return]


@compiled
def lexicals(
    asking: Array,
    starts: Array,
    terms: Array,
    weights: Array,
    offsets: Array,
    rows: Array,
    values: Array,
    answering: Array,
    gains: Array,
    out: Array,
) -> None:
    """Write the lexical measure of each pair (question `asking[p]`, row `answering[p]`).

    The terms of question q are those from starts[q] to starts[q + 1]; `gains` is added to each.
    """
    partials = np.empty(PARTIALS, np.float64)
    products = np.empty(1, np.float64)
    for p in range(len(asking)):
        begin, end = starts[asking[p]], starts[asking[p] + 1]
        if len(products) <= end - begin:
            products = np.empty(end - begin + 1, np.float64)
        for t in range(begin, end):
            low, stop = offsets[terms[t]], offsets[terms[t] + 1]
            high = stop
            while low < high:
                middle = (low + high) // 2
                if rows[middle] < answering[p]:
                    low = middle + 1
                else:
                    high = middle
            found = low < stop and rows[low] == answering[p]
            products[t - begin] = np.float64(values[low]) * np.float64(weights[t]) if found else 0.0
        products[end - begin] = gains[p]
        out[p] = exact_sum(products[: end - begin + 1], partials)


@compiled
def shared_lexicals(
    asking: Array,
    starts: Array,
    terms: Array,
    weights: Array,
    row_starts: Array,
    row_terms: Array,
    row_values: Array,
    answering: Array,
    gains: Array,
    out: Array,
) -> None:
    """Do what `lexicals` does from the terms of each row, ascending as those of the questions."""
    partials = np.empty(PARTIALS, np.float64)
    products = np.empty(1, np.float64)
    for p in range(len(asking)):
        t, last = starts[asking[p]], starts[asking[p] + 1]
        r, stop = row_starts[answering[p]], row_starts[answering[p] + 1]
        if len(products) <= last - t:
            products = np.empty(last - t + 1, np.float64)
        products[0] = gains[p]
        found = 1
        while t < last and r < stop:
            if terms[t] == row_terms[r]:
                products[found] = np.float64(row_values[r]) * np.float64(weights[t])
                found += 1
                t += 1
                r += 1
            elif terms[t] < row_terms[r]:
                t += 1
            else:
                r += 1
        out[p] = exact_sum(products[:found], partials)


@compiled
def row_sums(values: Array, out: Array) -> None:
    """Write the exactly rounded sum of each row of a matrix."""
    partials = np.empty(PARTIALS, np.float64)
    for i in range(len(values)):
        out[i] = exact_sum(values[i], partials)


@compiled
def pair_dots(
    one: Array,
    other: Array,
    asking: Array,
    answering: Array,
    out: Array,
) -> None:
    """Write the exact product of the vectors of each pair of rows."""
    for p in range(len(asking)):
        total = np.int64(0)
        for d in range(one.shape[1]):
            total += np.int64(one[asking[p], d]) * np.int64(other[answering[p], d])
        out[p] = total

# ruff: noqa: FBT001 (loops take plain positional values)
"""The loops over postings and rows. Each has its plain-Python twin in `.py_func`."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt


def _cache_folder() -> str:
    """Return a folder of this user where compiled loops may be kept."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for folder in (home / "kehui" / "numba", Path(tempfile.gettempdir()) / f"kehui-{os.getuid()}"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        # What lies there is run: a folder that somebody else made is not ours to trust.
        if folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK):
            return str(folder)
    return ""


vars(numba.config)["CACHE_DIR"] = os.environ.get("NUMBA_CACHE_DIR") or _cache_folder()

Array = npt.NDArray[Any]
Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """Compile a loop once a machine; it runs without the interpreter's lock."""
    return cast("Loop", numba.njit(cache=True, nogil=True, error_model="numpy")(loop))


@compiled
def accumulate(
    terms: Array,
    weights: Array,
    offsets: Array,
    rows: Array,
    values: Array,
    scores: Array,
) -> None:
    """Add weight * value of every posting of the terms to the row's score."""
    for i in range(len(terms)):
        weight = weights[i]
        for j in range(offsets[terms[i]], offsets[terms[i] + 1]):
            scores[rows[j]] += weight * values[j]


@compiled
def scatter(
    rows: Array,
    terms: Array,
    values: Array,
    cursor: Array,
    out_rows: Array,
    out_values: Array,
) -> None:
    """Write entries in document order into their term's next place: a counting sort by term."""
    for j in range(len(rows)):
        place = cursor[terms[j]]
        cursor[terms[j]] = place + 1
        out_rows[place] = rows[j]
        out_values[place] = values[j]


@compiled
def scatter_impacts(
    rows: Array,
    terms: Array,
    title: Array,
    body: Array,
    lengths: Array,
    rarity: Array,
    title_weight: float,
    k1: float,
    b: float,
    average: float,
    cursor: Array,
    out_rows: Array,
    out: Array,
) -> None:
    """Turn counts into BM25 impacts and write them by term; see represent.py for the formula."""
    for j in range(len(rows)):
        term = terms[j]
        tf = title_weight * title[j] + body[j]
        norm = k1 * (1 - b + b * lengths[rows[j]] / average)
        place = cursor[term]
        cursor[term] = place + 1
        out_rows[place] = rows[j]
        out[place] = np.float32(rarity[term] * tf * (k1 + 1) / (tf + norm))


@compiled
def heaviest(
    starts: Array,
    terms: Array,
    tf: Array,
    rarity: Array,
    known: Array,
    size: int,
    k1: float,
    k3: float,
    scale: float,
    keep: Array,
    weights: Array,
) -> None:
    """Mark the `size` heaviest entries of each document and write their weights.

    Entries of a document are in ascending key order; known terms go first, then the product of
    weight and rarity, then the smaller key.
    """
    for d in range(len(starts) - 1):
        begin, end = starts[d], starts[d + 1]
        n = end - begin
        order_by = np.empty(n, np.float64)
        for i in range(n):
            j = begin + i
            weight = tf[j] * (k3 + 1) / (tf[j] + k3)
            weights[j] = np.float32(weight)
            order_by[i] = -(weight * rarity[terms[j]])
            if not known[terms[j]]:
                order_by[i] += 1e9
        order = np.argsort(order_by, kind="mergesort")
        ceiling_known = 0.0
        ceiling_all = 0.0
        for i in range(min(size, n)):
            j = begin + order[i]
            keep[j] = True
            part = tf[j] * (k3 + 1) / (tf[j] + k3) * rarity[terms[j]] * (k1 + 1)
            ceiling_all += part
            if known[terms[j]]:
                ceiling_known += part
        ceiling = ceiling_known if ceiling_known > 0.0 else ceiling_all
        factor = scale / np.sqrt(ceiling) if ceiling > 0.0 else 0.0
        for i in range(min(size, n)):
            j = begin + order[i]
            weight = tf[j] * (k3 + 1) / (tf[j] + k3)
            weights[j] = np.float32(weight * factor)


@compiled
def dot(
    one: Array,
    other: Array,
) -> int:
    """Return the exact sum of products of two int8 vectors."""
    total: Any = np.int32(0)
    for i in range(len(one)):
        # Casting back at each step keeps the sum in 32 bits, which vectorizes better.
        total = np.int32(total + np.int32(np.int32(one[i]) * np.int32(other[i])))
    return total  # type: ignore[no-any-return]


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


@compiled
def budget(
    row_is_need: bool,
    row_low: int,
    row_high: int,
    query_low: int,
    query_high: int,
    neutral: float,
) -> float:
    """Twin of parts.budget_share on columns where -1 is unknown."""
    if row_is_need:
        most = row_high if row_high >= 0 else row_low
        least = query_low if query_low >= 0 else query_high
    else:
        most = query_high if query_high >= 0 else query_low
        least = row_low if row_low >= 0 else row_high
    if most < 0 or least < 0:
        return neutral
    if least <= most:
        return 1.0
    return max(0.0, 2.0 - least / most) if most > 0 else 0.0


@compiled
def sift(
    heap_scores: Array,
    heap_rows: Array,
    size: int,
    score: float,
    row: int,
) -> None:
    """Put a better row in place of the heap's worst (its root) and restore the heap."""
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap_scores[child + 1] < heap_scores[child]:
            child += 1
        if heap_scores[child] >= score:
            break
        heap_scores[i] = heap_scores[child]
        heap_rows[i] = heap_rows[child]
        i = child
    heap_scores[i] = score
    heap_rows[i] = row


@compiled
def push(
    heap_scores: Array,
    heap_rows: Array,
    size: int,
    score: float,
    row: int,
) -> int:
    """Keep the row when the heap has room or a worse one; return how many it holds now."""
    if size == len(heap_scores):
        if score > heap_scores[0]:
            sift(heap_scores, heap_rows, size, score, row)
        return size
    j = size
    while j > 0 and heap_scores[(j - 1) // 2] > score:
        heap_scores[j] = heap_scores[(j - 1) // 2]
        heap_rows[j] = heap_rows[(j - 1) // 2]
        j = (j - 1) // 2
    heap_scores[j] = score
    heap_rows[j] = row
    return size + 1


@compiled
def highest(upper: Array, most: int) -> Array:
    """Return the rows with the highest bounds, `most` of them, none that is not allowed."""
    scores = np.empty(most, np.float64)
    rows = np.empty(most, np.int64)
    size = 0
    for i in range(len(upper)):
        if upper[i] >= 0.0 and (size < most or upper[i] > scores[0]):
            size = push(scores, rows, size, np.float64(upper[i]), i)
    return rows[:size]


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


@compiled
def accumulate_presence(
    terms: Array,
    weights: Array,
    offsets: Array,
    rows: Array,
    scores: Array,
) -> None:
    """Add the weight of every term to the rows that have it."""
    for i in range(len(terms)):
        for j in range(offsets[terms[i]], offsets[terms[i] + 1]):
            scores[rows[j]] += weights[i]


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
def lookup(terms: Array, offsets: Array, rows: Array, values: Array, wanted: Array) -> Array:
    """Return the value of each term in each wanted row, 0 where the row lacks the term."""
    found = np.zeros((len(wanted), len(terms)), np.float32)
    for i in range(len(terms)):
        for w in range(len(wanted)):
            low, high = offsets[terms[i]], offsets[terms[i] + 1]
            while low < high:
                middle = (low + high) // 2
                if rows[middle] < wanted[w]:
                    low = middle + 1
                else:
                    high = middle
            if low < offsets[terms[i] + 1] and rows[low] == wanted[w]:
                found[w, i] = values[low]
    return found

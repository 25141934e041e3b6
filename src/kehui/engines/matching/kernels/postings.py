"""The loops over postings: write them by term, add them up, look them up."""

import numpy as np

from kehui.engines.loops import Array, compiled


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

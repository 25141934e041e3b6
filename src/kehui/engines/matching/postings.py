"""Turn term counts into the posting arrays of a side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.listing import Side
from kehui.engines.matching.represent import (
    K1,
    K3,
    NEED_TITLE,
    OFFER_TITLE,
    SCALE,
    SIZE,
    B,
    Statistics,
    frequencies,
    idf,
)
from kehui.engines.text.bulk import TermCounts

Array = npt.NDArray[Any]


@dataclass
class Counted:
    """Term counts of consecutive rows; `first` is the first row, `terms` point into `keys`."""

    first: int
    documents: int
    counts: TermCounts


@dataclass(frozen=True, slots=True)
class Usage:
    """How many of so many listings have each key; `keys` ascending."""

    keys: Array
    frequencies: Array
    documents: int

    def of(self, keys: Array) -> Array:
        """Return how many listings have each of these keys."""
        found = np.zeros(len(keys), np.float64)
        if len(self.keys):
            at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            known = self.keys[at] == keys
            found[known] = self.frequencies[at[known]]
        return found


def usage(chunks: Sequence[Counted]) -> Usage:
    """Count in how many listings each term stands."""
    keys = _union([chunk.counts.keys for chunk in chunks])
    frequency = np.zeros(len(keys), np.int64)
    for chunk in chunks:
        numbers = np.searchsorted(keys, chunk.counts.keys)
        frequency[numbers] += np.bincount(chunk.counts.terms, minlength=len(numbers))
    return Usage(keys, frequency, sum(chunk.documents for chunk in chunks))


def postings(
    side: Side,
    chunks: Sequence[Counted],
    *,
    statistics: Statistics | None = None,
    offers: Statistics | None = None,
    others: Usage | None = None,
) -> dict[str, Array]:
    """Return the posting arrays of a side, and its total length under "length".

    `statistics` are what documents are read with, `offers` what needs are weighed with; None
    means: those of these very chunks, whose rarities count `others` of the other side too.
    """
    used = usage(chunks)
    keys, frequency, size = used.keys, used.frequencies, used.documents
    local = [np.searchsorted(keys, chunk.counts.keys).astype(np.int32) for chunk in chunks]
    lengths = np.zeros(size, np.float64)
    for chunk in chunks:
        tf = frequencies(chunk.counts, OFFER_TITLE)
        lengths[chunk.first : chunk.first + chunk.documents] = np.bincount(
            chunk.counts.rows, tf, chunk.documents
        )
    over_there = (others.of(keys), others.documents) if others else (None, 0)
    rarity = idf(frequency.astype(np.float64), size, *over_there)
    average = float(lengths.sum()) / max(1, size)
    own = Statistics(keys, frequency.astype(np.int32), rarity, size, average)
    ground = statistics or own
    arrays = {"keys": keys, "doc_offsets": _offsets(frequency), "rarity": rarity}
    arrays |= _documents(chunks, local, lengths, arrays["doc_offsets"], ground.rarity(keys), ground)
    arrays |= _questions(side, chunks, local, offers or own, keys)
    arrays["length"] = np.array([lengths.sum()])
    return arrays


def _union(sets: Sequence[Array]) -> Array:
    keys = np.zeros(0, np.int64)
    step = 16
    for start in range(0, len(sets), step):
        keys = np.unique(np.concatenate([keys, *sets[start : start + step]]))
    return keys


def _offsets(frequency: Array) -> Array:
    offsets = np.zeros(len(frequency) + 1, np.int64)
    np.cumsum(frequency, out=offsets[1:])
    return offsets


def _documents(
    chunks: Sequence[Counted],
    local: Sequence[Array],
    lengths: Array,
    offsets: Array,
    rarity: Array,
    ground: Statistics,
) -> dict[str, Array]:
    rows = np.empty(offsets[-1], np.int32)
    values = np.empty(offsets[-1], np.float32)
    cursor = offsets[:-1].copy()
    average = max(ground.average_length, 1e-9)
    for chunk, numbers in zip(chunks, local, strict=True):
        counts = chunk.counts
        kernels.scatter_impacts(
            np.asarray(counts.rows) + np.int32(chunk.first), numbers[counts.terms],
            np.asarray(counts.title), np.asarray(counts.body), lengths, rarity,
            OFFER_TITLE, K1, B, average, cursor, rows, values,
        )  # fmt: skip
    return {"doc_rows": rows, "doc_impacts": values}


def _questions(
    side: Side, chunks: Sequence[Counted], local: Sequence[Array], offers: Statistics, keys: Array
) -> dict[str, Array]:
    """Return the needs as questions, by term; an empty set for offers."""
    if side == "offer":
        empty = np.zeros(0, np.int32)
        return {
            "query_offsets": np.zeros(len(keys) + 1, np.int64),
            "query_rows": empty,
            "query_weights": empty.astype(np.float32),
        }
    frequency = offers.frequency(keys)
    rarity = offers.rarity(keys)
    picked: list[tuple[Array, Array, Array]] = []
    for chunk, numbers in zip(chunks, local, strict=True):
        counts = chunk.counts
        terms = numbers[counts.terms]
        starts = np.searchsorted(counts.rows, np.arange(chunk.documents + 1)).astype(np.int64)
        tf = frequencies(counts, NEED_TITLE)
        keep = np.zeros(len(terms), np.bool_)
        weights = np.zeros(len(terms), np.float32)
        kernels.heaviest(
            starts, terms, tf, rarity, frequency > 0, SIZE, K1, K3, SCALE, keep, weights
        )
        rows = np.asarray(counts.rows)[keep] + np.int32(chunk.first)
        picked.append((rows, terms[keep], weights[keep]))
    used = np.zeros(len(keys), np.int64)
    for _, terms, _ in picked:
        used += np.bincount(terms, minlength=len(keys))
    offsets = _offsets(used)
    out_rows = np.empty(offsets[-1], np.int32)
    out_weights = np.empty(offsets[-1], np.float32)
    cursor = offsets[:-1].copy()
    for rows, terms, weights in picked:
        kernels.scatter(rows, terms, weights, cursor, out_rows, out_weights)
    return {"query_offsets": offsets, "query_rows": out_rows, "query_weights": out_weights}

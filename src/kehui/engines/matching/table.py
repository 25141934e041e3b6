"""One side of the market as arrays: postings by term, columns by row.

A snapshot has one table a side on disk, a delta one a side in memory; every loop runs on both.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.listing import Indicator, Listing, Side
from kehui.engines.matching.parts import (
    interval,
    name_pairs,
    names_alike,
    response_share,
    scene_share,
)
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
from kehui.engines.text.units import measure

Array = npt.NDArray[Any]
ARRAYS = (
    "keys", "doc_offsets", "doc_rows", "doc_impacts", "query_offsets", "query_rows",
    "query_weights", "ids", "owner", "region", "industry", "kind", "requirement", "is_open",
    "tier", "low", "high", "trl", "reply", "reply_hours", "published", "deadline",
    "indicator_starts", "indicator_names", "indicator_dimensions", "indicator_lows",
    "indicator_highs", "vectors", "scales",
)  # fmt: skip
KEPT = 5_000  # rows kept as listings between matches
BASE = "="  # marks a unit that is already the base unit of the dimension named after it
WORDS = ("industries", "kinds", "regions", "requirements", "names", "dimensions")


@dataclass
class Table:
    """Arrays by name (`ARRAYS`) and the lists small numbers point into (`WORDS`)."""

    side: Side
    arrays: dict[str, Array]
    words: dict[str, list[Any]]
    _rows: dict[int, int] | None = None
    _names_by_pair: dict[str, list[int]] | None = None
    _listings: dict[int, Listing] = field(default_factory=dict)
    _scenes: dict[str, Array] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Array:
        try:
            return self.__dict__["arrays"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    def __len__(self) -> int:
        return len(self.arrays["ids"])

    def row(self, listing_id: int) -> int | None:
        """Return the row of a listing, or None."""
        if self._rows is None:
            self._rows = {int(each): row for row, each in enumerate(self.ids)}
        return self._rows.get(listing_id)

    def statistics(self) -> Statistics:
        """Return the word statistics of this side."""
        counts = np.diff(self.doc_offsets).astype(np.int32)
        total = float(self.words.get("length", [0.0])[0])
        return Statistics(self.keys, counts, len(self), total / max(1, len(self)))

    def names_like(self, name: str) -> Array:
        """Return for every indicator name of the table whether it means the same as `name`."""
        if self._names_by_pair is None:
            index: dict[str, list[int]] = {}
            for place, each in enumerate(self.words["names"]):
                for pair in name_pairs(each):
                    index.setdefault(pair, []).append(place)
            self._names_by_pair = index
        alike = np.zeros(len(self.words["names"]), np.bool_)
        from_pairs = self._names_by_pair
        for place in {p for pair in name_pairs(name) for p in from_pairs.get(pair, ())}:
            alike[place] = names_alike(name, self.words["names"][place])
        return alike

    def scenes(self, industry: str) -> Array:
        """Return for every industry of the table how near it stands to this one."""
        known = self._scenes.get(industry)
        if known is None:
            shares = [scene_share(industry, each) for each in self.words["industries"]]
            known = self._scenes[industry] = np.array(shares)
        return known

    def listing(self, row: int) -> Listing:
        """Return a row as a listing without texts: enough for every part but the technical one."""
        known = self._listings.get(row)
        if known is None:
            if len(self._listings) >= KEPT:
                self._listings.clear()
            known = self._listings[row] = self._read(row)
        return known

    def _read(self, row: int) -> Listing:
        begin, end = int(self.indicator_starts[row]), int(self.indicator_starts[row + 1])
        return Listing(
            id=int(self.ids[row]),
            side=self.side,
            title="",
            region=int(self.words["regions"][self.region[row]]),
            industry=str(self.words["industries"][self.industry[row]]),
            kind=str(self.words["kinds"][self.kind[row]]),
            owner=int(self.owner[row]),
            is_open=bool(self.is_open[row]),
            tier=int(self.tier[row]),
            price_low_fen=_known(self.low[row]),
            price_high_fen=_known(self.high[row]),
            trl=int(self.trl[row]) or None,
            region_requirement=tuple(self.words["requirements"][self.requirement[row]]),
            deadline_day=_known(self.deadline[row]),
            reply_hours=float(self.reply_hours[row]) if self.reply_hours[row] >= 0 else None,
            published_day=int(self.published[row]),
            indicators=tuple(self._indicator(place) for place in range(begin, end)),
        )

    def _indicator(self, place: int) -> Indicator:
        """Return an indicator in base units; its unit is the name of the dimension."""
        low, high = float(self.indicator_lows[place]), float(self.indicator_highs[place])
        name = self.words["names"][self.indicator_names[place]]
        unit = BASE + self.words["dimensions"][self.indicator_dimensions[place]]
        if np.isinf(high):
            return Indicator(name, ">=", low, None, unit)
        if np.isinf(low):
            return Indicator(name, "<=", high, None, unit)
        return Indicator(name, "range" if low != high else "=", low, high, unit)


def _known(value: Any) -> int | None:
    return int(value) if value >= 0 else None


class _Numbering:
    """Give each distinct value a small number, in order of appearance."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._number: dict[Any, int] = {}

    def __call__(self, value: Any) -> int:
        number = self._number.get(value)
        if number is None:
            number = self._number[value] = len(self.values)
            self.values.append(value)
        return number


class Columns:
    """Collect the columns of one side, listing by listing, in the order the texts are counted."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.seen: dict[int, int] = {}
        self.numbers: dict[str, array[int]] = {name: array("q") for name in _WHOLE}
        self.reply = array("d")
        self.indicators: list[tuple[int, int, float, float]] = []
        self.starts = array("q", [0])
        self.words = {name: _Numbering() for name in WORDS}

    def add(self, listing: Listing) -> None:
        if listing.id in self.seen:
            raise ValueError(f"listing {listing.id} came twice")
        self.seen[listing.id] = len(self.seen)
        words = self.words
        row = (
            listing.id,
            listing.owner,
            words["regions"](listing.region),
            words["industries"](listing.industry),
            words["kinds"](listing.kind),
            words["requirements"](tuple(listing.region_requirement)),
            listing.is_open,
            listing.tier,
            -1 if listing.price_low_fen is None else listing.price_low_fen,
            -1 if listing.price_high_fen is None else listing.price_high_fen,
            listing.trl or 0,
            listing.published_day,
            -1 if listing.deadline_day is None else listing.deadline_day,
        )
        for name, value in zip(_WHOLE, row, strict=True):
            self.numbers[name].append(int(value))
        self.reply.append(-1.0 if listing.reply_hours is None else listing.reply_hours)
        for each in listing.indicators:
            named = words["names"](each.name)
            dimension = words["dimensions"](measure(each.unit).dimension)
            self.indicators.append((named, dimension, *interval(each)))
        self.starts.append(len(self.indicators))

    def arrays(self) -> dict[str, Array]:
        result: dict[str, Array] = {
            name: np.array(self.numbers[name], kind) for name, kind in _WHOLE.items()
        }
        hours = np.array(self.reply, np.float64)
        result["reply_hours"] = hours
        result["reply"] = np.array(
            [response_share(None if each < 0 else float(each)) for each in hours], np.float64
        )
        result["indicator_starts"] = np.array(self.starts, np.int64)
        names, dimensions, lows, highs = (
            zip(*self.indicators, strict=True) if self.indicators else ((), (), (), ())
        )
        result["indicator_names"] = np.array(names, np.int32)
        result["indicator_dimensions"] = np.array(dimensions, np.int32)
        result["indicator_lows"] = np.array(lows, np.float64)
        result["indicator_highs"] = np.array(highs, np.float64)
        return result


_WHOLE: dict[str, Any] = {
    "ids": np.int64,
    "owner": np.int64,
    "region": np.int32,
    "industry": np.int32,
    "kind": np.int32,
    "requirement": np.int32,
    "is_open": np.bool_,
    "tier": np.int8,
    "low": np.int64,
    "high": np.int64,
    "trl": np.int8,
    "published": np.int32,
    "deadline": np.int32,
}


@dataclass
class Counted:
    """Term counts of consecutive rows; `first` is the first row, `terms` point into `keys`."""

    first: int
    documents: int
    counts: TermCounts


def postings(
    side: Side,
    chunks: Sequence[Counted],
    *,
    statistics: Statistics | None,
    offers: Statistics | None,
) -> dict[str, Array]:
    """Return the posting arrays of a side, and its total length under "length".

    `statistics` are what documents are read with, `offers` what needs are weighed with; None
    means: those of these very chunks.
    """
    size = sum(chunk.documents for chunk in chunks)
    keys = _union([chunk.counts.keys for chunk in chunks])
    local = [np.searchsorted(keys, chunk.counts.keys).astype(np.int32) for chunk in chunks]
    frequency = np.zeros(len(keys), np.int64)
    lengths = np.zeros(size, np.float64)
    for chunk, numbers in zip(chunks, local, strict=True):
        counted = np.bincount(chunk.counts.terms, minlength=len(numbers))
        frequency[numbers] += counted
        tf = frequencies(chunk.counts, OFFER_TITLE)
        lengths[chunk.first : chunk.first + chunk.documents] = np.bincount(
            chunk.counts.rows, tf, chunk.documents
        )
    own = Statistics(keys, frequency.astype(np.int32), size, float(lengths.sum()) / max(1, size))
    ground = statistics or own
    arrays = {"keys": keys, "doc_offsets": _offsets(frequency)}
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
    rarity = idf(frequency, offers.documents)
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


def quantize(vectors: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return int8 vectors and their scales; a scale of 0 says that there is no vector."""
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    # Seven digits: the last bits of an encoding vary with the company a text is encoded in.
    scales = np.round(largest / 127, 7).astype(np.float32)
    divisor = np.where(scales > 0, scales, 1.0)[:, None]
    return np.rint(vectors / divisor).astype(np.int8), scales


def assemble(columns: Columns, posted: dict[str, Array], vectors: Array, scales: Array) -> Table:
    """Return the table of a side from its parts."""
    posted = dict(posted)
    length = float(posted.pop("length")[0])
    words: dict[str, list[Any]] = {name: each.values for name, each in columns.words.items()}
    words["length"] = [length]
    arrays = {**posted, **columns.arrays(), "vectors": vectors, "scales": scales}
    return Table(columns.side, arrays, words)

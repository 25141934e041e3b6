"""One side of the market as arrays: postings by term, columns by row.

A snapshot has one table a side on disk, a delta one a side in memory; every loop runs on both.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.columns import Columns
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.listing import TARGETS, Indicator, Listing, Side
from kehui.engines.matching.parts import name_pairs, names_alike, scene_share
from kehui.engines.matching.represent import Statistics

Array = npt.NDArray[Any]
ARRAYS = (
    "keys", "rarity", "doc_offsets", "doc_rows", "doc_impacts", "query_offsets", "query_rows",
    "query_weights", "ids", "owner", "region", "industry", "kind", "requirement", "is_open",
    "tier", "low", "high", "trl", "reply", "reply_hours", "published", "deadline",
    "indicator_starts", "indicator_names", "indicator_dimensions", "indicator_lows",
    "indicator_highs", "vectors", "scales",
)  # fmt: skip
KEPT = 5_000  # rows kept as listings between matches
BASE = "="  # marks a unit that is already the base unit of the dimension named after it


@dataclass
class Table:
    """Arrays by name (`ARRAYS`) and the lists small numbers point into (`WORDS`)."""

    side: Side
    arrays: dict[str, Array]
    words: dict[str, list[Any]]
    _order: Array | None = None
    _names_by_pair: dict[str, list[int]] | None = None
    _listings: dict[int, Listing] = field(default_factory=dict)
    _scenes: dict[str, Array] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)  # what others derived from the arrays

    def __getattr__(self, name: str) -> Array:
        try:
            return self.__dict__["arrays"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    def __len__(self) -> int:
        return len(self.arrays["ids"])

    def row(self, listing_id: int) -> int | None:
        """Return the row of a listing, or None."""
        if self._order is None:  # eight bytes a row: a dict takes a hundred, in every process
            self._order = np.argsort(self.ids, kind="stable")
        at = int(np.searchsorted(self.ids, listing_id, sorter=self._order))
        if at == len(self):
            return None
        row = int(self._order[at])
        return row if int(self.ids[row]) == listing_id else None

    def of_kinds(self, kinds: Collection[str] | None) -> npt.NDArray[np.bool_]:
        """Return which rows are of the kinds asked for; persons and calls only if they are."""
        named = self.words["kinds"]
        shown = [each not in TARGETS if kinds is None else each in kinds for each in named]
        if all(shown):
            return np.ones(len(self), np.bool_)
        return np.array(shown, np.bool_)[self.kind]

    def statistics(self) -> Statistics:
        """Return the word statistics of this side."""
        counts = np.diff(self.doc_offsets).astype(np.int32)
        total = float(self.words.get("length", [0.0])[0])
        return Statistics(self.keys, counts, self.rarity, len(self), total / max(1, len(self)))

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

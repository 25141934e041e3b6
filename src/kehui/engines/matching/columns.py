"""Collect the columns of one side, listing by listing."""

from array import array
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.listing import Listing, Side
from kehui.engines.matching.parts import interval, response_share
from kehui.engines.text.units import measure

Array = npt.NDArray[Any]
WORDS = ("industries", "kinds", "regions", "requirements", "names", "dimensions")


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

"""What the loops take of a question: tables of shares, and a bound of every row's score."""

from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.listing import Listing
from kehui.engines.matching.parts import (
    DENSE,
    HALF,
    NEUTRAL,
    PARTS,
    Weights,
    interval,
    meets_region,
    nearness,
    readiness_share,
    shares,
)
from kehui.engines.matching.question import Question
from kehui.engines.matching.table import Table
from kehui.engines.text.units import measure

LEVELS = 16  # readiness levels there is room for


def bounded(
    question: Question,
    table: Table,
    allowed: npt.NDArray[np.bool_],
    lexical: Floats,
    weights: Weights,
) -> tuple[Floats, tuple[Any, ...]]:
    """Return an upper bound of every row's score, -1 when not allowed, and what `select` takes."""
    listing = question.listing
    row_is_need = table.side == "need"
    most = np.array(weights.values())
    neutral = np.array([0.0, *(NEUTRAL[name] for name in PARTS[1:])])
    dimensions, lows, highs, alike = _query_indicators(listing, table)
    base = np.zeros(len(table), np.float64)
    low = -1 if listing.price_low_fen is None else listing.price_low_fen
    high = -1 if listing.price_high_fen is None else listing.price_high_fen
    reply = table.reply
    if row_is_need:
        own = shares(listing, listing, 0.0)[-1]
        reply = np.full(len(table), own)
    upper = kernels.bounds(
        lexical, allowed, table.scales, table.industry, table.scenes(listing.industry), table.trl,
        _readiness(listing, row_is_need), table.region, _near(listing, table), table.requirement,
        _requirement(listing, table), table.low, table.high, row_is_need, low, high, reply,
        table.indicator_starts, len(dimensions) > 0, question.scale > 0, most, neutral,
        DENSE, HALF, base,
    )  # fmt: skip
    return upper, (
        base, lexical, table.vectors, table.scales, question.vector, question.scale, row_is_need,
        table.indicator_names, table.indicator_dimensions, table.indicator_lows,
        table.indicator_highs, table.indicator_starts, alike, dimensions, lows, highs,
        most, neutral, DENSE, HALF,
    )  # fmt: skip


def _query_indicators(
    listing: Listing, table: Table
) -> tuple[
    npt.NDArray[np.int32], npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]
]:
    numbers = {name: number for number, name in enumerate(table.words["dimensions"])}
    own = listing.indicators
    bounds = [interval(each) for each in own]
    alike = np.zeros((len(own), max(1, len(table.words["names"]))), np.bool_)
    for row, each in enumerate(own):
        known = table.names_like(each.name)
        alike[row, : len(known)] = known
    return (
        np.array([numbers.get(measure(each.unit).dimension, -1) for each in own], np.int32),
        np.array([low for low, _ in bounds], np.float64),
        np.array([high for _, high in bounds], np.float64),
        alike,
    )


def _readiness(listing: Listing, row_is_need: bool) -> npt.NDArray[np.float64]:  # noqa: FBT001
    levels = [None, *range(1, LEVELS)]
    if row_is_need:
        return np.array([readiness_share(listing.trl, level) for level in levels])
    return np.array([readiness_share(level, listing.trl) for level in levels])


def _near(listing: Listing, table: Table) -> npt.NDArray[np.float64]:
    met = [
        meets_region(listing.region_requirement, region) is not False
        for region in table.words["regions"]
    ]
    near = [nearness(listing.region, region) for region in table.words["regions"]]
    return np.array(met, np.float64) * np.array(near, np.float64)


def _requirement(listing: Listing, table: Table) -> npt.NDArray[np.bool_]:
    return np.array(
        [meets_region(each, listing.region) is not False for each in table.words["requirements"]],
        np.bool_,
    )

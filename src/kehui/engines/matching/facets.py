"""Columns made ready for the loops: a row's structured points in two look-ups and a product.

What a question gives for readiness, distance and region requirement depends on three small numbers
of a row. Rows that agree in all three are of one kind here, and the points are told kind by kind.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.listing import Listing
from kehui.engines.matching.parts import (
    NEUTRAL,
    Weights,
    interval,
    meets_region,
    nearness,
    readiness_share,
    response_share,
)
from kehui.engines.matching.table import Table
from kehui.engines.text.units import measure

LEVELS = 16  # readiness levels there is room for
KEPT = 1_000  # places whose distances are kept
DEAREST = np.float32(1e30)  # one over a budget of nothing
UNKNOWN = np.float32(-1.0)

Numbers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Facets:
    """What a table's rows have in common, and their prices.

    Small numbers are unsigned, for which loops need not look whether they count from the end.

    `kinds` numbers the row's readiness, region and requirement, `trl`, `region`, `requirement`
    are those of each kind. `price` is the least price of an offer, one over the most a need can
    spend, -1 when unknown; `reply` the share of the response part, -1 for needs: there it is the
    question's own.
    """

    industry: npt.NDArray[np.uint32]
    kinds: npt.NDArray[np.uint32]
    trl: Numbers
    region: Numbers
    requirement: Numbers
    price: Floats
    reply: Floats
    has_indicators: Bools


def facets(table: Table) -> Facets:
    """Return the facets of a table; they are made once."""
    known: Facets | None = table.kept.get("facets")
    if known is None:
        known = table.kept["facets"] = _facets(table)
    return known


def _facets(table: Table) -> Facets:
    regions, requirements = len(table.words["regions"]), len(table.words["requirements"])
    code = (table.trl.astype(np.int64) * max(1, regions) + table.region) * max(1, requirements)
    different, kinds = np.unique(code + table.requirement, return_inverse=True)
    rest, requirement = np.divmod(different, max(1, requirements))
    trl, region = np.divmod(rest, max(1, regions))
    return Facets(
        industry=table.industry.astype(np.uint32),
        kinds=kinds.astype(np.uint32),
        trl=trl,
        region=region,
        requirement=requirement,
        price=_price(table),
        reply=np.asarray(table.reply, np.float32),
        has_indicators=np.diff(table.indicator_starts) > 0,
    )


def _price(table: Table) -> Floats:
    if table.side == "offer":
        least = np.where(table.low >= 0, table.low, table.high)
        return np.asarray(least, np.float32)
    most = np.where(table.high >= 0, table.high, table.low).astype(np.float64)
    with np.errstate(divide="ignore"):
        price = np.where(most > 0, 1 / most, DEAREST)
    return np.where(most < 0, UNKNOWN, price).astype(np.float32)


def factor(listing: Listing) -> np.float32:
    """Return what a row's price is multiplied by to give the price over the budget; -1 unknown."""
    low, high = listing.price_low_fen, listing.price_high_fen
    if listing.side == "need":
        most = high if high is not None else low
        if most is None:
            return UNKNOWN
        return np.float32(1 / most) if most > 0 else DEAREST
    least = low if low is not None else high
    return UNKNOWN if least is None else np.float32(least)


def kind_points(listing: Listing, table: Table, weights: Weights) -> Floats:
    """Return the points for readiness and distance of each kind of row."""
    its = facets(table)
    ready = _readiness(listing.trl, listing.side == "offer")
    near = np.where(_met(listing, table)[its.requirement], _near(listing, table)[its.region], 0.0)
    points = weights.readiness * ready[its.trl] + weights.distance * near
    return np.asarray(points, np.float32)


def scene_points(listing: Listing, table: Table, weights: Weights) -> Floats:
    """Return the points for the scene of each industry of the table."""
    return np.asarray(weights.scene * table.scenes(listing.industry), np.float32)


def fixed_points(listing: Listing, weights: Weights) -> tuple[np.float32, np.float32]:
    """Return what every row gets, and what its share of the response part is multiplied by."""
    start = weights.indicators * NEUTRAL["indicators"]
    if listing.side == "need":
        return np.float32(start), np.float32(weights.response)
    return np.float32(start + weights.response * response_share(listing.reply_hours)), np.float32(0)


@lru_cache(maxsize=64)
def _readiness(own: int | None, row_is_need: bool) -> Floats:  # noqa: FBT001
    levels = [None, *range(1, LEVELS)]
    if row_is_need:
        return np.array([readiness_share(own, level) for level in levels], np.float32)
    return np.array([readiness_share(level, own) for level in levels], np.float32)


def _near(listing: Listing, table: Table) -> Floats:
    place = listing.region, tuple(listing.region_requirement)
    known: dict[object, Floats] = table.kept.setdefault("near", {})
    if place not in known:
        if len(known) >= KEPT:
            known.clear()
        shares = [
            nearness(listing.region, region)
            if meets_region(listing.region_requirement, region) is not False
            else 0.0
            for region in table.words["regions"]
        ]
        known[place] = np.array(shares, np.float32)
    return known[place]


def _met(listing: Listing, table: Table) -> Bools:
    known: dict[int, Bools] = table.kept.setdefault("met", {})
    if listing.region not in known:
        if len(known) >= KEPT:
            known.clear()
        known[listing.region] = np.array(
            [
                meets_region(each, listing.region) is not False
                for each in table.words["requirements"]
            ],
            np.bool_,
        )
    return known[listing.region]


def statements(
    listing: Listing, table: Table
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64], npt.NDArray[np.float64], Bools]:
    """Return dimensions, bounds and like names of the listing's indicators, as the table has them.

    The names are one row an indicator, one column a name of the table, at least one.
    """
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

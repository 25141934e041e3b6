"""What the loops take of a question: tables of points, and a bound of every row's score."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.facets import (
    facets,
    factor,
    fixed_points,
    kind_points,
    scene_points,
    statements,
)
from kehui.engines.matching.parts import HALF, NEUTRAL, Weights
from kehui.engines.matching.pieces import lengths_behind, pieces
from kehui.engines.matching.question import Question
from kehui.engines.matching.table import Table

Numbers = npt.NDArray[np.int64]
Floats64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bounded:
    """An upper bound of every row's score, -1 when not allowed, and what tells the score itself."""

    upper: Floats
    arguments: tuple[Any, ...]
    _least: tuple[Any, ...]
    _reach: tuple[Any, ...]

    def select(self, wanted: npt.NDArray[np.int64], scores: Floats64, rows: Numbers) -> int:
        """Fill the heap with the best of the wanted rows; return how many it holds."""
        return kernels.select(*(wanted, self.upper, *self.arguments, scores, rows))

    def within_reach(self, floor: float) -> npt.NDArray[np.int64]:
        """Return the rows that may score as much as the floor."""
        least = kernels.least_products(np.float32(floor - 1e-3), self.upper, *self._least)
        return kernels.within_reach(least, *self._reach)


def bounded(
    question: Question,
    table: Table,
    allowed: npt.NDArray[np.bool_],
    lexical: Floats,
    weights: Weights,
) -> Bounded:
    """Bound the score of every row from above."""
    listing = question.listing
    its, cut = facets(table), pieces(table)
    dimensions, lows, highs, alike = statements(listing, table)
    unsaid = NEUTRAL["indicators"]
    start, response = fixed_points(listing, weights)
    start -= np.float32(weights.indicators * unsaid)  # `select` tells the indicators by itself
    more = np.float32(weights.indicators * (1 if len(dimensions) else unsaid))
    less = np.float32(weights.indicators * unsaid)
    rules = weights.tech, weights.budget, NEUTRAL["budget"], weights.dense, HALF * HALF
    singles = tuple(map(np.float32, rules))
    base = np.empty(len(table), np.float32)
    scale = np.float32(question.scale)
    upper = kernels.bounds(
        lexical, allowed, table.scales,
        (its.industry, its.kinds, its.price, its.reply, its.has_indicators),
        scene_points(listing, table, weights), kind_points(listing, table, weights),
        factor(listing), start, response, more, less, scale, singles, base,
    )  # fmt: skip
    arguments = (
        base, lexical, table.vectors, table.scales, question.vector, question.scale,
        table.side == "need", table.indicator_names, table.indicator_dimensions,
        table.indicator_lows, table.indicator_highs, table.indicator_starts, alike, dimensions,
        lows, highs, np.array([weights.tech, weights.indicators]), unsaid, weights.dense,
        HALF,
    )  # fmt: skip
    least = base, lexical, table.scales, its.has_indicators, more, less, scale, singles
    behind = lengths_behind(question.vector[None, :])[0]
    reach = cut.first, cut.second, cut.behind, question.vector, behind
    return Bounded(upper, arguments, least, reach)

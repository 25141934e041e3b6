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
from kehui.engines.matching.outlines import in_outline, longest, outlines
from kehui.engines.matching.parts import HALF, NEUTRAL, Weights
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
    _reach: tuple[Any, ...] | None

    def best(self, wanted: Numbers, most: int) -> tuple[Floats64, Numbers]:
        """Return the scores and rows of the best of the wanted, best first, `most` at most."""
        scores, rows = np.zeros(most), np.zeros(most, np.int64)
        size = kernels.select(*(wanted, self.upper, *self.arguments, scores, rows))
        order = np.argsort(-scores[:size], kind="stable")
        return scores[order], rows[order]

    def within_reach(self, floor: float) -> Numbers:
        """Return the rows that may score as much as the floor."""
        least = kernels.least_products(np.float32(floor - 1e-3), self.upper, *self._least)
        if self._reach is None:
            return np.flatnonzero(least < np.inf)
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
    its, drawn = facets(table), outlines(table)
    dimensions, lows, highs, alike = statements(listing, table)
    unsaid = NEUTRAL["indicators"]
    start, response = fixed_points(listing, weights)
    start -= np.float32(weights.indicators * unsaid)  # `select` tells the indicators by itself
    more = np.float32(weights.indicators * (1 if len(dimensions) else unsaid))
    less = np.float32(weights.indicators * unsaid)
    # Rounded vectors are not quite of length one: a product may pass one, by little
    most = longest(table) * question.scale * float(np.linalg.norm(question.vector.astype(float)))
    rules = weights.tech, weights.budget, NEUTRAL["budget"], weights.dense, HALF * HALF
    singles = tuple(map(np.float32, rules))
    widest = (*singles[:3], np.float32(weights.dense * most * (1 + 1e-6)), singles[4])
    base = np.empty(len(table), np.float32)
    scale = np.float32(question.scale)
    upper = kernels.bounds(
        lexical, allowed, table.scales,
        (its.industry, its.kinds, its.price, its.reply, its.has_indicators),
        scene_points(listing, table, weights), kind_points(listing, table, weights),
        factor(listing), start, response, more, less, scale, widest, base,
    )  # fmt: skip
    arguments = (
        base, lexical, table.vectors, table.scales, question.vector, question.scale,
        table.side == "need", table.indicator_names, table.indicator_dimensions,
        table.indicator_lows, table.indicator_highs, table.indicator_starts, alike, dimensions,
        lows, highs, np.array([weights.tech, weights.indicators]), unsaid, weights.dense,
        HALF,
    )  # fmt: skip
    least = base, lexical, table.scales, its.has_indicators, more, less, scale, singles
    if drawn is None or question.scale == 0:
        return Bounded(upper, arguments, least, None)
    reach = drawn.head, drawn.tail, drawn.lengths, *in_outline(question.vector, drawn.basis)
    return Bounded(upper, arguments, least, reach)

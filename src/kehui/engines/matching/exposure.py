"""Share the front places of all lists fairly: points taken from the crowded, given to the hidden.

The score of a pair is left alone. A holder's points, a few at most, are the same in every list and
move the holder's offers up or down. How far relevance may be traded for evenness is one published
number. See docs/algorithms/exposure.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

ROUNDS = 12  # corrections of the points at one strength
STEPS = (0.0, 0.125, 0.25, 0.5, 0.75, 1.0)  # strengths tried, as shares of the most points taken
TRADES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # where the published curve is read off
STEP_OF_LIFT = 0.5


@dataclass(frozen=True, slots=True)
class Rule:
    """The published parameters.

    Fields:
        trade: what a whole unit of Gini is worth in whole units of relevance; 0 changes nothing.
        places: the places of a list that count as seen.
        taken: the most points taken from a holder.
        given: the most points given to a sheltered holder.
        floor: the share of all exposure that sheltered holders should have.
    """

    trade: float = 0.1
    places: int = 10
    taken: float = 8.0
    given: float = 5.0
    floor: float = 0.2


@dataclass(frozen=True, slots=True)
class Lists:
    """The rows of all lists: of which list, of which holder (0, 1, …), order value, tie-break.

    `sheltered` says of each holder whether the floor is for it.
    """

    list: Integers
    holder: Integers
    order: Floats
    tie: Integers
    sheltered: npt.NDArray[np.bool_]


class Figures(NamedTuple):
    """How an order does: Gini of exposure, relevance kept, share of the sheltered; all 0..1."""

    gini: float
    relevance: float
    sheltered: float


class Point(NamedTuple):
    """One point of the curve: what a trade would give."""

    trade: float
    gini: float
    relevance: float


@dataclass(frozen=True, slots=True)
class Balance:
    """The points of every holder, in tenths, what each is seen before and after, and the figures.

    `reached` says whether the sheltered have their floor; `lift` what each of them was given.
    """

    points: Floats
    exposure_before: Floats
    exposure: Floats
    before: Figures
    after: Figures
    lift: float
    reached: bool
    curve: tuple[Point, ...]


def gini(values: Sequence[float] | Floats) -> float:
    """Return how unevenly the values are spread: 0 all alike, (n - 1) / n one has everything.

    Raises:
        ValueError: a value is negative or not a number.
    """
    ordered = np.sort(np.asarray(values, np.float64))
    if not np.all(ordered >= 0):
        raise ValueError("values must be 0 or more")
    total, count = float(ordered.sum()), len(ordered)
    if total <= 0:
        return 0.0
    ranks = np.arange(1, count + 1)
    raw = 2 * float((ranks * ordered).sum()) / (count * total) - (count + 1) / count
    return min(max(raw, 0.0), 1.0)


def places(lists: Lists, points: Floats) -> Integers:
    """Return the place, from 1, of every row in its list by order value plus holder's points."""
    value = lists.order + points[lists.holder]
    rows = np.lexsort((lists.tie, -value, lists.list))
    _, starts, counts = np.unique(lists.list[rows], return_index=True, return_counts=True)
    place = np.empty(len(rows), np.int64)
    place[rows] = np.arange(len(rows)) - np.repeat(starts, counts) + 1
    return place


def seen(place: Integers, rule: Rule) -> Floats:
    """Return how much a place is seen: 1 / log2(1 + place) down to the last that counts."""
    return np.where(place <= rule.places, 1 / np.log2(1.0 + place), 0.0)


def exposure(lists: Lists, points: Floats, rule: Rule) -> Floats:
    """Return how much each holder is seen in all lists together."""
    weights = seen(places(lists, points), rule)
    return np.bincount(lists.holder, weights, minlength=len(points)).astype(np.float64)


def measure(lists: Lists, points: Floats, rule: Rule) -> Figures:
    """Return what an order by these points does.

    Relevance is the sum of order values weighted by how much their place is seen, as a share of
    what the plain order reaches: list by list, then the mean.
    """
    shown = exposure(lists, points, rule)
    total = float(shown.sum())
    plainly = np.zeros_like(points)
    _, number = np.unique(lists.list, return_inverse=True)
    got, best = (
        np.bincount(number, lists.order * seen(places(lists, each), rule)).astype(np.float64)
        for each in (points, plainly)
    )
    kept = np.divide(got, best, out=np.ones_like(best), where=best > 0)
    # Rounded, so that the noise of adding up in another order never decides between two orders.
    return Figures(
        gini=round(gini(shown), 12),
        relevance=round(float(kept.mean()), 12) if len(kept) else 1.0,
        sheltered=float(shown[lists.sheltered].sum()) / total if total > 0 else 0.0,
    )


def balance(lists: Lists, rule: Rule | None = None) -> Balance:
    """Return the points that serve the published trade, and the lift that serves the floor.

    At each strength, points are taken from holders that are seen more than the mean until the
    exposure is as even as it gets. Of these orders, the plain one among them, the trade picks the
    one with the highest relevance - trade * Gini: a greater trade never gives a higher Gini nor a
    higher relevance. Then the sheltered are lifted, by no more than it takes to reach the floor.

    Raises:
        ValueError: an order value is negative or not a number, or arrays do not fit.
    """
    rule = rule or Rule()
    _check(lists)
    tried = [_taken(lists, step * rule.taken, rule) for step in STEPS]
    figures = [measure(lists, points, rule) for points in tried]
    chosen = tried[_best(figures, rule.trade)]
    points, lift = _lifted(lists, chosen, rule)
    after = measure(lists, points, rule)
    curve = []
    for trade in sorted({*TRADES, rule.trade}):
        at = figures[_best(figures, trade)]
        curve.append(Point(trade, at.gini, at.relevance))
    return Balance(
        points=points,
        exposure_before=exposure(lists, tried[0], rule),
        exposure=exposure(lists, points, rule),
        before=figures[0],
        after=after,
        lift=lift,
        reached=after.sheltered >= rule.floor,
        curve=tuple(curve),
    )


def _check(lists: Lists) -> None:
    count = len(lists.list)
    if not len(lists.holder) == len(lists.order) == len(lists.tie) == count:
        raise ValueError("the rows of the lists do not fit")
    if not np.all((lists.order >= 0) & np.isfinite(lists.order)):
        raise ValueError("order values must be 0 or more")
    if count and not 0 <= lists.holder.min() <= lists.holder.max() < len(lists.sheltered):
        raise ValueError("a row names a holder that is not there")


def _best(figures: Sequence[Figures], trade: float) -> int:
    """Return the order with the best balance; of equal ones the gentlest."""
    worth = [each.relevance - trade * each.gini for each in figures]
    return worth.index(max(worth))


def _taken(lists: Lists, most: float, rule: Rule) -> Floats:
    """Return the points, 0 or less, at which the exposure is most even for this strength."""
    points = best = np.zeros(len(lists.sheltered))
    least = gini(exposure(lists, points, rule))
    for turn in range(ROUNDS if most > 0 else 0):
        shown = exposure(lists, points, rule)
        mean = float(shown.sum()) / max(len(shown), 1)
        crowded = np.log2(np.maximum(shown / mean, 0.25)) if mean > 0 else shown
        points = np.clip(points - most / (3 + turn) * crowded, -most, 0).round(1)
        spread = gini(exposure(lists, points, rule))
        if spread < least:
            best, least = points, spread
    return best


def _lifted(lists: Lists, taken: Floats, rule: Rule) -> tuple[Floats, float]:
    """Give the sheltered the least that reaches the floor, or else what brings them nearest."""
    best, nearest, lift = taken, -1.0, 0.0
    for step in range(int(rule.given / STEP_OF_LIFT) + 1):
        points = (taken + step * STEP_OF_LIFT * lists.sheltered).round(1)
        share = measure(lists, points, rule).sheltered
        if share > nearest:
            best, nearest, lift = points, share, step * STEP_OF_LIFT
        if share >= rule.floor:
            break
    return best, lift

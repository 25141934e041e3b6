"""Judge an order that was never shown, by what people did with the order that was.

People look at the first places most, so answers say as much of places as of matches. Where the
chance that a place is looked at is known, each answer is divided by it (inverse propensity
scoring): Joachims, Swaminathan and Schnabel, WSDM 2017. Self-normalized: Swaminathan and Joachims,
NIPS 2015. docs/algorithms/feedback.md has the formulas and an example.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

STEEPNESS: Final = 1.0
LEAST_LOOKED_AT: Final = 0.1  # one answer never counts for more than ten
SURE: Final = 1.96  # standard errors of a 95 % interval


@dataclass(frozen=True, slots=True)
class Answer:
    """A match that somebody answered: its gain, the place it was shown at, the place it would get.

    Places count from 1.
    """

    gain: float
    shown_at: int
    placed_at: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval; NaN without data.

    `lists` were shown. `effective` says how many answers of equal weight would tell as much
    (Kish: squared sum of weights over sum of squared weights); far fewer than there are means
    that a handful decides. `clipped` is the share of answers whose weight was cut.
    """

    value: float
    low: float
    high: float
    lists: int
    effective: float
    clipped: float


def looked_at(places: npt.ArrayLike, *, steepness: float = STEEPNESS) -> Floats:
    """Return the chance that somebody who sees the list looks at each place: (1 / place)^steepness.

    An assumption until places are swapped on purpose: never below LEAST_LOOKED_AT.
    """
    ranks = np.maximum(np.asarray(places, np.float64), 1.0)
    return np.asarray(np.maximum(ranks**-steepness, LEAST_LOOKED_AT), np.float64)


def discount(places: npt.ArrayLike) -> Floats:
    """Return what a place is worth: 1 / log2(1 + place), as in DCG."""
    return np.asarray(1.0 / np.log2(1.0 + np.asarray(places, np.float64)), np.float64)


def naive(lists: Sequence[Sequence[Answer]]) -> Estimate:
    """Return the mean discounted gain of a list, as if every place were looked at: biased."""
    return _mean(lists, steepness=0.0)


def ips(lists: Sequence[Sequence[Answer]], *, steepness: float = STEEPNESS) -> Estimate:
    """Return the mean discounted gain of a list under the order of `placed_at`.

    Each answer counts gain · discount(placed_at) / looked_at(shown_at). Unbiased where the chances
    are right and above the clip; lists without an answer belong into `lists` and count 0.
    """
    return _mean(lists, steepness=steepness)


def snips(lists: Sequence[Sequence[Answer]], *, steepness: float = STEEPNESS) -> Estimate:
    """Return the mean discount of a unit of gain: the same sum over the sum of its weights.

    0..1, 1 when every answer would stand first. Chances that are all too high or too low by one
    factor change nothing, so only their ratios have to be known; the price is a bias that vanishes
    with the number of answers.
    """
    sums = np.array([_sums(each, steepness) for each in lists]).reshape(-1, 2)
    total = float(sums[:, 1].sum())
    if not total:
        return _nothing(len(lists))
    value = float(sums[:, 0].sum()) / total
    residuals = sums[:, 0] - value * sums[:, 1]
    error = math.sqrt(float((residuals**2).sum())) / total
    return _estimate(value, error, lists, steepness)


def _mean(lists: Sequence[Sequence[Answer]], *, steepness: float) -> Estimate:
    if not lists:
        return _nothing(0)
    values = np.array([_sums(each, steepness)[0] for each in lists])
    error = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return _estimate(float(values.mean()), error, lists, steepness)


def _sums(answers: Sequence[Answer], steepness: float) -> tuple[float, float]:
    """Return the weighted gain of a list with and without the discount of the new places."""
    weights = _weights(answers, steepness)
    placed = discount([each.placed_at for each in answers])
    return float(weights @ placed), float(weights.sum())


def _weights(answers: Sequence[Answer], steepness: float) -> Floats:
    gains = np.array([each.gain for each in answers], np.float64)
    chances = looked_at([each.shown_at for each in answers], steepness=steepness)
    return np.asarray(gains / chances, np.float64)


def _estimate(
    value: float, error: float, lists: Sequence[Sequence[Answer]], steepness: float
) -> Estimate:
    every = [answer for answers in lists for answer in answers]
    weights = _weights(every, steepness)
    squares = float((weights**2).sum())
    places: Any = np.array([each.shown_at for each in every], np.float64)
    cut = (np.maximum(places, 1.0) ** -steepness < LEAST_LOOKED_AT) if every else np.zeros(1)
    return Estimate(
        value=value,
        low=value - SURE * error,
        high=value + SURE * error,
        lists=len(lists),
        effective=float(weights.sum()) ** 2 / squares if squares else 0.0,
        clipped=float(np.mean(cut)),
    )


def _nothing(lists: int) -> Estimate:
    return Estimate(math.nan, math.nan, math.nan, lists, 0.0, 0.0)

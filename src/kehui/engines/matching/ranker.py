"""A learned order: logistic regression on named columns, calibrated to the chance of a first reply.

Plain on purpose: one weight a column that anybody can read, a convex fit with one solution, and
text that reads back to the very same numbers. docs/algorithms/feedback.md has the formulas.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.features import COLUMNS
from kehui.engines.matching.judgements import Floats, Judgements

FORM: Final = 1
RIDGE: Final = 1.0  # on the weights of standardized columns
RIDGE_OF_LEVEL: Final = 1e-3  # on the constant: keeps it finite when everybody or nobody replied
ROUNDS: Final = 100
CONSTANT: Final = 1e-9  # a column that spreads less than this says nothing
STILL: Final = 1e-4  # of a weight of a standardized column, between two rounds
CLOSE: Final = 1e-7  # of the loss, between two steps of a fit
INNER_FOLDS: Final = 5
FAR: Final = 30.0  # e^30: further out a chance is 0 or 1 in all but name


class RankerUnreadable(ValueError):  # noqa: N818 - a state that callers handle
    """The text is no ranker, of another form, of other columns, or not as it was written."""


@dataclass(frozen=True, slots=True)
class Linear:
    """level + Σ weight · (column − mean) / spread: the log odds of a reply to what is looked at."""

    means: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]
    level: float

    def odds(self, table: Floats) -> Floats:
        """Return the log odds of each row of pairs × columns."""
        standard = (table - np.array(self.means)) / np.array(self.spreads)
        return np.asarray(self.level + standard @ np.array(self.weights), np.float64)

    def stretched(self, factor: float, shift: float) -> "Linear":
        weights = tuple(each * factor for each in self.weights)
        return Linear(self.means, self.spreads, weights, self.level * factor + shift)


@dataclass(frozen=True, slots=True)
class Ranker:
    """A trained order. `engine` names what made the columns; scores of another are not its own."""

    linear: Linear
    engine: str
    statistics: Mapping[str, Any]

    @property
    def version(self) -> str:
        return f"ranker-{sha256(self._written().encode()).hexdigest()[:12]}"

    def chance(self, features: Mapping[str, float]) -> float:
        """Return the chance 0..1 of a first reply; a column that is missing is taken as average."""
        row = [
            features.get(name, mean) for name, mean in zip(COLUMNS, self.linear.means, strict=True)
        ]
        return float(chances(self.linear.odds(np.array([row], np.float64)))[0])

    def written(self) -> dict[str, Any]:
        """Return the ranker as plain data with its own hash."""
        text = self._written()
        return {**json.loads(text), "sha256": sha256(text.encode()).hexdigest()}

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Ranker":
        """Return the ranker that was written.

        Raises:
            RankerUnreadable: see there.
        """
        try:
            means, spreads, weights = (
                tuple(map(float, data[name])) for name in ("means", "spreads", "weights")
            )
            linear = Linear(means, spreads, weights, float(data["level"]))
            ranker = cls(linear, str(data["engine"]), dict(data["statistics"]))
            if data["form"] != FORM or tuple(data["columns"]) != COLUMNS:
                raise RankerUnreadable("of another form or of other columns")
            if ranker.written()["sha256"] != data["sha256"]:
                raise RankerUnreadable("not as it was written")
        except (KeyError, TypeError, ValueError) as error:
            raise RankerUnreadable(str(error)) from error
        return ranker

    def _written(self) -> str:
        data = {
            "form": FORM,
            "columns": COLUMNS,
            **asdict(self.linear),
            "engine": self.engine,
            "statistics": self.statistics,
        }
        return json.dumps(data, ensure_ascii=True, sort_keys=True, allow_nan=False)


def rerank(
    candidates: Sequence[tuple[int, Mapping[str, float]]], ranker: Ranker
) -> list[tuple[int, float]]:
    """Return the candidates' numbers with their chances, the best first, equal ones by number."""
    found = [(number, ranker.chance(features)) for number, features in candidates]
    return sorted(found, key=lambda each: (-each[1], each[0]))


def trained(judged: Judgements, *, folds: int = INNER_FOLDS) -> Linear:
    """Return the calibrated fit: its odds, judged on needs it was not fitted on, are set right.

    Platt's scaling: the pairs of each fold get their odds from a fit on the other folds; a second
    fit of those odds alone says how much to stretch and to shift the fit on everything. A stretch
    below nothing would turn the order around and becomes nothing.
    """
    place = judged.folds(folds)
    outside = np.zeros(len(judged))
    for fold in np.unique(place):
        model = fitted(judged.only(place != fold))
        outside[place == fold] = model.odds(judged.features[place == fold])
    scale = fitted(judged.seen_as(outside), ridge=RIDGE_OF_LEVEL)
    factor = scale.weights[0] / scale.spreads[0]
    shift = scale.level - factor * scale.means[0]
    return fitted(judged).stretched(max(0.0, factor), shift)


def fitted(judged: Judgements, *, ridge: float = RIDGE) -> Linear:
    """Fit the chance of a reply to what is looked at, by expectation and maximization.

    A pair nobody spoke of was perhaps not looked at. Let e be the chance that its place is looked
    at, p that of a reply once it is, and s the share of refusals that are said. Silence is then a
    refusal with the chance `as_refusal`: its weight. p and s follow from the weights and the
    weights from p and s, until nothing moves; the likelihood rises with every round.
    """
    means = judged.features.mean(axis=0) if len(judged) else np.zeros(judged.features.shape[1])
    spreads = judged.features.std(axis=0) if len(judged) else np.zeros(len(means))
    spreads = np.where(spreads > CONSTANT, spreads, 1.0)
    table = np.hstack([(judged.features - means) / spreads, np.ones((len(judged), 1))])
    penalty = np.append(np.full(len(means), ridge), RIDGE_OF_LEVEL)
    found, said = np.zeros(len(means) + 1), 0.5
    refused = float((~judged.replied & ~judged.silent).sum())
    moved, rounds = math.inf, 0
    while moved > STILL and rounds < ROUNDS:
        weights = as_refusal(chances(table @ found), judged, said=said)
        said = refused / max(1.0, refused + float(weights[judged.silent].sum()))
        before, found = found, _logistic(table, judged.replied, weights, penalty, found)
        moved, rounds = float(np.abs(found - before).max()), rounds + 1
    return Linear(tuple(means), tuple(spreads), tuple(found[:-1]), float(found[-1]))


def chances(odds: Floats) -> Floats:
    """Return 1 / (1 + e^-odds)."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -FAR, FAR))), np.float64)


def as_refusal(replies: Floats, judged: Judgements, *, said: float) -> Floats:
    """Return the weight of each pair: 1 for what was said; for silence the chance of "not wanted".

    e (1 − p) (1 − s) / (1 − e (p + s (1 − p))), with the letters of `fitted`.
    """
    seen = judged.examined * (1 - replies) * (1 - said)
    quiet = 1 - judged.examined * (replies + said * (1 - replies))
    return np.where(judged.silent, seen / np.maximum(quiet, CONSTANT), 1.0)


def _logistic(
    table: Floats,
    replied: npt.NDArray[np.bool_],
    weights: Floats,
    penalty: Floats,
    start: Floats,
) -> Floats:
    """Return the weighted ridge logistic regression by Newton's steps, halved until they help."""
    found, gain = start, math.inf
    loss = _loss(table, replied, weights, penalty, found)
    while gain > CLOSE * max(1.0, loss):
        expected = chances(table @ found)
        slope = table.T @ (weights * (expected - replied)) + penalty * found
        curve = (table.T * (weights * expected * (1 - expected))) @ table + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        # Ends: a step too small to move anything leaves the loss as it is
        while (lower := _loss(table, replied, weights, penalty, found - step)) > loss:
            step = step / 2
        found, gain, loss = found - step, loss - lower, lower
    return found


def _loss(
    table: Floats,
    replied: npt.NDArray[np.bool_],
    weights: Floats,
    penalty: Floats,
    found: Floats,
) -> float:
    odds = table @ found
    each = np.logaddexp(0.0, odds) - replied * odds
    return math.fsum((float(weights @ each), 0.5 * float(penalty @ (found * found))))

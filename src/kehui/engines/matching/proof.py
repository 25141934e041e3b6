"""Prove that a learned order is better than the published rule, on needs it has not seen."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.counterfactual import discount
from kehui.engines.matching.judgements import Floats, Judgements
from kehui.engines.matching.ranker import chances, trained

FOLDS: Final = 5
CUT: Final = 10
RESAMPLES: Final = 2_000
SEED: Final = 20_170_206
TAIL: Final = 2.5  # percent left out on either side
BINS: Final = 10
SMALLEST: Final = 1e-12  # a chance whose logarithm still is a number


@dataclass(frozen=True, slots=True)
class Demand:
    """The least a ranker is trained on: judged pairs, needs they belong to, first replies."""

    pairs: int = 1_000
    needs: int = 100
    replies: int = 50


@dataclass(frozen=True, slots=True)
class Bin:
    """A tenth of the pairs by chance: replies foretold and replies that came, as shares 0..1."""

    pairs: int
    foretold: float
    came: float


@dataclass(frozen=True, slots=True)
class Proof:
    """What was measured, and the first thing that is lacking: "" when the ranker may order.

    nDCG@10 and log loss are of needs the fit has not seen. nDCG is Σ DCG / Σ best DCG over
    `needs_measured` needs, gains divided by the chance that their place was looked at; `gain` is
    the difference, with its 95 % interval. Figures are NaN where there was too little.
    `why`: PAIRS, NEEDS, REPLIES (too few of them), NDCG (the gain may be nothing), LOG_LOSS.
    """

    why: str
    pairs: int
    needs: int
    replies: int
    needs_measured: int = 0
    ndcg_rule: float = math.nan
    ndcg_ranker: float = math.nan
    gain: float = math.nan
    gain_low: float = math.nan
    gain_high: float = math.nan
    log_loss_rule: float = math.nan
    log_loss_ranker: float = math.nan
    calibration_error: float = math.nan
    bins: tuple[Bin, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.why


def prove(judged: Judgements, *, demand: Demand = Demand(), folds: int = FOLDS) -> Proof:
    """Train and test in turns, grouped by need, and compare with the published rule need by need.

    The whole of training, calibration included, is repeated without the needs of each fold. The
    rule is given the same calibration, so that log loss compares orders and not scales.
    """
    counts = len(judged), len(np.unique(judged.needs)), int(judged.replied.sum())
    wanted = (demand.pairs, demand.needs, demand.replies)
    for name, there, least in zip(("PAIRS", "NEEDS", "REPLIES"), counts, wanted, strict=True):
        if there < least:
            return Proof(name, *counts)
    lists = _lists(judged)
    if not lists:
        return Proof("NEEDS", *counts)
    ranker, rule = _unseen(judged, folds), _unseen(judged.seen_as(judged.rule), folds)
    best = _gained(judged, lists, _gains(judged))
    by_rule, by_ranker = (_gained(judged, lists, each) for each in (judged.rule, ranker))
    low, high = interval(by_ranker - by_rule, best)
    losses = _log_loss(judged, rule), _log_loss(judged, ranker)
    bins = calibration(judged, ranker)
    return Proof(
        _lacking(low, *losses),
        *counts,
        needs_measured=len(lists),
        ndcg_rule=float(by_rule.sum() / best.sum()),
        ndcg_ranker=float(by_ranker.sum() / best.sum()),
        gain=float((by_ranker - by_rule).sum() / best.sum()),
        gain_low=low,
        gain_high=high,
        log_loss_rule=losses[0],
        log_loss_ranker=losses[1],
        calibration_error=sum(each.pairs * abs(each.foretold - each.came) for each in bins)
        / len(judged),
        bins=bins,
    )


def interval(gains: Floats, best: Floats) -> tuple[float, float]:
    """Return the 95 % interval of Σ gains / Σ best by drawing needs anew, with a fixed seed."""
    drawn = np.random.default_rng(SEED).integers(0, len(gains), (RESAMPLES, len(gains)))
    values = gains[drawn].sum(axis=1) / best[drawn].sum(axis=1)
    low, high = np.percentile(values, (TAIL, 100 - TAIL))
    return float(low), float(high)


def calibration(judged: Judgements, foretold: Floats) -> tuple[Bin, ...]:
    """Return tenths of equal size: replies foretold (chance · looked at) beside those that came."""
    expected = foretold * judged.examined
    parts = np.array_split(np.argsort(expected, kind="stable"), BINS)
    return tuple(
        Bin(len(rows), float(expected[rows].mean()), float(judged.replied[rows].mean()))
        for rows in parts
        if len(rows)
    )


def _unseen(judged: Judgements, folds: int) -> Floats:
    """Return the chance of every pair, by a ranker trained without the pair's need."""
    place = judged.folds(folds)
    found = np.zeros(len(judged))
    for fold in np.unique(place):
        model = trained(judged.only(place != fold))
        found[place == fold] = chances(model.odds(judged.features[place == fold]))
    return found


def _lists(judged: Judgements) -> list[npt.NDArray[np.intp]]:
    """Return the rows of each need that has a reply and something to put before or behind it."""
    together = np.argsort(judged.needs, kind="stable")
    starts = np.flatnonzero(np.diff(judged.needs[together])) + 1
    every = np.split(together, starts)
    return [rows for rows in every if len(rows) > 1 and judged.replied[rows].any()]


def _gains(judged: Judgements) -> Floats:
    """Return (2^grade − 1) / chance that the place was looked at; 0 without a reply.

    An answer at a place that few look at stands for those that did not come: without this, the
    order that was shown would always win.
    """
    return np.where(judged.replied, 2.0**judged.grades - 1, 0.0) / judged.examined


def _gained(judged: Judgements, lists: list[npt.NDArray[np.intp]], scores: Floats) -> Floats:
    """Return the DCG@10 of each list in the order of the scores, equal ones by number."""
    gains, values = _gains(judged), []
    for rows in lists:
        order = rows[np.lexsort((judged.offers[rows], -scores[rows]))][:CUT]
        values.append(float(gains[order] @ discount(np.arange(1, len(order) + 1))))
    return np.array(values)


def _log_loss(judged: Judgements, replies: Floats) -> float:
    """Return the mean loss of foretelling whether a reply comes: its chance · looked at."""
    expected = replies * judged.examined
    told = np.where(judged.replied, expected, 1 - expected)
    return float(-np.log(np.maximum(told, SMALLEST)).mean())


def _lacking(gain_low: float, loss_rule: float, loss_ranker: float) -> str:
    if not gain_low > 0:
        return "NDCG"
    return "" if loss_ranker <= loss_rule else "LOG_LOSS"

"""Exact scores of many pairs at once: to the last bit those of `match`."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.asked import Heard, asked
from kehui.engines.matching.concepts import Concepts
from kehui.engines.matching.parts import (
    HALF,
    NEUTRAL,
    PARTS,
    Weights,
    distance_share,
    indicators_share,
    readiness_share,
    scene_share,
)
from kehui.engines.matching.question import side_postings
from kehui.engines.matching.synonyms import synonyms
from kehui.engines.matching.table import Table

Array = npt.NDArray[Any]
Doubles = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

MANY = 20_000  # pairs


def settled(
    each: Heard, concepts: Concepts, asks: Numbers, answers: Numbers, weights: Weights
) -> Doubles:
    """Return the exact scores of pairs: place of a question, row of the table."""
    table, own = each.table, each.asking.rows[asks]
    x = _lexical(each, concepts, asks, answers)
    x += weights.dense * np.maximum(0.0, _cosine(each.asking.table, table, own, answers))
    pair = (each.asking.table, own), (table, answers)
    (needs, need), (offers, offer) = pair if table.side == "offer" else pair[::-1]
    square = x * x
    shares = {
        "tech": square / (square + HALF * HALF),
        "indicators": _indicators(needs, need, offers, offer),
        "scene": _each(
            lambda one, other: scene_share(
                needs.words["industries"][one], offers.words["industries"][other]
            ),
            needs.industry[need],
            offers.industry[offer],
        ),
        "readiness": _each(
            lambda one, other: readiness_share(other or None, one or None),
            needs.trl[need],
            offers.trl[offer],
        ),
        "distance": _distance(needs, need, offers, offer),
        "budget": _budget(needs, need, offers, offer),
        "response": np.asarray(offers.reply[offer], np.float64),
    }
    most = zip(PARTS, weights.values(), strict=True)
    points = np.stack([shares[name] * top for name, top in most], axis=1)
    out = np.empty(len(points))
    kernels.row_sums(points, out)
    return out


def _lexical(each: Heard, concepts: Concepts, asks: Numbers, answers: Numbers) -> Doubles:
    gains = np.zeros(len(asks))
    if concepts.concepts:
        for place, (ask, row) in enumerate(zip(asks.tolist(), answers.tolist(), strict=True)):
            found = synonyms(concepts, each.asking.question(ask), each.table, row)
            gains[place] = found.get(row, 0.0)
    out = np.empty(len(asks))
    own = each.starts, each.terms, each.values
    if len(asks) < MANY:
        postings = side_postings(each.table)
        kernels.lexicals(asks, *own, *postings, answers, gains, out)
        return out
    # A posting list is searched in a far corner of the memory for every term of every pair: for
    # many pairs it pays to read all postings once
    rows, places = np.unique(answers, return_inverse=True)
    theirs = asked(each.table, rows)
    kernels.shared_lexicals(
        asks, *own, theirs.starts, theirs.terms, theirs.values, places, gains, out
    )
    return out


def _cosine(one: Table, other: Table, asks: Numbers, answers: Numbers) -> Doubles:
    whole = np.zeros(len(asks), np.int64)
    kernels.pair_dots(one.vectors, other.vectors, asks, answers, whole)
    scales = one.scales[asks].astype(np.float64), other.scales[answers].astype(np.float64)
    # A side without a vector has the scale 0
    return np.asarray(whole * (scales[0] * scales[1]), np.float64)


def _each(share: Callable[[int, int], float], one: Array, other: Array) -> Doubles:
    """Return the share of each pair of small numbers, asking once for each different pair."""
    width = int(other.max(initial=0)) + 1
    codes, places = np.unique(one.astype(np.int64) * width + other, return_inverse=True)
    return np.array([share(*divmod(code, width)) for code in codes.tolist()], np.float64)[places]


def _distance(needs: Table, need: Numbers, offers: Table, offer: Numbers) -> Doubles:
    """Return the share of the distance part, asking once for each different pair of places."""
    ends = []
    for table, rows in ((needs, need), (offers, offer)):
        code = table.region[rows].astype(np.int64) * len(table.words["requirements"])
        _, first, places = np.unique(
            code + table.requirement[rows], return_index=True, return_inverse=True
        )
        ends.append(([table.listing(int(row)) for row in rows[first]], places))
    (ones, one), (others, other) = ends
    return _each(lambda a, b: distance_share(ones[a], others[b]), one, other)


def _budget(needs: Table, need: Numbers, offers: Table, offer: Numbers) -> Doubles:
    low, high = needs.low[need], needs.high[need]
    most = np.where(high >= 0, high, low)
    low, high = offers.low[offer], offers.high[offer]
    least = np.where(low >= 0, low, high)
    over = np.maximum(0.0, 2.0 - least / np.maximum(most, 1))
    share = np.where(least <= most, 1.0, np.where(most > 0, over, 0.0))
    return np.where((most < 0) | (least < 0), NEUTRAL["budget"], share)


def _indicators(needs: Table, need: Numbers, offers: Table, offer: Numbers) -> Doubles:
    shares = np.full(len(need), NEUTRAL["indicators"])
    both = np.diff(needs.indicator_starts)[need] > 0
    both &= np.diff(offers.indicator_starts)[offer] > 0
    for place in np.flatnonzero(both).tolist():
        wanted = needs.listing(int(need[place])).indicators
        shares[place] = indicators_share(wanted, offers.listing(int(offer[place])).indicators)
    return shares

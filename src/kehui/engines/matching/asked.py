"""Rows of a table as questions to the other side, without their texts: the snapshot has it all."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.concepts import Concepts
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.facets import (
    factor,
    fixed_points,
    kind_points,
    scene_points,
    statements,
)
from kehui.engines.matching.parts import Weights
from kehui.engines.matching.question import Question, side_postings
from kehui.engines.matching.represent import Terms
from kehui.engines.matching.synonyms import synonyms
from kehui.engines.matching.table import Table

Array = npt.NDArray[Any]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows of `table` that ask, with their terms: those of row n from starts[n] to starts[n + 1].

    `terms` are the table's own term numbers, ascending.
    """

    table: Table
    rows: Numbers
    starts: Numbers
    terms: npt.NDArray[np.int32]
    values: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def question(self, place: int) -> Question:
        """Return what `match` would make of the listing's text."""
        part = slice(int(self.starts[place]), int(self.starts[place + 1]))
        row = int(self.rows[place])
        terms = Terms(self.table.keys[self.terms[part]], self.values[part])
        vector = np.asarray(self.table.vectors[row])
        return Question(self.table.listing(row), terms, vector, float(self.table.scales[row]))


def asked(table: Table, rows: Numbers) -> Asked:
    """Return rows as questions: a need by its weights, an offer by its impacts."""
    offsets, posted, values = side_postings(table)
    places = np.full(len(table), -1, np.int64)
    places[rows] = np.arange(len(rows))
    starts = np.zeros(len(rows) + 1, np.int64)
    kernels.posting_counts(posted, places, starts[1:])
    np.cumsum(starts, out=starts)
    terms, out = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
    kernels.turn(offsets, posted, values, places, starts[:-1].copy(), terms, out)
    return Asked(table, rows, starts, terms, out)


@dataclass(frozen=True, slots=True)
class Heard:
    """Questions as one table of the other side hears them: with the terms that it knows."""

    asking: Asked
    table: Table
    starts: Numbers
    terms: npt.NDArray[np.int32]
    values: Floats


def heard(asking: Asked, table: Table) -> Heard:
    """Return the questions with the term numbers of the table."""
    own, keys = asking.table.keys, table.keys
    at = np.minimum(np.searchsorted(keys, own), max(0, len(keys) - 1))
    number = np.where(keys[at] == own, at, -1) if len(keys) else np.full(len(own), -1)
    terms = number.astype(np.int32)[asking.terms]
    known = terms >= 0
    starts = np.concatenate([[0], np.cumsum(known)])[asking.starts]
    return Heard(asking, table, starts.astype(np.int64), terms[known], asking.values[known])


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the loops take of some questions; see `kernels.sweep`."""

    asked: tuple[Array, ...]
    spoken: tuple[Array, ...]
    vectors: Array


def spoken(
    each: Heard,
    begin: int,
    end: int,
    concepts: Concepts,
    weights: Weights,
    told: npt.NDArray[np.bool_],
) -> Spoken:
    """Return the questions begin to end as the loops take them; rows may keep those `told`."""
    own, table = each.asking.table, each.table
    rows = each.asking.rows[begin:end]
    listings = [own.listing(row) for row in rows.tolist()]
    part = slice(int(each.starts[begin]), int(each.starts[end]))
    terms = each.terms[part]
    fixed = [fixed_points(one, weights) for one in listings]
    stated = [statements(one, table) for one in listings]
    dtype = np.float32 if own.vectors.shape[1] <= WIDEST else np.float64
    offsets = side_postings(table)[0]
    return Spoken(
        (
            each.starts[begin : end + 1] - each.starts[begin], terms, each.values[part],
            offsets[terms].astype(np.int64), *_gains(each.asking, begin, end, table, concepts),
        ),
        (
            np.stack([scene_points(one, table, weights) for one in listings]),
            np.stack([kind_points(one, table, weights) for one in listings]),
            np.array([factor(one) for one in listings], np.float32),
            np.array([start for start, _ in fixed], np.float32),
            np.array([response for _, response in fixed], np.float32),
            own.scales[rows],
            own.owner[rows],
            told,
            np.cumsum([0, *(len(one[0]) for one in stated)]),
            *(np.concatenate([one[n] for one in stated]) for n in range(4)),
        ),
        own.vectors[rows].astype(dtype),
    )  # fmt: skip


WIDEST = (1 << 24) // 127**2  # numbers of int8 whose products single precision adds up exactly


def _gains(
    asking: Asked, begin: int, end: int, table: Table, concepts: Concepts
) -> tuple[Numbers, Numbers, Floats]:
    """Return what rows gain by other names, question by question, as starts, rows and gains."""
    starts, rows, gains = [0], list[int](), list[float]()
    for place in range(begin, end):
        if concepts.concepts:
            found = synonyms(concepts, asking.question(place), table, None)
            rows += found.keys()
            gains += found.values()
        starts.append(len(rows))
    return np.array(starts), np.array(rows, np.int64), np.array(gains, np.float32)

"""What a pair gains because one side names a concept by another name than the other."""

import math

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.concepts import Concepts, Form
from kehui.engines.matching.question import Question, located, side_postings
from kehui.engines.matching.represent import Terms
from kehui.engines.matching.table import Table

KEPT = 200  # names whose rows are kept between questions


def synonyms(
    concepts: Concepts, question: Question, table: Table, only: int | None
) -> dict[int, float]:
    """Return what rows gain because they name a concept of the question by another name.

    A concept counts when the need has one form, the offer another, and they share no form. It
    gives weight * mean need weight of the one form * summed impact of the other.
    """
    if not concepts.concepts:
        return {}
    own = dict(zip(question.terms.keys.tolist(), question.terms.values.tolist(), strict=True))
    gains: dict[int, float] = {}
    for concept in concepts.touched(own):
        here = [each for each in concept.forms if present(each, own)]
        if not here:
            continue
        rows_of = {each.text: _rows_with(each, table, only) for each in concept.forms}
        shared = {row for each in here for row in rows_of[each.text]}
        for there in concept.forms:
            for row, values in rows_of[there.text].items():
                if row in shared:
                    continue
                best = max(_gain(concepts.weight, table, each, own, values) for each in here)
                gains[row] = max(gains.get(row, 0.0), best)
    return gains


def present(each: Form, terms: dict[int, float]) -> bool:
    return sum(key in terms for key in each.keys) >= each.enough


def _gain(
    weight: float, table: Table, here: Form, own: dict[int, float], there: list[float]
) -> float:
    mine = [own[key] for key in here.keys if key in own]
    need, offer = (mine, there) if table.side == "offer" else (there, mine)
    return weight * (math.fsum(need) / len(need)) * math.fsum(offer)


def _rows_with(each: Form, table: Table, only: int | None) -> dict[int, list[float]]:
    """Return the rows that carry the form, each with the values of the keys it has."""
    keys = np.sort(np.array(each.keys, np.int64))
    numbers, _ = located(table, Terms(keys, np.zeros(len(keys), np.float32)))
    if len(numbers) < each.enough:
        return {}
    if only is not None:
        here = kernels.lookup(numbers, *side_postings(table), np.array([only], np.int64))[0]
        values = [float(value) for value in here if value > 0]
        return {only: values} if len(values) >= each.enough else {}
    known: dict[str, dict[int, list[float]]] = table.kept.setdefault("forms", {})
    if each.text not in known:
        if len(known) >= KEPT:
            known.clear()
        known[each.text] = _rows_everywhere(each, table, numbers)
    return known[each.text]


def _rows_everywhere(
    each: Form, table: Table, numbers: npt.NDArray[np.int64]
) -> dict[int, list[float]]:
    offsets, rows, values_of = side_postings(table)
    found: dict[int, list[float]] = {}
    parts = [slice(int(offsets[n]), int(offsets[n + 1])) for n in numbers]
    gathered = np.concatenate([rows[part] for part in parts])
    everywhere, times = np.unique(gathered, return_counts=True)
    wanted = everywhere[times >= each.enough]
    for part in parts:
        here = rows[part]
        at = np.flatnonzero(np.isin(here, wanted))
        for row, value in zip(here[at].tolist(), values_of[part][at].tolist(), strict=True):
            found.setdefault(row, []).append(float(value))
    return found

"""Lists of best partners: settled exactly, or asked for one by one where that is not enough."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.index import Index
from kehui.engines.matching.match import EPSILON, answers
from kehui.engines.matching.question import Question
from kehui.engines.matching.scored import Scored
from kehui.engines.matching.sweeping import NOBODY, Half, Heaps, Rule

Numbers = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lists:
    """The best partners of listings: line n those of `ids[n]`, best first.

    `partners` and `scores` have k columns, filled up with NOBODY and minus infinity.
    """

    ids: Numbers
    partners: Numbers
    scores: Doubles


def settle(
    index: Index,
    own: Half,
    other: Half,
    which: Numbers,
    heaps: Heaps,
    exact: Callable[[Numbers, Numbers], Doubles],
    asking: Callable[[Numbers], Callable[[int], Question]],
    rule: Rule,
) -> Lists:
    """Return the lists of the numbers `which` of `own`, from the heap of each.

    Args:
        exact: gives the exact scores of pairs: numbers of `own`, numbers of `other`.
        asking: makes some numbers ready to ask, for lists of which the heap cannot tell the end.
    """
    there = heaps.numbers != NOBODY
    lines, columns = np.nonzero(there)
    scores = np.full(heaps.numbers.shape, -np.inf)
    scores[lines, columns] = exact(which[lines], heaps.numbers[lines, columns].astype(np.int64))
    ids = np.full(heaps.numbers.shape, NOBODY, np.int64)
    ids[lines, columns] = other.ids[heaps.numbers[lines, columns]]
    order = np.lexsort((ids, -scores), axis=1)[:, : rule.k]
    scores, ids = (np.take_along_axis(each, order, axis=1) for each in (scores, ids))
    worst = heaps.scores.min(axis=1, initial=np.inf)
    # As in `match`: a wide enough gap to the first one left out settles the order
    unsure = there.all(axis=1) & (scores[:, -1] <= worst + EPSILON)
    question = asking(which[unsure])
    for line in np.flatnonzero(unsure).tolist():
        found = answers(
            index, question(int(which[line])), k=rule.k, today=rule.today, weights=rule.weights,
            tier=rule.tier,
        )  # fmt: skip
        ids[line], scores[line] = told(found, rule.k)
    return Lists(own.ids[which], ids, scores)


def told(found: Sequence[Scored], k: int) -> tuple[Numbers, Doubles]:
    """Return one list of partners as a line."""
    ids, scores = np.full(k, NOBODY, np.int64), np.full(k, -np.inf)
    ids[: len(found)] = [each.id for each in found]
    scores[: len(found)] = [each.exact for each in found]
    return ids, scores

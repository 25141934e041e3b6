"""What changes of some listings do to the lists of all: their own, and those they enter or leave.

The lists of a full run hold a few partners more than are wanted. One that leaves makes room for
the next, and only a list that has lost more than its reserve is asked for again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.batch import Pairings, partners
from kehui.engines.matching.index import Index
from kehui.engines.matching.listing import Side
from kehui.engines.matching.lists import Lists
from kehui.engines.matching.match import EPSILON, SLACK
from kehui.engines.matching.sweeping import NOBODY, Half, Heaps, Rule

RESERVE = 8  # partners a full run keeps beyond those wanted
Numbers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]


def deep(rule: Rule) -> Rule:
    """Return the rule a full run has to follow for its lists to be brought up to date."""
    return replace(rule, k=rule.k + RESERVE)


def changed_lists(
    index: Index, before: Mapping[Side, Lists], rule: Rule, *, threads: int = 1
) -> dict[Side, Lists]:
    """Return the lists that are not the first k of `before` any more.

    Args:
        index: the snapshot of the full run, with everything that changed since as its delta.
        before: the lists of a full run of that snapshot alone, made by `deep(rule)`.
        rule: with the same day, weights and tier.

    Returns:
        Lists of k by side: those of the delta, and those of the snapshot that differ.
    """
    sides = {side: _Side(index, side, before[side], rule, threads) for side in before}
    return {
        "need": sides["need"].lists(sides["offer"].theirs),
        "offer": sides["offer"].lists(sides["need"].theirs),
    }


@dataclass(frozen=True, slots=True)
class _Entered:
    """Who may enter the lists of one side, line by line."""

    heaps: Heaps
    ids: Numbers
    scores: Doubles


class _Side:
    """The lists of one side, after changes of both."""

    def __init__(self, index: Index, side: Side, before: Lists, rule: Rule, threads: int) -> None:
        self.index, self.side, self.rule, self.threads = index, side, rule, threads
        self.own = Half.of(index, side)
        self.other = Half.of(index, "offer" if side == "need" else "need")
        fixed = self.own.shards[0]
        rows = _rows(before.ids, fixed.table.ids)
        # Lists of listings that do not stand any more, or stand in the delta now
        self.kept = np.flatnonzero(fixed.alive[rows])
        self.rows = rows[self.kept]
        self.ids, self.scores = before.partners[self.kept], before.scores[self.kept]
        self.theirs, self._entered = self._ask()

    def lists(self, fresh: Lists) -> Lists:
        """Return the lists that are different, and the `fresh` ones: those of this side's delta."""
        ids, scores, sure = self._merged(self._entered)
        again = self.rows[~sure]
        asked = partners(self.index, self.side, again, self.rule, threads=self.threads)
        k = self.rule.k
        ids[~sure], scores[~sure] = asked.partners, asked.scores
        same = (ids == self.ids[:, :k]) & (scores == self.scores[:, :k])
        other = np.flatnonzero(~same.all(axis=1))
        return Lists(
            np.concatenate([self.own.ids[self.rows[other]], fresh.ids]),
            np.concatenate([ids[other], fresh.partners]),
            np.concatenate([scores[other], fresh.scores]),
        )

    def _merged(self, new: _Entered) -> tuple[Numbers, Doubles, Bools]:
        """Return each list without who left and with who came, and whether that is all of it."""
        k, depth = self.rule.k, self.ids.shape[1]
        left = self._left()
        ids = np.concatenate([np.where(left, NOBODY, self.ids), new.ids], axis=1)
        scores = np.concatenate([np.where(left, -np.inf, self.scores), new.scores], axis=1)
        order = np.lexsort((ids, -scores), axis=1)[:, :k]
        ids, scores = (np.take_along_axis(each, order, axis=1) for each in (ids, scores))
        # Whoever is not in a full list stands behind its last one, and behind who was pushed out
        last_id, last = self.ids[:, depth - 1], self.scores[:, depth - 1]
        ahead = (scores[:, -1] > last) | ((scores[:, -1] == last) & (ids[:, -1] <= last_id))
        crowded = new.heaps.sizes == new.heaps.scores.shape[1]
        worst = np.where(crowded, new.heaps.scores.min(axis=1, initial=np.inf), -np.inf)
        sure = (ahead | (last == -np.inf)) & (~crowded | (scores[:, -1] > worst + EPSILON))
        return ids, scores, sure

    def _left(self) -> Bools:
        """Return which places of the lists are held by listings that changed or are no more."""
        fixed = self.other.shards[0]
        if not len(fixed.table):
            return np.zeros(self.ids.shape, np.bool_)
        at = _rows(self.ids.ravel(), fixed.table.ids)
        return np.asarray((~fixed.alive[at]).reshape(self.ids.shape) & (self.ids != NOBODY))

    def _ask(self) -> tuple[Lists, _Entered]:
        """Ask for the other side's delta: its own lists, and which lists here it may enter."""
        room = self.rule.k + SLACK
        which = self.other.standing()
        which = which[which >= self.other.starts[1]]
        theirs = [Heaps.of(len(each.table), room, np.inf) for each in self.own.shards]
        theirs[0].floors[self.rows] = np.maximum(-1.0, self.scores[:, -1] - EPSILON)
        pairings = Pairings(self.index, self.other, self.own, which)
        lists = pairings.lists(theirs, self.rule, self.threads)
        held = Heaps(*(getattr(theirs[0], name)[self.rows] for name in Heaps.__slots__))
        lines, columns = np.nonzero(held.numbers != NOBODY)
        numbers = held.numbers[lines, columns].astype(np.int64)
        scores = np.full(held.scores.shape, -np.inf)
        scores[lines, columns] = pairings.exact(numbers, self.rows[lines], self.rule)
        ids = np.full(held.numbers.shape, NOBODY, np.int64)
        ids[lines, columns] = self.other.ids[numbers]
        return lists, _Entered(held, ids, scores)


def _rows(ids: Numbers, known: Numbers) -> Numbers:
    """Return the row of each id, any row for ids that are not known."""
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[order], ids), max(0, len(known) - 1))
    return order[at] if len(known) else np.zeros(len(ids), np.int64)

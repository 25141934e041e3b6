"""A pass that matches everything with everything, and its lists, kept beside the snapshot."""

import os
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kehui.core import dates
from kehui.engines import matching as engine
from kehui.matching.adapter import questions
from kehui.matching.adapter.held import ENGINE, index
from kehui.matching.adapter.partners import BySide, Partners, kept, put
from kehui.matching.adapter.rankers import order_in_force
from kehui.matching.adapter.snapshots import current_folder

AT_A_TIME: Final = 256  # needs asked for together
SAVED_AFTER: Final = 4_096  # needs: what a kill can cost
SPARE: Final = 4  # partners that conflicts of interest may take without a question of its own
THREADS: Final = min(2, os.cpu_count() or 1)  # the others are for those who ask meanwhile
UNFINISHED: Final = "pass.npz"
FINISHED: Final = "lists.npz"
BROUGHT: Final = "brought.npz"


class Step(NamedTuple):
    """Needs asked for in this step, in all, and how many there are."""

    asked: int
    done: int
    total: int


class Pass:
    """A full match of the snapshot in force, and what has changed since.

    It is saved in the folder of its snapshot, under a name that says what its scores rest on: the
    day, the dictionary, how many partners are kept. What another name stands on is not taken up:
    every snapshot counts the words anew, so lists of two of them cannot be mixed, and lists of
    the older one would not be those that anybody gets who asks now.
    """

    def __init__(self, *, k: int, at: datetime) -> None:
        self.index = _of_items(index())
        self.folder = self.index.snapshot.folder
        today = dates.day_of(at).toordinal()
        self.rule = engine.MatchRule(k=_width(self.index, k), today=today)
        names = sha256(repr(self.index.lexicon.groups()).encode()).hexdigest()[:16]
        self._lists: BySide = {}
        self.name = f"{ENGINE} {self.folder.name} {today} {self.rule.k} {names}"

    def is_in_force(self) -> bool:
        """Say whether who asks now is answered from the same snapshot with the same dictionary."""
        names = index().lexicon.groups()
        return current_folder() == self.folder and names == self.index.lexicon.groups()

    def steps(self) -> Iterator[Step]:
        """Ask for the needs of the snapshot that were not asked for yet.

        A finished pass gives nothing; one that was saved goes on from there.
        """
        finished = kept(self.folder / FINISHED, self.name)
        if finished is not None:
            self._lists = finished
            return
        held, file = self.index, self.folder / UNFINISHED
        alone = engine.Index(held.snapshot, encoder=held.encoder, lexicon=held.lexicon)
        run = engine.Rematch(_of_items(alone), engine.deep(self.rule), threads=THREADS)
        run.resume(file, self.name)
        last = saved = run.done
        for done in run.steps(AT_A_TIME):
            if done - saved >= SAVED_AFTER:
                run.write(file, self.name)
                saved = done
            yield Step(done - last, done, len(run.which[engine.NEED]))
            last = done
        self._lists = run.lists()
        put(self.folder / FINISHED, self.name, self._lists)
        file.unlink(missing_ok=True)

    def partners(self, *, all_of_them: bool) -> Partners:
        """Return the lists that hold now, and which of them are due: those that are not as brought.

        Every step must have been taken. `all_of_them` makes every list due.
        """
        found = engine.changed_lists(self.index, self._lists, self.rule, threads=THREADS)
        brought = None if all_of_them else kept(self.folder / BROUGHT, self.name)
        return Partners(self._lists, found, brought, k=self.rule.k, bare=self._bare())

    def brought(self, partners: Partners) -> None:
        """Note that all rows stand by these lists."""
        put(self.folder / BROUGHT, self.name, partners.found)

    def _bare(self) -> npt.NDArray[np.int64]:
        """Return the listings that the index holds without the vector their question may have."""
        if not self.index.semantic:
            return np.zeros(0, np.int64)
        tables = [each.table for shards in self.index.shards.values() for each in shards]
        return np.concatenate([each.ids[each.scales == 0] for each in tables])


def _of_items(held: engine.Index) -> engine.Index:
    """Return the same index without persons and calls: they keep no lists, and are in nobody's."""
    items = copy(held)
    items.shards = {
        side: [replace(each, alive=each.alive & each.table.of_kinds(None)) for each in shards]
        for side, shards in held.shards.items()
    }
    return items


def _width(held: engine.Index, k: int) -> int:
    """Return how many partners of each listing have to be known to choose k of them."""
    needs = [each.table.indicator_starts for each in held.shards[engine.NEED]]
    if any(np.diff(starts).max(initial=0) > 1 for starts in needs):
        k = max(k, questions.COVERING)
    return SPARE + (k if order_in_force().ranker is None else max(k, questions.POOL))

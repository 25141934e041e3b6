"""One shard of every snapshot in use, and its answers: what runs on a machine of a cluster."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock

import numpy as np

from kehui.engines.matching.cutting import cut
from kehui.engines.matching.index import Index
from kehui.engines.matching.match import answers
from kehui.engines.matching.question import Question
from kehui.engines.matching.represent import Terms
from kehui.engines.matching.scored import Scored
from kehui.engines.matching.snapshot import Snapshot
from kehui.engines.text.lexicon import Lexicon

SNAPSHOTS = 2  # the one in force and the one before it, as on the disk
VIEWS = 8  # moments of the market; every process that asks may stand at another


@dataclass(frozen=True)
class View:
    """What all shards must agree on to answer as one.

    Attributes:
        folder: the snapshot.
        gone: ids of the snapshot that are no more or stand anew in the delta, ascending.
        lexicon: domain dictionary in force.
    """

    folder: str
    gone: tuple[int, ...]
    lexicon: Lexicon

    @cached_property
    def key(self) -> str:
        """Return a name by which equal views are equal, whoever made them."""
        said = repr((self.folder, self.gone, self.lexicon.groups()))
        return sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every shard is asked for; the fields are those of `answers`."""

    question: Question
    k: int
    today: int = 0
    tier: int = 3
    kinds: frozenset[str] | None = None

    def of(self, index: Index, *, fresh_only: bool = False) -> list[Scored]:
        """Return the best k of an index, or of what changed in it since its snapshot."""
        return answers(
            index, self.question, k=self.k, today=self.today, tier=self.tier, kinds=self.kinds,
            fresh_only=fresh_only,
        )  # fmt: skip


def view_of(index: Index) -> View:
    """Return what the shards have to know to answer as the snapshot part of this index does."""
    gone: list[int] = []
    for shards in index.shards.values():
        fixed = shards[0]
        gone += fixed.table.ids[np.asarray(fixed.table.is_open) & ~fixed.alive].tolist()
    return View(str(index.snapshot.folder), tuple(sorted(gone)), index.lexicon)


def warm(shard: Snapshot) -> None:
    """Ask a shard from both sides, so that nobody waits for what is derived from it once.

    That is the facets and outlines of its tables, and the loops, which a new process has to load.
    """
    nothing = Terms(np.zeros(0, np.int64), np.zeros(0, np.float32))
    index = Index(shard)
    for table in shard.tables.values():
        for row in range(min(1, len(table))):
            vector, scale = table.vectors[row].copy(), float(table.scales[row])
            answers(index, Question(table.listing(row), nothing, vector, scale), k=1)


class ShardKeeper:
    """Keeps shard `number` of `count` of the last snapshots and answers for the last views.

    Several threads may ask at once, and are answered while a new snapshot is being read.
    """

    def __init__(self, number: int, count: int) -> None:
        self.number = number
        self.count = count
        self._lock = Lock()
        self._reading = Lock()
        self._shards: OrderedDict[str, Snapshot] = OrderedDict()
        self._views: OrderedDict[str, Index] = OrderedDict()

    def load(self, folder: str) -> bool:
        """Make the shard of a snapshot ready; say whether it was not yet.

        Raises:
            SnapshotUnreadable: the folder is missing here, half-written or damaged.
        """
        return self._read(folder)[1]

    def answer(self, key: str, view: View | None, wanted: Wanted) -> list[Scored] | None:
        """Return the shard's best k for the view of that key.

        None says: I do not know this view; ask again and bring it along.

        Raises:
            SnapshotUnreadable: the view's snapshot cannot be read here.
        """
        index = self._known(key)
        if index is None:
            if view is None:
                return None
            index = self._learn(view)
        # Arrays that came over the network cannot be written: to a loop they would be others
        own = replace(wanted.question, vector=wanted.question.vector.copy())
        return replace(wanted, question=own).of(index)

    def _known(self, key: str) -> Index | None:
        with self._lock:
            if key in self._views:
                self._views.move_to_end(key)
            return self._views.get(key)

    def _ready(self, folder: str) -> Snapshot | None:
        with self._lock:
            if folder in self._shards:
                self._shards.move_to_end(folder)
            return self._shards.get(folder)

    def _read(self, folder: str) -> tuple[Snapshot, bool]:
        """Return the shard of a snapshot, and whether it was not ready yet."""
        with self._reading:
            ready = self._ready(folder)
            if ready is not None:
                return ready, False
            shard = cut(Snapshot.open(Path(folder)), self.number, self.count)
            warm(shard)
            with self._lock:
                self._shards[folder] = shard
                if len(self._shards) > SNAPSHOTS:
                    self._shards.popitem(last=False)
            return shard, True

    def _learn(self, view: View) -> Index:
        shard = self._ready(view.folder) or self._read(view.folder)[0]
        index = Index(shard, (), view.gone, lexicon=view.lexicon)
        with self._lock:
            self._views[view.key] = index
            if len(self._views) > VIEWS:
                self._views.popitem(last=False)
            return index

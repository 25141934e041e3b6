"""Ask the index for the best counterparts: here, or on the machines of a cluster.

The cluster answers for the snapshot, this process for what changed since; the merge is exact.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from kehui.engines import matching as engine
from kehui.matching.adapter.cluster import counted, force
from kehui.matching.adapter.cluster.shards import Asked
from kehui.matching.adapter.snapshots import Vector


@dataclass
class Coverage:
    """How much of the other side the answers of a block rest on.

    `missed_share`: the largest share (0..1) of the listings that nobody could be asked about.
    """

    missed_share: float = 0.0


_coverage: ContextVar[Coverage] = ContextVar("coverage")


@contextmanager
def covering() -> Iterator[Coverage]:
    """Note what answers within this block miss; a block within a block notes for both.

    Between a question to the index and what is made of it lie filters, rankers and arguments;
    none of them could do anything about a missing shard.
    """
    outer, own = _coverage.get(Coverage()), Coverage()
    token = _coverage.set(own)
    try:
        yield own
    finally:
        _coverage.reset(token)
        outer.missed_share = max(outer.missed_share, own.missed_share)


def match(
    held: engine.Index,
    mine: engine.Listing,
    *,
    k: int,
    today: int = 0,
    vector: Vector | None = None,
) -> list[engine.Scored]:
    """Return the best k as `engine.match` does, from the shards when there are any.

    A shard nobody answers for is missing from the list: `covering` tells.
    """
    shards = force.shards_or_none(str(held.snapshot.folder))
    if shards is None:
        return engine.match(held, mine, k=k, today=today, vector=vector)
    question = engine.prepare(held, mine, vector)
    found = shards.ask(Asked(_view(held), question, k, today))
    missing = [number for number in range(shards.count) if number not in found]
    if missing:
        _note(held, mine, missing, shards.count)
    fresh = engine.match_prepared(held, question, k=k, today=today, fresh_only=True)
    return engine.best([*found.values(), fresh], k)


_view = lru_cache(maxsize=1)(engine.view_of)


def _note(held: engine.Index, mine: engine.Listing, missing: list[int], count: int) -> None:
    sizes = [len(each.table) for each in held.shards["need" if mine.side == "offer" else "offer"]]
    missed = sum(len(engine.rows_of(sizes[0], number, count)) for number in missing)
    counted.partial_answers.inc()
    coverage = _coverage.get(Coverage())
    coverage.missed_share = max(coverage.missed_share, missed / max(1, sum(sizes)))

"""Ask the index for the best counterparts: here, or on the machines of a cluster.

The cluster answers for the snapshot, this process for what changed since; the merge is exact.
"""

from collections.abc import Collection, Iterator
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

    `missed_share`: the largest share (0..1) of the listings of the kinds asked for that nobody
    could be asked about.
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
    kinds: Collection[str] | None = None,
) -> list[engine.Scored]:
    """Return the best k as `engine.match` does, from the shards when there are any.

    A shard nobody answers for is missing from the list: `covering` tells.
    """
    shards = force.shards_or_none(str(held.snapshot.folder))
    if shards is None:
        return engine.match(held, mine, k=k, today=today, vector=vector, kinds=kinds)
    question = engine.prepare(held, mine, vector)
    of_kinds = None if kinds is None else frozenset(kinds)
    wanted = engine.Wanted(question, k, today=today, kinds=of_kinds)
    found = shards.ask(Asked(_view(held), wanted))
    missing = [number for number in range(shards.count) if number not in found]
    if missing:
        _note(held, wanted, missing, shards.count)
    return engine.best([*found.values(), wanted.of(held, fresh_only=True)], k)


_view = lru_cache(maxsize=1)(engine.view_of)


def _note(held: engine.Index, wanted: engine.Wanted, missing: list[int], count: int) -> None:
    """Note which share of the listings asked for the silent shards hold."""
    side: engine.Side = "need" if wanted.question.listing.side == "offer" else "offer"
    fixed, *fresh = (each.table.of_kinds(wanted.kinds) for each in held.shards[side])
    parts = (engine.rows_of(len(fixed), number, count) for number in missing)
    missed = sum(int(fixed[part.start : part.stop].sum()) for part in parts)
    if missed:
        counted.partial_answers.inc()
        coverage = _coverage.get(Coverage())
        share = missed / sum(int(each.sum()) for each in (fixed, *fresh))
        coverage.missed_share = max(coverage.missed_share, share)

"""Cut a snapshot into shards by rows, each ruled by the word statistics of the whole.

Scores depend on a pair and on the statistics alone, and these travel with every shard: a pair has
the same score in a shard as in the whole, to the last digit.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.snapshot import Snapshot
from kehui.engines.matching.table import Table

BY_TERM = ("keys", "rarity")  # the same for every shard
POSTINGS = (("doc", "impacts"), ("query", "weights"))
INDICATORS = ("names", "dimensions", "lows", "highs")


def rows_of(size: int, number: int, count: int) -> range:
    """Return the rows of shard `number` (from 0) of `count`: neighbors, sizes differ by 1 at most.

    Raises:
        ValueError: there is no such shard.
    """
    if not 0 <= number < count:
        raise ValueError(f"shard {number} of {count}")
    return range(size * number // count, size * (number + 1) // count)


def cut(snapshot: Snapshot, number: int, count: int) -> Snapshot:
    """Return the rows of one shard as a snapshot with the statistics and words of the whole.

    Postings are copied; columns and vectors stay mapped. What others derived from the tables of
    the whole, in memory or beside them on the disk, is not taken along.
    """
    tables = {
        side: _cut(table, rows_of(len(table), number, count))
        for side, table in snapshot.tables.items()
    }
    offers, needs = len(tables["offer"]), len(tables["need"])
    manifest = replace(snapshot.manifest, offers=offers, needs=needs)
    shard = Snapshot(snapshot.folder, manifest, tables)
    shard.statistics = snapshot.statistics
    return shard


def _cut(table: Table, rows: range) -> Table:
    begin, end = rows.start, rows.stop
    arrays = {name: each for name, each in table.arrays.items() if name in BY_TERM}
    for name, value in POSTINGS:
        offsets, places, values = (
            table.arrays[f"{name}_{each}"] for each in ("offsets", "rows", value)
        )
        kept = (places >= begin) & (places < end)
        before = np.zeros(len(places) + 1, np.int64)
        np.cumsum(kept, out=before[1:])
        arrays[f"{name}_offsets"] = before[offsets]
        arrays[f"{name}_rows"] = places[kept] - np.int32(begin)
        arrays[f"{name}_{value}"] = values[kept]
    starts: npt.NDArray[np.int64] = table.indicator_starts[begin : end + 1]
    arrays["indicator_starts"] = starts - starts[0]
    for name in INDICATORS:
        arrays[f"indicator_{name}"] = table.arrays[f"indicator_{name}"][starts[0] : starts[-1]]
    arrays |= {name: each[begin:end] for name, each in table.arrays.items() if name not in arrays}
    for each in arrays.values():
        # As mapped ones: to a loop, an array that may be written is another
        each.flags.writeable = False
    return Table(table.side, arrays, table.words, kept={"is_shard": True})

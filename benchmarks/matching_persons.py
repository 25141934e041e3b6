"""What persons in the index cost: memory, and CPU of a match with them and without.

    python benchmarks/matching_persons.py [--listings 100000] [--persons 350000]

The same made-up listings are indexed twice, alone and with persons whose profile holds three
skills and the titles of three offers. Nothing is extrapolated: the sizes asked for are those built.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from matching_corpus import NearVectors, StoredOnly, listings

from kehui.engines.matching import (
    CALL,
    PERSON,
    Index,
    Listing,
    Snapshot,
    among,
    build_snapshot,
    match,
)

QUERIES = 60
FIRST = 64  # as many as the product asks for


class Vectors(NearVectors):
    """As they come from the database: there for every number, also below zero."""

    def __bool__(self) -> bool:
        return True

    def get(self, key: int, default: object = None) -> object:
        return super().get(abs(key), default)


def persons(size: int) -> Iterator[Listing]:
    """Yield profiles made of the titles of three made-up offers each."""
    pool = list(listings(20_000, seed=11))
    draw = random.Random(13)
    for number in range(size):
        one, two, three = draw.choices(pool, k=3)
        yield Listing(
            id=-1 - number,
            side="offer",
            kind=PERSON,
            title=one.title,
            body=f"{one.title}\n{two.title}\n{three.title}",
            region=one.region,
            owner=-1 - number,
            trl=one.trl,
        )


def cpu_ms(work: Callable[[], object]) -> float:
    started = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - started) / 1e6


def told(name: str, spent: list[float]) -> str:
    ordered = sorted(spent[5:])  # the first touch what is mapped
    p95 = ordered[int(0.95 * len(ordered))]
    return f"{name}: median {statistics.median(ordered):.2f} ms, p95 {p95:.2f} ms CPU"


def measure(folder: Path, made: Iterator[Listing], needs: list[Listing]) -> None:
    encoder = StoredOnly()
    started = os.times()
    manifest = build_snapshot(made, folder, encoder=encoder, vectors=Vectors(), processes=1)
    ended = os.times()
    size = sum(each.stat().st_size for each in folder.iterdir())
    print(f"offers {manifest.offers}, needs {manifest.needs}, {size / 2**20:.0f} MB mapped")
    print(f"build: {sum(ended[:4]) - sum(started[:4]):.0f} s CPU")
    index = Index(Snapshot.open(folder), encoder=encoder)
    asked: dict[str, frozenset[str] | None] = {
        "offers": None, "persons": frozenset({PERSON}), "calls": frozenset({CALL}),
    }  # fmt: skip
    stored = Vectors()
    vectors: dict[int, Any] = {each.id: stored.get(each.id) for each in needs}
    for name, kinds in asked.items():
        ask = partial(match, index, k=FIRST, kinds=kinds)
        spent = [cpu_ms(partial(ask, each, vector=vectors[each.id])) for each in needs]
        print(told(f"best {FIRST} {name}", spent))
    some = [*range(1, 600, 3), *range(-200, 0)]
    spent = [cpu_ms(partial(among, index, each, some, vector=vectors[each.id])) for each in needs]
    print(told(f"{len(some)} by number", spent))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument("--persons", type=int, default=350_000)
    given = parser.parse_args()
    needs = [each for each in islice(listings(given.listings), 3 * QUERIES) if each.side == "need"]
    with tempfile.TemporaryDirectory(prefix="kehui-persons-") as folder:
        measure(Path(folder) / "alone", listings(given.listings), needs)
        both = chain(listings(given.listings), persons(given.persons))
        measure(Path(folder) / "persons", both, needs)


if __name__ == "__main__":
    main()

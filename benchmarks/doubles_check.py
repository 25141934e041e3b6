"""Texts that repeat each other: look one up among many, and cluster all, beside datasketch.

    python benchmarks/doubles_check.py [--size 20000] [--lines FILE] [--peer-size 20000]

CPU time of one thread. Both sides get the same bare texts without any stock taken away, and hold
them under 32 bands of 4 of 128 minima of their character triples; ours also under prints. The
work of a lookup differs and is printed: datasketch returns candidates, ours compares their texts
exactly. Equal work is asserted: of the texts that a comparison with every one finds the same by
0.8, both sides must return all but what chance may lose. datasketch is not a dependency
(`pip install datasketch`); without it our own figures are printed alone.

FILE has one JSON object a line: title, body. Without one the texts of matching_corpus are taken,
every tenth a copy with one word replaced.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from matching_corpus import listings

from kehui.engines.doubles import (
    Sentences,
    Texts,
    alike,
    find,
    index_of,
    joined,
    learn,
    likeness,
    read,
    without,
)
from kehui.engines.doubles.ahead import compile_loops

AT_A_TIME = 20_000
ASKED = 300


def rows(size: int, lines: Path | None) -> list[str]:
    if lines is not None:
        with lines.open(encoding="utf-8") as file:
            read_rows = (json.loads(line) for _, line in zip(range(size), file, strict=False))
            return [f"{row['title']}\n{row['body']}" for row in read_rows]
    made = [f"{each.title}\n{each.body}" for each in listings(size)]
    for number in range(9, size, 10):
        made[number] = made[number - 9].replace("检测", "测定", 1)
    return made


def timed(name: str, size: int, work: Callable[[], Any]) -> Any:
    began = time.process_time()
    done = work()
    spent = time.process_time() - began
    print(f"{name}: {spent:.2f} s CPU, {spent * 1e6 / size:.1f} µs a text", flush=True)
    return done


def told(name: str, spent: list[float]) -> None:
    parts = np.percentile(np.array(spent) * 1e3, [50, 95, 100])
    print(f"{name}: median {parts[0]:.2f}, p95 {parts[1]:.2f}, max {parts[2]:.2f} ms CPU")


def peer(texts: Texts, asked: list[int]) -> list[set[int]]:
    """Sign, hold and look up by datasketch, on its own permutations."""
    datasketch = import_module("datasketch")

    def signed() -> list[Any]:
        grams = (
            [texts[i][j : j + 3].tobytes() for j in range(max(1, len(texts[i]) - 2))]
            for i in range(len(texts))
        )
        return list(datasketch.MinHash.generator(grams, num_perm=128))

    minima = timed("datasketch sign", len(texts), signed)
    index = datasketch.MinHashLSH(num_perm=128, params=(32, 4))

    def hold() -> None:
        with index.insertion_session() as session:
            for number, each in enumerate(minima):
                session.insert(number, each)

    timed("datasketch hold", len(texts), hold)
    found, spent = [], []
    for number in asked:
        began = time.process_time()
        found.append(set(index.query(minima[number])))
        spent.append(time.process_time() - began)
    told("datasketch lookup, signature given, candidates only", spent)
    return found


def ours(texts: Texts, asked: list[int]) -> list[set[int]]:
    index = timed("kehui sign and hold", len(texts), lambda: index_of(texts))
    found, spent = [], []
    for number in asked:
        began = time.process_time()
        met = alike(index, texts, texts[number])
        spent.append(time.process_time() - began)
        found.append({row for row, each in met if each.is_same})
    told("kehui lookup, signing and exact comparison within", spent)
    return found


def compare(texts: Texts, asked: list[int], own: list[set[int]], theirs: list[set[int]]) -> None:
    """Say how many of the pairs that really are the same each side kept."""
    pairs = [
        (row, number)
        for number, (mine, other) in enumerate(zip(own, theirs, strict=True))
        for row in mine | other
        if likeness(texts[asked[number]], texts[row]).is_same
    ]
    kept = [sum(row in side[number] for row, number in pairs) for side in (own, theirs)]
    print(f"of {len(pairs)} pairs the same: kehui {kept[0]}, datasketch {kept[1]}")


def cluster(parts: list[Sentences], size: int) -> None:
    """Compare all with all, without the sentences that many owners share."""
    owners = np.arange(size) % max(5, size // 20)
    slices = [owners[at : at + AT_A_TIME] for at in range(0, size, AT_A_TIME)]
    pairs_of = list(zip(parts, slices, strict=True))
    stock = timed("learn stock", size, lambda: learn(pairs_of))
    bare = joined([without(part, stock) for part in parts])
    print(f"{len(stock)} stock sentences, {len(bare.codes) / max(1, size):.0f} characters left")
    found = timed("cluster", size, lambda: find(bare))
    grouped = int(np.sum(found.cluster != np.arange(size)))
    print(f"{grouped} repeat an earlier one, {len(found.within)} lie within a longer one")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--peer-size", type=int, default=20_000)
    parser.add_argument("--lines", type=Path)
    parser.add_argument("--no-clusters", action="store_true")
    arguments = parser.parse_args()
    compile_loops()
    made = rows(arguments.size, arguments.lines)
    size = len(made)

    def reading() -> list[Sentences]:
        return [read(made[at : at + AT_A_TIME]) for at in range(0, size, AT_A_TIME)]

    parts = timed("read", size, reading)
    texts = joined([part.texts for part in parts])
    print(f"{size} texts, {len(texts.codes) / max(1, size):.0f} bare characters each")

    few = Texts(texts.codes, texts.starts[: min(size, arguments.peer_size) + 1])
    asked = np.linspace(0, len(few) - 1, min(ASKED, len(few))).astype(int).tolist()
    own = ours(few, asked)
    if find_spec("datasketch"):
        compare(few, asked, own, peer(few, asked))
    if size > len(few):
        asked = np.linspace(0, size - 1, ASKED).astype(int).tolist()
        ours(texts, asked)
    if not arguments.no_clusters:
        cluster(parts, size)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()

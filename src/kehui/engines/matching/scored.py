"""A pair's points, exactly and as shown: integers that add up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kehui.engines.matching.listing import Listing
from kehui.engines.matching.parts import PARTS, Weights, shares

PUBLISHED = Weights()


class Part(NamedTuple):
    """One named part of a score: points as shown, points exactly, and the most there are."""

    name: str
    got: int
    exact: float
    most: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A partner with its score 0..100; the parts' `got` add up to `score`."""

    id: int
    score: int
    exact: float
    parts: tuple[Part, ...]
    lexical: float
    cosine: float | None


def rounded(exact: Sequence[float]) -> tuple[int, ...]:
    """Return integers that add up to the rounded sum: the largest remainders get the rest."""
    whole = [math.floor(each) for each in exact]
    rest = round(math.fsum(exact)) - sum(whole)
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[:rest]:
        whole[i] += 1
    return tuple(whole)


class Candidate(NamedTuple):
    """A partner's points in the order of PARTS, before they are put into words."""

    id: int
    points: tuple[float, ...]
    lexical: float
    cosine: float | None

    @property
    def exact(self) -> float:
        return math.fsum(self.points)

    def told(self, weights: Weights) -> Scored:
        got = rounded(self.points)
        parts = tuple(map(Part, PARTS, got, self.points, (round(top) for top in weights.values())))
        return Scored(self.id, sum(got), self.exact, parts, self.lexical, self.cosine)


def candidate(
    need: Listing, offer: Listing, lexical: float, cosine: float | None, weights: Weights, at: int
) -> Candidate:
    """Return the points of a pair under the id `at`."""
    x = lexical + weights.dense * max(0.0, cosine or 0.0)
    each = zip(shares(need, offer, x), weights.values(), strict=True)
    return Candidate(at, tuple(share * top for share, top in each), lexical, cosine)

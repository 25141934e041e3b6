"""Find the fewest offers that together meet most of a need's indicators: exact, bounded.

What an offer meets is a set of bits, one for each indicator of the need, so that a set of offers
meets the union. Smallest set cover is hard in general (Karp 1972); a need has a dozen indicators
and a few dozen offers, for which branch and bound is exact in milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kehui.engines.matching.listing import Listing
from kehui.engines.matching.parts import best_answer

MEMBERS = 4  # more parties than this do not sit down together
WORK = 100_000  # branches looked at before the best found so far must do


class Candidate(NamedTuple):
    """An offer, its score, and the indicators it meets: bit i stands for the i-th."""

    id: int
    score: int
    meets: int


@dataclass(frozen=True, slots=True)
class Cover:
    """Offers that belong together, the lead first, and what they meet.

    `best` is the offer that meets most by itself and `alone` what it meets. `is_exact` is False
    when the work ran out: the set is then at least as good as picking greedily.
    """

    members: tuple[int, ...]
    together: int
    best: int
    alone: int
    is_exact: bool

    @property
    def gain(self) -> int:
        """Return how many more indicators are met together than by the best offer alone."""
        return self.together.bit_count() - self.alone.bit_count()


def meets(need: Listing, offer: Listing) -> int:
    """Return which indicators of the need the offer states to meet in full, as bits."""
    found = 0
    for place, wanted in enumerate(need.indicators):
        answer = best_answer(wanted, offer.indicators)
        if answer is not None and answer[1] >= 1:
            found |= 1 << place
    return found


def cover(
    candidates: Sequence[Candidate], *, members: int = MEMBERS, work: int = WORK
) -> Cover | None:
    """Return the best set of at most `members` offers, or None when nobody meets anything.

    The best set meets the most indicators; among those it is the smallest, then the one with the
    highest sum of scores, then the one with the smallest ids.

    Raises:
        ValueError: two candidates share an id, or fewer than one member is allowed.
    """
    if len({each.id for each in candidates}) < len(candidates):
        raise ValueError("a candidate is there twice")
    if members < 1:
        raise ValueError("a set has at least one member")
    useful = _distinct(candidates)
    if not useful:
        return None
    search = _Search(useful, members, work)
    search.consider(_greedy(useful, members))
    search.branch((), 0, _union(useful))
    chosen, single = search.best, useful[0]
    return Cover(
        members=tuple(each.id for each in sorted(chosen, key=_rank)),
        together=_union(chosen),
        best=single.id,
        alone=single.meets,
        is_exact=search.work >= 0,
    )


def _rank(candidate: Candidate) -> tuple[int, int, int]:
    return -candidate.meets.bit_count(), -candidate.score, candidate.id


def _union(chosen: Sequence[Candidate]) -> int:
    together = 0
    for each in chosen:
        together |= each.meets
    return together


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the best of those that meet the same, in order of rank; nobody needs two of them."""
    best: dict[int, Candidate] = {}
    for each in sorted(candidates, key=_rank):
        if each.meets:
            best.setdefault(each.meets, each)
    return sorted(best.values(), key=_rank)


def _greedy(candidates: Sequence[Candidate], members: int) -> tuple[Candidate, ...]:
    """Pick again and again what adds most: the start, and the answer when the work runs out."""
    chosen: list[Candidate] = []
    while len(chosen) < members:
        together = _union(chosen)
        best = min(candidates, key=lambda c: (-(c.meets & ~together).bit_count(), _rank(c)))
        if not best.meets & ~together:
            break
        chosen.append(best)
    return tuple(chosen)


def _key(chosen: Sequence[Candidate]) -> tuple[int, int, int, list[int]]:
    """Return what makes one set better than another: the smaller, the better."""
    scores = sum(each.score for each in chosen)
    return -_union(chosen).bit_count(), len(chosen), -scores, sorted(each.id for each in chosen)


@dataclass(slots=True)
class _Search:
    """The best set so far and the work that is left."""

    candidates: Sequence[Candidate]
    members: int
    work: int
    best: tuple[Candidate, ...] = field(default=())

    def consider(self, chosen: tuple[Candidate, ...]) -> None:
        if not self.best or _key(chosen) < _key(self.best):
            self.best = chosen

    def branch(self, chosen: tuple[Candidate, ...], together: int, open_: int) -> None:
        """Try everything for the lowest open indicator: each offer that meets it, then nobody."""
        self.work -= 1
        if chosen:
            self.consider(chosen)
        if self.work < 0 or not open_ or not self._can_win(chosen, together, open_):
            return
        lowest = open_ & -open_
        for each in self.candidates:
            if each.meets & lowest:
                self.branch((*chosen, each), together | each.meets, open_ & ~each.meets)
        self.branch(chosen, together, open_ & ~lowest)

    def _can_win(self, chosen: tuple[Candidate, ...], together: int, open_: int) -> bool:
        """Say whether some way on could still beat the best set, by what it could add at most."""
        room = self.members - len(chosen)
        most = max((each.meets & open_).bit_count() for each in self.candidates)
        if room == 0 or most == 0:
            return False
        met, (fewer, size, scores, _) = together.bit_count(), _key(self.best)
        reach = met + min(open_.bit_count(), room * most)
        if reach != -fewer:
            return reach > -fewer
        more = -((fewer + met) // most)  # members it takes at least to draw level
        top = max(each.score for each in self.candidates)
        hope = sum(each.score for each in chosen) + max(more, 0) * top
        return (len(chosen) + more, -hope) <= (size, scores)

"""Let two orders share one list, and count whose matches people answer.

Team draft: Radlinski, Kurup and Joachims, CIKM 2008. Both orders meet the same people on the same
day, so place and mood cancel; docs/algorithms/feedback.md has an example.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Team = Literal["a", "b"]


@dataclass(frozen=True, slots=True)
class Drafted:
    """One list of two orders: the matches as shown, and which order each stands for."""

    order: tuple[int, ...]
    teams: tuple[Team, ...]


@dataclass(frozen=True, slots=True)
class Preference:
    """Lists won by each order. `share` is (wins of a + ties / 2) / all, NaN without lists.

    `chance` is the two-sided sign test: how likely so uneven a split of the lists won is if
    neither order is better; 1 without any.
    """

    a: int
    b: int
    ties: int
    share: float
    chance: float


def team_draft(a: Sequence[int], b: Sequence[int], *, heads: Sequence[bool], most: int) -> Drafted:
    """Return the first `most` matches of both orders drafted in turns.

    Each order in turn adds the best of its own that is not there yet; who begins a round is a
    coin, heads for `a`. A team that has nothing left passes.

    Args:
        heads: the coins, one a round; (most + 1) // 2 are enough when no team runs out.
    """
    order: list[int] = []
    teams: list[Team] = []
    tosses = iter(heads)
    while len(order) < most:
        first: tuple[Team, Team] = ("a", "b") if next(tosses) else ("b", "a")
        before = len(order)
        for team in first:
            left = [each for each in (a if team == "a" else b) if each not in order]
            if left and len(order) < most:
                order.append(left[0])
                teams.append(team)
        if len(order) == before:
            break
    return Drafted(tuple(order), tuple(teams))


def every_draft(a: Sequence[int], b: Sequence[int], *, most: int) -> Iterator[Drafted]:
    """Yield the list of every sequence of coins; all of them are equally likely."""
    rounds = max(most, 1)
    for number in range(2**rounds):
        heads = [bool(number >> bit & 1) for bit in range(rounds)]
        yield team_draft(a, b, heads=heads, most=most)


def expected_credit(
    a: Sequence[int], b: Sequence[int], answered: Collection[int], *, most: int
) -> tuple[Fraction, Fraction]:
    """Return the exact mean number of answers that each order is credited with over all coins."""
    lists = list(every_draft(a, b, most=most))
    won = [credit(each, answered) for each in lists]
    mine = Fraction(sum(one for one, _other in won), len(lists))
    theirs = Fraction(sum(other for _one, other in won), len(lists))
    return mine, theirs


def credit(drafted: Drafted, answered: Collection[int]) -> tuple[int, int]:
    """Return how many of the answered matches each order had put there."""
    won = [
        team for match, team in zip(drafted.order, drafted.teams, strict=True) if match in answered
    ]
    return won.count("a"), won.count("b")


def preference(credited: Sequence[tuple[int, int]]) -> Preference:
    """Return which order won how many lists, and how far that is from chance."""
    a = sum(one > other for one, other in credited)
    b = sum(one < other for one, other in credited)
    ties = len(credited) - a - b
    share = (a + ties / 2) / len(credited) if credited else math.nan
    return Preference(a, b, ties, share, _sign_test(a, b))


def _sign_test(a: int, b: int) -> float:
    """Return twice the tail of a fair coin, at most 1."""
    tail = sum(math.comb(a + b, won) for won in range(max(a, b), a + b + 1))
    return min(1.0, float(Fraction(2 * tail, 2 ** (a + b))))

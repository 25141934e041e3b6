"""Pair two sides for the highest total value, within everybody's capacity and without conflicts.

A maximum-weight b-matching, solved as a flow: again and again the path that adds most is found by
Dijkstra over potentials (Tomizawa 1971; Edmonds and Karp 1972; Ahuja, Magnanti and Orlin 1993,
chapter 9). Values are whole numbers, so the optimum is exact and the same input gives the same
answer. The work is bounded: when it runs out, the rest is paired greedily and the answer says so.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

WORK = 20_000_000  # arcs looked at


class Pair(NamedTuple):
    """Somebody of the left side, somebody of the right, and what bringing them together is worth.

    Values are whole numbers above 0: points times a thousand, say.
    """

    left: int
    right: int
    value: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """The pairs made, in order of left and right, and their total value.

    No assignment is worth more than `at_most`; `is_optimal` says that this one reaches it.
    """

    pairs: tuple[Pair, ...]
    value: int
    at_most: int

    @property
    def is_optimal(self) -> bool:
        return self.value == self.at_most


Progress = Callable[[int, int], None]  # pairs made so far, and the most there can be


def assign(
    pairs: Iterable[Pair],
    left: Mapping[int, int],
    right: Mapping[int, int],
    *,
    conflicts: Collection[tuple[int, int]] = (),
    work: int = WORK,
    progress: Progress | None = None,
) -> Assignment:
    """Return the assignment of the highest total value.

    Args:
        pairs: what may come together; pairs worth 0 or less are never made.
        left, right: how many pairs each may take part in; who is not named, in none.
        conflicts: (left, right) that must not come together.
        work: after how many arcs looked at no further path is sought.

    Raises:
        ValueError: a pair stands there twice, or a capacity is negative.
    """
    wanted = _allowed(pairs, left, right, frozenset(conflicts))
    flow = _Flow(wanted, left, right)
    bound = min(len(wanted), sum(flow.room[: flow.lefts]), sum(flow.room[flow.lefts :]))
    made, gain = 0, max((each.value for each in wanted), default=0)
    while flow.work < work and (gain := flow.augment()):
        made += 1
        if progress:
            progress(made, bound)
    found = flow.pairs()
    if not gain:
        return _assignment(found, None)
    # Each path adds at most what the one before did, and there are at most so many to come.
    at_most = sum(each.value for each in found) + (bound - made) * gain
    finished = (_filled(start, wanted, left, right) for start in (found, ()))
    return max((_assignment(each, at_most) for each in finished), key=lambda each: each.value)


def greedy(
    pairs: Iterable[Pair],
    left: Mapping[int, int],
    right: Mapping[int, int],
    *,
    conflicts: Collection[tuple[int, int]] = (),
) -> Assignment:
    """Make the most valuable pair that is still possible, over and over: what to compare with."""
    wanted = _allowed(pairs, left, right, frozenset(conflicts))
    return _assignment(_filled((), wanted, left, right), None)


def _allowed(
    pairs: Iterable[Pair],
    left: Mapping[int, int],
    right: Mapping[int, int],
    conflicts: frozenset[tuple[int, int]],
) -> list[Pair]:
    """Return the pairs that may be made, in order of left and right."""
    if any(room < 0 for room in (*left.values(), *right.values())):
        raise ValueError("a capacity must not be negative")
    ordered = sorted(pairs)
    if len({(each.left, each.right) for each in ordered}) < len(ordered):
        raise ValueError("a pair stands there twice")
    return [
        each
        for each in ordered
        if each.value > 0
        and left.get(each.left, 0) > 0
        and right.get(each.right, 0) > 0
        and (each.left, each.right) not in conflicts
    ]


def _filled(
    made: Iterable[Pair], wanted: Iterable[Pair], left: Mapping[int, int], right: Mapping[int, int]
) -> list[Pair]:
    """Return the pairs made and what can still be added, the most valuable first."""
    room_left, room_right, found = dict(left), dict(right), list(made)
    for each in found:
        room_left[each.left] -= 1
        room_right[each.right] -= 1
    taken = set(found)
    for each in sorted(wanted, key=lambda one: (-one.value, one.left, one.right)):
        if each not in taken and room_left[each.left] > 0 and room_right[each.right] > 0:
            room_left[each.left] -= 1
            room_right[each.right] -= 1
            found.append(each)
    return found


def _assignment(found: Iterable[Pair], at_most: int | None) -> Assignment:
    pairs = tuple(sorted(found))
    value = sum(each.value for each in pairs)
    return Assignment(pairs, value, value if at_most is None else at_most)


class _Flow:
    """The pairs as a graph: lefts, then rights, then the sink; who may still take how many.

    `potential` keeps every open arc from costing less than 0, so that Dijkstra may search.
    """

    def __init__(
        self, wanted: list[Pair], left: Mapping[int, int], right: Mapping[int, int]
    ) -> None:
        lefts = sorted({each.left for each in wanted})
        rights = sorted({each.right for each in wanted})
        node = {("left", name): at for at, name in enumerate(lefts)}
        node |= {("right", name): at for at, name in enumerate(rights, start=len(lefts))}
        self.wanted = wanted
        self.ends = [(node["left", each.left], node["right", each.right]) for each in wanted]
        self.room = [*(left[name] for name in lefts), *(right[name] for name in rights)]
        self.lefts, self.sink = len(lefts), len(self.room)
        self.arcs: list[list[int]] = [[] for _ in self.room]
        self.potential = [0] * (self.sink + 1)
        for number, (one, other) in enumerate(self.ends):
            self.arcs[one].append(number)
            self.arcs[other].append(number)
            for end in (other, self.sink):
                self.potential[end] = min(self.potential[end], -wanted[number].value)
        self.is_made = [False] * len(wanted)
        self.work = 0

    def augment(self) -> int:
        """Add the path that is worth most and return its worth; 0 when none is worth anything."""
        distance, came = self._distances()
        end = distance[self.sink]
        if end == math.inf:
            return 0
        for node, far in enumerate(distance):
            self.potential[node] += int(min(far, end))
        gain = -self.potential[self.sink]
        if gain > 0:
            self._follow(came)
        return max(gain, 0)

    def _distances(self) -> tuple[list[float], list[int]]:
        """Return the distance of every node up to the sink's, and the arc by which it is reached.

        Of the sink, `came` holds the right from which it is reached.
        """
        distance, came = [math.inf] * (self.sink + 1), [-1] * (self.sink + 1)
        heap: list[tuple[int, int]] = []

        def reach(node: int, far: int, by: int) -> None:
            if far < distance[node]:
                distance[node], came[node] = far, by
                heappush(heap, (far, node))

        for node in range(self.lefts):
            if self.room[node] > 0:
                reach(node, -self.potential[node], -1)
        while heap:
            far, node = heappop(heap)
            if node == self.sink:
                break
            if far > distance[node]:
                continue
            start = far + self.potential[node]
            for number, to, cost in self._open(node):
                reach(to, start + cost - self.potential[to], number)
            if node >= self.lefts and self.room[node] > 0:
                reach(self.sink, start - self.potential[self.sink], node)
        return distance, came

    def _open(self, node: int) -> Iterator[tuple[int, int, int]]:
        """Yield what leads on: from a left by pairs not made, from a right back by those made."""
        self.work += len(self.arcs[node])
        for number in self.arcs[node]:
            one, other = self.ends[number]
            if self.is_made[number] == (node == other):
                value = self.wanted[number].value
                yield (number, other, -value) if node == one else (number, one, value)

    def _follow(self, came: list[int]) -> None:
        """Turn over every pair on the way back from the sink; both ends have less room."""
        node = came[self.sink]
        self.room[node] -= 1
        while came[node] >= 0:
            number = came[node]
            one, other = self.ends[number]
            self.is_made[number] = not self.is_made[number]
            node = one if node == other else other
        self.room[node] -= 1

    def pairs(self) -> list[Pair]:
        return [each for each, is_made in zip(self.wanted, self.is_made, strict=True) if is_made]

"""An assignment is worth as much as any, breaks no capacity and makes no conflict."""

import random
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.engines.matching.assign import WORK, Assignment, Pair, assign, greedy

Rooms = dict[int, int]
Market = tuple[list[Pair], Rooms, Rooms, set[tuple[int, int]]]


@st.composite
def markets(draw: st.DrawFn, most: int = 4) -> Market:
    lefts, rights = range(draw(st.integers(0, most))), range(draw(st.integers(0, most)))
    every = [(left, right) for left in lefts for right in rights]
    kept = draw(st.lists(st.sampled_from(every), unique=True, max_size=11)) if every else []
    pairs = [Pair(*each, draw(st.integers(-2, 9))) for each in kept]
    conflicts = set(draw(st.lists(st.sampled_from(every), max_size=3))) if every else set()
    rooms = st.integers(0, 3)
    return pairs, {n: draw(rooms) for n in lefts}, {n: draw(rooms) for n in rights}, conflicts


def fits(chosen: tuple[Pair, ...], market: Market) -> bool:
    _, left, right, conflicts = market
    lefts = Counter(each.left for each in chosen)
    rights = Counter(each.right for each in chosen)
    return (
        all(count <= left[name] for name, count in lefts.items())
        and all(count <= right[name] for name, count in rights.items())
        and not {(each.left, each.right) for each in chosen} & conflicts
    )


def best_of_all(market: Market) -> int:
    pairs = market[0]
    return max(
        sum(each.value for each in chosen)
        for size in range(len(pairs) + 1)
        for chosen in combinations(pairs, size)
        if fits(chosen, market)
    )


def solved(market: Market, work: int = WORK) -> Assignment:
    pairs, left, right, conflicts = market
    return assign(pairs, left, right, conflicts=conflicts, work=work)


@given(markets())
def test_no_assignment_is_worth_more(market: Market) -> None:
    found = solved(market)

    assert fits(found.pairs, market)
    assert set(found.pairs) <= set(market[0])
    assert found.value == sum(each.value for each in found.pairs) == best_of_all(market)
    assert found.is_optimal


@given(markets(7), st.integers(0, 30))
def test_with_little_work_it_still_fits_beats_greed_and_knows_its_distance(
    market: Market, work: int
) -> None:
    pairs, left, right, conflicts = market

    found = solved(market, work=work)

    assert fits(found.pairs, market)
    assert len(set(found.pairs)) == len(found.pairs)
    assert found.value >= greedy(pairs, left, right, conflicts=conflicts).value
    assert found.value <= solved(market).value <= found.at_most


def test_a_pair_is_not_made_when_all_together_would_be_worth_less() -> None:
    pairs = [Pair(0, 0, 5), Pair(0, 1, 1), Pair(1, 0, 3)]

    found = assign(pairs, {0: 1, 1: 1}, {0: 1, 1: 1})

    assert found.pairs == (Pair(0, 0, 5),)
    assert found.is_optimal


@given(markets())
def test_the_order_of_the_pairs_does_not_matter(market: Market) -> None:
    pairs, left, right, conflicts = market

    assert assign(pairs[::-1], left, right, conflicts=conflicts) == solved(market)


def test_the_example_of_the_page() -> None:
    """docs/algorithms/exposure.md, section 6: greed takes 90 first and loses 80 + 70."""
    pairs = [Pair(1, 1, 90), Pair(1, 2, 80), Pair(2, 1, 85), Pair(2, 2, 30)]
    once = {1: 1, 2: 1}
    told: list[tuple[int, int]] = []

    found = assign(pairs, once, once, progress=lambda *each: told.append(each))

    assert found == Assignment((Pair(1, 2, 80), Pair(2, 1, 85)), 165, 165)
    assert greedy(pairs, once, once).value == 120
    assert told == [(1, 2), (2, 2)]


def test_a_conflict_is_never_made_even_when_nothing_else_is_left() -> None:
    found = assign([Pair(1, 1, 9)], {1: 1}, {1: 1}, conflicts=[(1, 1)])

    assert found == Assignment((), 0, 0)


def test_hundreds_of_pairs_within_the_work() -> None:
    draw = random.Random(3)
    pairs = [
        Pair(left, right, draw.randrange(1, 100))
        for left in range(60)
        for right in range(60)
        if (left + right * right) % 5 == 0
    ]
    rooms = {n: 1 + n % 3 for n in range(60)}

    found = assign(pairs, rooms, rooms)

    assert found.is_optimal
    assert found.value > greedy(pairs, rooms, rooms).value


def test_bad_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        assign([Pair(1, 1, 2), Pair(1, 1, 3)], {1: 1}, {1: 1})
    with pytest.raises(ValueError, match="negative"):
        assign([], {1: -1}, {})

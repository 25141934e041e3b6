"""Two orders in one list: fair to both, and credited exactly."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.engines.matching import credit, expected_credit, preference, team_draft
from kehui.engines.matching.interleaving import Drafted, every_draft

orders = st.permutations(range(7))
answered = st.sets(st.integers(0, 9), max_size=5)
coins = st.lists(st.booleans(), min_size=8, max_size=8)


@given(orders, orders, coins, st.integers(0, 7))
def test_nobody_stands_twice_and_teams_differ_by_one_at_most(
    a: list[int], b: list[int], heads: list[bool], most: int
) -> None:
    drafted = team_draft(a, b, heads=heads, most=most)

    assert len(drafted.order) == len(set(drafted.order)) == most
    assert abs(drafted.teams.count("a") - drafted.teams.count("b")) <= 1
    assert set(a[: most // 2]) <= set(drafted.order)  # each order brings its best


@given(orders, orders, coins)
def test_names_of_the_orders_change_nothing_but_the_names(
    a: list[int], b: list[int], heads: list[bool]
) -> None:
    one = team_draft(a, b, heads=heads, most=6)
    other = team_draft(b, a, heads=[not each for each in heads], most=6)

    assert one.order == other.order
    assert one.teams == tuple("b" if each == "a" else "a" for each in other.teams)


@given(orders, answered, st.integers(1, 6))
def test_an_order_against_itself_wins_nothing_exactly(
    a: list[int], said: set[int], most: int
) -> None:
    mine, theirs = expected_credit(a, a, said, most=most)

    assert mine == theirs
    assert mine + theirs == len(said & set(a[:most]))


def test_the_order_that_brings_what_is_wanted_is_credited() -> None:
    mine, theirs = expected_credit([1, 2, 3, 4], [3, 4, 1, 2], {3, 4}, most=2)

    assert (mine, theirs) == (Fraction(0), Fraction(1))


def test_a_team_that_runs_out_passes_and_an_empty_draft_ends() -> None:
    drafted = team_draft([1], [2, 3, 4], heads=[True] * 4, most=4)

    assert drafted == Drafted((1, 2, 3, 4), ("a", "b", "b", "b"))
    assert team_draft([], [], heads=[True], most=3) == Drafted((), ())
    assert len(list(every_draft([1, 2], [2, 1], most=2))) == 4


def test_a_simulated_market_prefers_the_better_order() -> None:
    """Place bias works on both orders alike: the better one wins, and equal ones do not."""
    wanted = {match: 0.5 if match >= 5 else 0.05 for match in range(10)}
    draw = random.Random(11)

    def lists(a: list[int], b: list[int]) -> list[tuple[int, int]]:
        found = []
        for _ in range(600):
            heads = [draw.random() < 0.5 for _ in range(10)]
            drafted = team_draft(a, b, heads=heads, most=10)
            said = {
                match
                for place, match in enumerate(drafted.order, start=1)
                if draw.random() < wanted[match] / place
            }
            found.append(credit(drafted, said))
        return found

    worse, better = list(range(10)), list(reversed(range(10)))
    told, even = preference(lists(worse, better)), preference(lists(better, better))

    assert (told.b > told.a, told.share < 0.5, told.chance < 0.001) == (True, True, True)
    assert even.chance > 0.05


def test_a_preference_is_counted_and_tested() -> None:
    found = preference([(1, 0), (2, 1), (0, 1), (1, 1), (3, 0)])

    assert (found.a, found.b, found.ties, found.share) == (3, 1, 1, 0.7)
    assert found.chance == pytest.approx(2 * (4 + 1) / 16)
    assert preference([(0, 0)]).chance == 1.0
    assert math.isnan(preference([]).share)


def test_the_example_of_the_page() -> None:
    """docs/algorithms/feedback.md §5: the rule drafts 甲乙丙, the ranker 丙甲丁; 丙 is answered."""
    drafted = team_draft([1, 2, 3], [3, 1, 4], heads=[True, True], most=4)

    assert (drafted.order, drafted.teams) == ((1, 3, 2, 4), ("a", "b", "a", "b"))
    assert credit(drafted, {3}) == (0, 1)
    assert expected_credit([1, 2, 3], [3, 1, 4], {3}, most=4) == (Fraction(0), Fraction(1))

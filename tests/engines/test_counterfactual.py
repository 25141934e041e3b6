"""What an order is worth that was never shown: against click models whose truth is known."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.engines.matching import Answer, ips, naive, snips
from kehui.engines.matching.counterfactual import LEAST_LOOKED_AT, discount, looked_at

PLACES = 8


def simulated(
    lists: int, seed: int, *, placed: dict[int, int], wanted: tuple[float, ...]
) -> list[list[Answer]]:
    """Show matches 0..7 in that order; people look at place k with 1/k and want what is wanted."""
    draw = random.Random(seed)
    found = []
    for _ in range(lists):
        answers = []
        for match in range(PLACES):
            looks = draw.random() < 1 / (match + 1)
            if looks and draw.random() < wanted[match]:
                answers.append(Answer(1.0, match + 1, placed[match]))
        found.append(answers)
    return found


def truth(placed: dict[int, int], wanted: tuple[float, ...]) -> float:
    return math.fsum(chance / math.log2(1 + placed[match]) for match, chance in enumerate(wanted))


WANTED = (0.05, 0.05, 0.1, 0.1, 0.2, 0.3, 0.4, 0.5)  # the order shown is the worst there is
SAME = {match: match + 1 for match in range(PLACES)}
TURNED = {match: PLACES - match for match in range(PLACES)}


@pytest.mark.parametrize("placed", [SAME, TURNED], ids=["as shown", "turned around"])
def test_answers_by_place_tell_the_truth_and_plain_counts_do_not(placed: dict[int, int]) -> None:
    lists = simulated(6_000, 7, placed=placed, wanted=WANTED)
    right = truth(placed, WANTED)

    weighted, plain = ips(lists), naive(lists)

    assert weighted.low < right < weighted.high
    assert weighted.high - weighted.low < 0.2
    assert not plain.low < right < plain.high
    assert plain.value < right / 2
    assert (weighted.lists, weighted.clipped) == (6_000, 0.0)
    assert 0 < weighted.effective < sum(map(len, lists))


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    right = truth(TURNED, WANTED)
    held = 0
    for seed in range(200):
        found = ips(simulated(300, seed, placed=TURNED, wanted=WANTED))
        held += found.low < right < found.high

    assert 180 <= held <= 200


def test_the_better_order_is_found_though_the_worse_one_was_shown() -> None:
    shown = snips(simulated(4_000, 3, placed=SAME, wanted=WANTED))
    better = snips(simulated(4_000, 3, placed=TURNED, wanted=WANTED))

    assert better.low > shown.high
    all_wanted = sum(WANTED)
    assert better.low < truth(TURNED, WANTED) / all_wanted < better.high


answers = st.lists(
    st.lists(
        st.builds(Answer, st.floats(0.5, 31), st.integers(1, PLACES), st.integers(1, 50)),
        max_size=5,
    ),
    min_size=1,
    max_size=8,
)


@given(answers)
def test_self_normalized_values_lie_between_the_worst_and_the_best_place(
    lists: list[list[Answer]],
) -> None:
    found = snips(lists)

    worth = [float(discount(each.placed_at)) for row in lists for each in row]
    if worth:
        assert min(worth) - 1e-9 <= found.value <= max(worth) + 1e-9
    else:
        assert math.isnan(found.value)


@given(answers, st.floats(0.1, 10))
def test_gains_all_greater_by_a_factor_change_only_what_is_not_normalized(
    lists: list[list[Answer]], factor: float
) -> None:
    larger = [
        [Answer(each.gain * factor, each.shown_at, each.placed_at) for each in row] for row in lists
    ]

    assert ips(larger).value == pytest.approx(ips(lists).value * factor)
    assert snips(larger).value == pytest.approx(snips(lists).value, nan_ok=True)


@given(answers)
def test_where_every_place_is_looked_at_nothing_is_corrected(lists: list[list[Answer]]) -> None:
    assert ips(lists, steepness=0.0).value == naive(lists).value


def test_deep_places_are_clipped_and_the_share_is_told() -> None:
    found = ips([[Answer(1.0, 40, 1), Answer(1.0, 1, 2)]])

    assert found.clipped == 0.5
    assert found.value == pytest.approx(1 / LEAST_LOOKED_AT + 1 / math.log2(3))
    assert math.isnan(found.low)  # one list says nothing about the spread


def test_without_lists_or_answers_there_is_no_value() -> None:
    assert math.isnan(ips([]).value)
    assert math.isnan(snips([]).value)
    assert math.isnan(snips([[], []]).value)
    assert (ips([[], []]).value, ips([[], []]).effective) == (0.0, 0.0)


def test_the_first_place_is_always_looked_at_and_none_never() -> None:
    assert looked_at([0, 1, 2, 4, 1_000]).tolist() == [1.0, 1.0, 0.5, 0.25, LEAST_LOOKED_AT]


def test_the_example_of_the_page() -> None:
    """docs/algorithms/feedback.md §4: two lists, three answers."""
    lists = [[Answer(3, 1, 2), Answer(3, 4, 1)], [Answer(7, 2, 1)]]

    assert naive(lists).value == pytest.approx(5.946, abs=5e-4)
    assert ips(lists).value == pytest.approx(13.946, abs=5e-4)
    assert snips(lists).value == pytest.approx(0.962, abs=5e-4)

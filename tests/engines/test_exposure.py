"""Places are shared within the published bounds: known values, and promises of the page."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kehui.engines.matching.exposure import (
    Lists,
    Rule,
    balance,
    exposure,
    gini,
    measure,
    places,
    seen,
)

amounts = st.floats(0, 1e6)


def lists_of(rows: list[tuple[int, int, float]], sheltered: tuple[bool, ...]) -> Lists:
    """Return rows of (list, holder, order value); ties go to the earlier row."""
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    return Lists(
        list=np.array(columns[0], np.int64),
        holder=np.array(columns[1], np.int64),
        order=np.array(columns[2], np.float64),
        tie=np.arange(len(rows)),
        sheltered=np.array(sheltered, np.bool_),
    )


@st.composite
def markets(draw: st.DrawFn) -> Lists:
    holders = draw(st.integers(1, 6))
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 4),
                st.integers(0, holders - 1),
                st.integers(0, 1000).map(lambda tenths: tenths / 10),
            ),
            max_size=40,
        )
    )
    sheltered = draw(st.lists(st.booleans(), min_size=holders, max_size=holders))
    return lists_of(rows, tuple(sheltered))


rules = st.builds(
    Rule,
    trade=st.sampled_from((0.0, 0.05, 0.1, 0.4, 3.0)),
    places=st.integers(1, 12),
    taken=st.sampled_from((0.0, 4.0, 8.0)),
    given=st.sampled_from((0.0, 5.0)),
    floor=st.sampled_from((0.0, 0.2, 0.6, 1.0)),
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], 0), ([0, 0], 0), ([5], 0), ([3, 3, 3], 0), ([0, 1], 0.5), ([0, 0, 0, 8], 0.75),
     ([1, 2, 3, 4], 0.25), ([1, 3], 0.25)],
)  # fmt: skip
def test_known_values_of_gini(values: list[float], expected: float) -> None:
    assert gini(values) == pytest.approx(expected)


@given(arrays(np.float64, st.integers(1, 12), elements=amounts))
def test_gini_lies_between_0_and_one_for_all(values: np.ndarray) -> None:
    found = gini(values)

    assert 0 <= found <= (len(values) - 1) / len(values) + 1e-9
    total = values.sum()
    if total > 1e-3:
        pairs = np.abs(values[:, None] - values[None, :]).sum() / (2 * len(values) * total)
        assert found == pytest.approx(pairs, abs=1e-9)


@pytest.mark.parametrize("bad", [[-1.0, 2.0], [float("nan")]])
def test_what_is_no_amount_is_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        gini(bad)


def test_the_example_of_the_page() -> None:
    """docs/algorithms/exposure.md, section 3: one expert first in three lists."""
    rows = [(need, 0, 80.0) for need in range(3)] + [(need, need + 1, 78.0) for need in range(3)]
    lists = lists_of(rows, (False,) * 4)

    found = balance(lists, Rule(trade=0.1, floor=0.0))

    assert exposure(lists, np.zeros(4), Rule()).round(3).tolist() == [3.0, 0.631, 0.631, 0.631]
    assert found.before.gini == pytest.approx(0.363, abs=5e-4)
    assert found.points[0] < -2.0
    assert found.exposure.round(3).tolist() == [1.893, 1.0, 1.0, 1.0]
    assert found.after.gini == pytest.approx(0.137, abs=5e-4)
    assert found.after.relevance == pytest.approx(0.9943, abs=5e-4)


@given(markets(), rules)
def test_a_trade_of_nothing_is_the_plain_order(lists: Lists, rule: Rule) -> None:
    found = balance(lists, replace(rule, trade=0.0, floor=0.0))

    assert not found.points.any()
    assert found.before == found.after
    plain = sorted(
        range(len(lists.list)), key=lambda i: (lists.list[i], -lists.order[i], lists.tie[i])
    )
    place = places(lists, found.points)
    assert [place[i] for i in plain] == [
        1 + sum(lists.list[j] == lists.list[i] for j in plain[:at]) for at, i in enumerate(plain)
    ]


@given(markets(), rules)
def test_along_the_curve_neither_figure_rises(lists: Lists, rule: Rule) -> None:
    curve = balance(lists, rule).curve

    assert rule.trade in {point.trade for point in curve}
    for one, other in pairwise(curve):
        assert one.trade < other.trade
        assert other.gini <= one.gini
        assert other.relevance <= one.relevance


@given(markets(), rules)
def test_points_stay_within_their_bounds_and_far_better_pairs_stay_ahead(
    lists: Lists, rule: Rule
) -> None:
    found = balance(lists, rule)

    assert np.all((found.points >= -rule.taken) & (found.points <= rule.given))
    assert np.array_equal(found.points, found.points.round(1))
    assert np.all(found.points[~lists.sheltered] <= 0)
    place = places(lists, found.points)
    for i in range(len(place)):
        ahead = (lists.list == lists.list[i]) & (lists.order > lists.order[i] + 13.1)
        assert np.all(place[ahead] < place[i])


@given(markets(), rules)
def test_the_floor_holds_when_it_can_be_reached(lists: Lists, rule: Rule) -> None:
    found = balance(lists, rule)
    unlifted = found.points - found.lift * lists.sheltered
    steps = np.arange(0, rule.given + 0.25, 0.5)
    shares = [
        measure(lists, (unlifted + step * lists.sheltered).round(1), rule).sheltered
        for step in steps
    ]

    assert found.reached == (max(shares) >= rule.floor)
    assert found.after.sheltered == (
        max(shares) if not found.reached else next(share for share in shares if share >= rule.floor)
    )


@given(markets(), rules)
def test_the_figures_are_those_of_the_rows(lists: Lists, rule: Rule) -> None:
    found = balance(lists, rule)

    place = places(lists, found.points)
    by_hand = [0.0] * len(lists.sheltered)
    for holder, at in zip(lists.holder.tolist(), place.tolist(), strict=True):
        by_hand[holder] += 1 / np.log2(1 + at) if at <= rule.places else 0
    assert found.exposure == pytest.approx(by_hand)
    assert found.after.gini == pytest.approx(gini(by_hand))
    assert 0 <= found.after.relevance <= 1 + 1e-12
    assert found.before.relevance == pytest.approx(1)


def test_a_place_is_seen_less_and_less_and_then_not_at_all() -> None:
    assert seen(np.array([1, 3, 10, 11]), Rule()).round(3).tolist() == [1.0, 0.5, 0.289, 0.0]


def test_the_sheltered_are_lifted_no_further_than_the_floor() -> None:
    rows = [(need, holder, 80.0 - holder) for need in range(4) for holder in range(4)]
    lists = lists_of(rows, (False, False, False, True))

    found = balance(lists, Rule(trade=0.0, places=3, floor=0.2))

    assert (found.before.sheltered, found.lift, found.reached) == (0.0, 1.5, True)
    assert found.after.sheltered == pytest.approx(0.5 / 2.131, abs=1e-3)


def test_nobody_at_all_is_balanced_too() -> None:
    found = balance(lists_of([], ()))

    assert (found.before.gini, found.after.relevance, found.reached) == (0.0, 1.0, False)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"order": np.array([1.0, np.nan])}, "0 or more"),
        ({"order": np.array([1.0, -1.0])}, "0 or more"),
        ({"holder": np.array([0, 3])}, "not there"),
        ({"tie": np.array([0])}, "do not fit"),
    ],
)
def test_lists_that_make_no_sense_are_refused(
    changes: dict[str, np.ndarray],
    why: str,
) -> None:
    lists = lists_of([(0, 0, 1.0), (0, 1, 2.0)], (False, False))

    with pytest.raises(ValueError, match=why):
        balance(replace(lists, **changes))

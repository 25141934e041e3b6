"""The measures, against values worked out by hand."""

import math
from pathlib import Path

import pytest
from tests.engines.makers import HashEncoder, index_of

from kehui.engines.matching import Encoder, Listing, NoEncoder, evaluate, score
from kehui.engines.matching.evaluate import judge, ndcg, ordered, random_baseline, recall


def test_gains_fall_with_the_rank() -> None:
    assert ndcg([4, 3, 1]) == 1
    # levels 1 and 4: 1/log2(2) + 15/log2(3) over 15/log2(2) + 1/log2(3)
    assert ndcg([1, 4]) == pytest.approx((1 + 15 / math.log2(3)) / (15 + 1 / math.log2(3)))
    assert ndcg([1] * 10 + [4]) < ndcg([1] * 9 + [4, 1])


def test_the_strongest_in_the_first_ten_are_counted() -> None:
    assert recall([4, 1, 4]) == 1
    assert recall([1] * 9 + [4, 4, 4, 4]) == 0.25


def test_equal_scores_keep_no_order_of_names() -> None:
    levels = {"a": 1, "b": 2, "c": 3}

    assert ordered(levels, {"b": 2.0, "a": 1.0}) == [2, 1, 3]
    # SHA-256 begins with ca97 for a, 3e23 for b, 2e7d for c
    assert ordered(levels, {}) == [3, 2, 1]


def test_needs_without_a_good_partner_are_left_out() -> None:
    pairs = {"good": {"a": 3, "b": 1}, "weak": {"a": 2}, "strong": {"a": 4, "b": 4}}

    gain, found, counted = judge(pairs, {"good": {"a": 1.0}})

    assert (gain, found, counted) == (1, 1, 2)
    nothing = judge({"weak": {"a": 2}}, {})
    assert (math.isnan(nothing[0]), math.isnan(nothing[1]), nothing[2]) == (True, True, 0)


def test_chance_is_the_same_every_time_and_no_perfect_order() -> None:
    pairs = {"n": {str(number): 1 + (number == 7) * 3 for number in range(30)}}

    assert random_baseline(pairs) == random_baseline(pairs)
    assert 0 < random_baseline(pairs) < 0.6


@pytest.mark.parametrize("encoder", [HashEncoder(), NoEncoder()])
def test_an_evaluation_scores_the_judged_pairs_by_the_engine(
    tmp_path: Path, encoder: Encoder
) -> None:
    offers = {
        "salt": Listing(id=1, side="offer", title="高盐废水蒸发结晶"),
        "kiwi": Listing(id=2, side="offer", title="猕猴桃采后保鲜"),
    }
    needs = {
        "n1": Listing(id=11, side="need", title="高盐废水结晶"),
        "n2": Listing(id=12, side="need", title="猕猴桃保鲜期短"),
    }
    index = index_of(tmp_path, [*offers.values(), *needs.values()], encoder=encoder)
    right = {"n1": {"salt": 4, "kiwi": 1}, "n2": {"salt": 1, "kiwi": 4}}
    wrong = {need: {offer: 5 - level for offer, level in of.items()} for need, of in right.items()}
    told: list[int] = []

    found = evaluate(needs, offers, right, index=index, progress=told.append)

    assert (found.ndcg_at_10, found.recall_level4_at_10, found.needs) == (1, 1, 2)
    assert told == [1, 2]
    assert evaluate(needs, offers, wrong, index=index).ndcg_at_10 == pytest.approx(
        (1 + 15 / math.log2(3)) / (15 + 1 / math.log2(3))
    )
    assert score(index, needs["n1"], offers["salt"]).exact > 0

"""A learned order: it finds what is there, ignores where it was shown, and proves it."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.judged import market

from kehui.engines.matching import (
    COLUMNS,
    Demand,
    Judgement,
    Judgements,
    Ranker,
    RankerUnreadable,
    prove,
    rerank,
    trained,
)
from kehui.engines.matching.proof import Proof, interval
from kehui.engines.matching.ranker import Linear, as_refusal, fitted

LITTLE = Demand(pairs=100, needs=20, replies=10)
RULE, WORDS = COLUMNS.index("rule"), COLUMNS.index("lexical")


def weights(linear: Linear) -> list[float]:
    """Return the weights of the columns as they are, not as they were standardized."""
    return [one / spread for one, spread in zip(linear.weights, linear.spreads, strict=True)]


def ranker_of(rows: list[Judgement], **statistics: object) -> Ranker:
    return Ranker(trained(Judgements.of(rows)), "engine 1", statistics)


def test_what_people_want_is_found_behind_where_they_look() -> None:
    found = weights(fitted(Judgements.of(market(3_000, seed=1))))

    assert found[WORDS] == pytest.approx(2.0, abs=0.15)
    assert found[RULE] == pytest.approx(0.3, abs=0.15)
    others = [each for at, each in enumerate(found) if at not in (RULE, WORDS)]
    assert max(map(abs, others)) < 0.15


def test_silence_taken_for_refusal_would_blame_the_place() -> None:
    rows = market(3_000, seed=1)
    naive = [replace(each, position=1) for each in rows]  # as if everything were looked at

    found = weights(fitted(Judgements.of(naive)))

    assert found[RULE] > 0.6  # the rule looks twice as good as it is: it chose the places


def test_a_chance_is_as_often_a_reply_as_it_says() -> None:
    linear = trained(Judgements.of(market(3_000, seed=2)))
    fresh = Judgements.of(market(1_000, seed=3, biased=False))
    chances = 1 / (1 + np.exp(-linear.odds(fresh.features)))

    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        rows = (chances >= low) & (chances < low + 0.2)
        assert fresh.replied[rows].mean() == pytest.approx(chances[rows].mean(), abs=0.05)


def test_a_better_order_is_proved_on_needs_it_has_not_seen() -> None:
    proof = prove(Judgements.of(market(300, seed=4)))

    assert proof.holds
    assert proof.gain_low > 0
    assert proof.gain == pytest.approx(proof.ndcg_ranker - proof.ndcg_rule)
    assert proof.gain_low < proof.gain < proof.gain_high
    assert proof.log_loss_ranker < proof.log_loss_rule
    assert (proof.pairs, proof.needs) == (3_000, 300)
    assert proof.needs_measured <= proof.needs
    assert proof.calibration_error < 0.03
    assert sum(each.pairs for each in proof.bins) == 3_000


@pytest.mark.parametrize("seed", range(5))
def test_where_the_rule_is_all_there_is_to_know_nothing_is_proved(seed: int) -> None:
    proof = prove(Judgements.of(market(150, seed=seed, rule=2.0, hidden=0.0)))

    assert proof.why == "NDCG"
    assert not proof.holds


@pytest.mark.parametrize(
    ("demand", "why"),
    [
        (Demand(pairs=201, needs=20, replies=1), "PAIRS"),
        (Demand(pairs=200, needs=21, replies=1), "NEEDS"),
        (Demand(pairs=200, needs=20, replies=150), "REPLIES"),
    ],
)
def test_too_little_is_named_and_nothing_measured(demand: Demand, why: str) -> None:
    proof = prove(Judgements.of(market(20, seed=5)), demand=demand)

    assert proof.why == why
    assert math.isnan(proof.gain)


def test_needs_with_a_single_pair_measure_nothing() -> None:
    rows = market(200, seed=6, per_need=1, level=2.0)

    assert prove(Judgements.of(rows), demand=LITTLE).why == "NEEDS"


def test_a_better_order_with_worse_chances_stays_off(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = Judgements.of(market(300, seed=4))
    honest = prove(judged)

    def boastful(rows: Judgements, *, folds: int = 5) -> Linear:
        linear = trained(rows, folds=folds)
        return linear.stretched(9.0, 9.0) if rows.features.shape[1] > 1 else linear

    monkeypatch.setattr("kehui.engines.matching.proof.trained", boastful)
    proof = prove(judged)

    assert proof.why == "LOG_LOSS"
    assert (proof.ndcg_ranker > proof.ndcg_rule, honest.holds) == (True, True)


def test_pairs_of_one_need_are_never_on_both_sides_of_a_test() -> None:
    judged = Judgements.of(market(50, seed=7))

    folds = judged.folds(5)

    assert set(folds) == set(range(5))
    for need in set(judged.needs.tolist()):
        assert len(set(folds[judged.needs == need])) == 1
    assert (judged.folds(5) == folds).all()


def test_labels_that_only_name_their_need_are_not_learned() -> None:
    """A column that gives away the need would win if needs leaked from training to test."""
    rows = []
    draw = np.random.default_rng(8)
    for need in range(200):
        mood = float(draw.normal())
        for offer in range(8):
            features = dict.fromkeys(COLUMNS, 0.0) | {
                "rule": float(draw.normal()), "cosine": mood, "lexical": float(draw.normal()),
            }  # fmt: skip
            grade = 2 if draw.random() < 0.4 else 0
            rows.append(Judgement(
                need=need, offer=offer, features=features, grade=grade, is_silent=False, position=1,
            ))  # fmt: skip

    assert prove(Judgements.of(rows)).why == "NDCG"


def test_training_is_the_same_every_time_and_in_every_order() -> None:
    rows = market(60, seed=9)

    one, other = ranker_of(rows), ranker_of(rows)
    turned = ranker_of(list(reversed(rows)))

    assert one.version == other.version
    assert turned.linear.weights == pytest.approx(one.linear.weights, abs=1e-6)


def test_a_ranker_is_written_and_read_to_the_very_same_numbers() -> None:
    ranker = ranker_of(market(40, seed=10), pairs=400, note="盐")

    read = Ranker.read(json.loads(json.dumps(ranker.written())))

    assert read == ranker
    assert read.version == ranker.version
    assert ranker.version.startswith("ranker-")


@pytest.mark.parametrize(
    "broken",
    [
        {"form": 2},
        {"columns": ["rule"]},
        {"level": 0.25},
        {"level": "high"},
        {"weights": None},
        {"means": [1.0]},
        {"engine": "engine 2"},
        {"sha256": "0"},
    ],
)
def test_a_ranker_that_was_changed_is_not_read(broken: dict[str, object]) -> None:
    written = ranker_of(market(40, seed=10)).written()

    with pytest.raises(RankerUnreadable):
        Ranker.read(written | broken)
    with pytest.raises(RankerUnreadable):
        Ranker.read({name: value for name, value in written.items() if name not in broken})


def test_candidates_are_ordered_by_chance_and_equal_ones_by_number() -> None:
    ranker = ranker_of(market(60, seed=11))
    plain = dict.fromkeys(COLUMNS, 0.0)

    found = rerank([(7, plain), (3, plain), (5, plain | {"lexical": 3.0}), (9, {})], ranker)

    assert [number for number, _chance in found][:1] == [5]
    assert [number for number, _ in found].index(3) < [number for number, _ in found].index(7)
    assert all(0 < chance < 1 for _number, chance in found)
    assert [chance for _number, chance in found] == sorted(
        (chance for _number, chance in found), reverse=True
    )
    average = dict(zip(COLUMNS, ranker.linear.means, strict=True))
    assert ranker.chance({}) == ranker.chance(average)


def test_an_order_that_fails_on_fresh_needs_is_not_turned_around() -> None:
    linear = Linear((0.0,), (1.0,), (1.0,), 0.0)

    assert linear.stretched(0.0, -1.0).odds(np.array([[5.0], [-5.0]])).tolist() == [-1.0, -1.0]


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(0, 3), st.sampled_from([-9.0, -0.5, 9.0]))
def test_any_judgements_give_finite_weights(seed: int, needs: int, level: float) -> None:
    """Nobody replied, everybody did, one need, none at all: always a fit, never a NaN."""
    linear = trained(Judgements.of(market(needs, seed=seed, per_need=4, level=level)))

    assert np.isfinite([*linear.weights, linear.level]).all()
    assert linear.odds(np.zeros((2, len(COLUMNS)))).shape == (2,)


def test_the_interval_of_a_ratio_is_drawn_with_a_fixed_seed() -> None:
    gains, best = np.array([0.1, 0.2, 0.3, 0.0, -0.1]), np.array([1.0, 2.0, 1.0, 1.0, 3.0])

    low, high = interval(gains, best)

    assert interval(gains, best) == (low, high)
    assert low < gains.sum() / best.sum() < high


def test_a_proof_without_a_reason_against_it_holds() -> None:
    assert Proof("", 1, 1, 1).holds
    assert not Proof("PAIRS", 1, 1, 1).holds


def test_the_example_of_the_page() -> None:
    """docs/algorithms/feedback.md §3: silence at the fourth place, p = 0.5, s = 0.2."""
    judged = Judgements.of(
        [Judgement(need=1, offer=2, features={}, grade=0, is_silent=True, position=4)]
    )

    assert as_refusal(np.array([0.5]), judged, said=0.2).tolist() == pytest.approx([2 / 17])

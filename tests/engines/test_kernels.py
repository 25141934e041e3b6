"""Each compiled loop does what its plain-Python twin does."""

from typing import Any

import numpy as np
import pytest

from kehui.engines.matching import Indicator, kernels
from kehui.engines.matching.parts import budget_share, interval, satisfied


def twin(loop: Any) -> Any:
    return loop.py_func


@pytest.mark.parametrize("seed", range(5))
def test_accumulating_and_looking_up(seed: int) -> None:
    draw = np.random.default_rng(seed)
    matrix = draw.random((6, 40), np.float32) * (draw.random((6, 40)) < 0.4)
    offsets = np.concatenate([[0], np.cumsum((matrix > 0).sum(axis=1))])
    rows = np.concatenate([np.flatnonzero(line) for line in matrix]).astype(np.int32)
    values = np.concatenate([line[line > 0] for line in matrix]).astype(np.float32)
    terms = np.array([0, 2, 5])
    weights = draw.random(3, np.float32)
    fast, slow = np.zeros(40, np.float32), np.zeros(40, np.float32)

    kernels.accumulate(terms, weights, offsets, rows, values, fast)
    twin(kernels.accumulate)(terms, weights, offsets, rows, values, slow)
    found = kernels.lookup(terms, offsets, rows, values, np.arange(40))

    assert fast.tolist() == slow.tolist()
    assert found.T.tolist() == matrix[terms].astype(np.float32).tolist()
    assert np.allclose(fast, weights @ matrix[terms])


@pytest.mark.parametrize("seed", range(5))
def test_products_of_small_integers_are_exact(seed: int) -> None:
    draw = np.random.default_rng(seed)
    one, other = draw.integers(-127, 128, (2, 512)).astype(np.int8)

    assert kernels.dot(one, other) == int(one.astype(np.int64) @ other.astype(np.int64))
    assert twin(kernels.dot)(one, other) == kernels.dot(one, other)


@pytest.mark.parametrize("seed", range(20))
def test_the_heaviest_terms_are_those_a_sort_would_take(seed: int) -> None:
    draw = np.random.default_rng(seed)
    tf = draw.integers(1, 6, 12).astype(float)
    rarity = draw.integers(1, 4, 12).astype(float)
    known = draw.random(12) < 0.7
    results = []
    for loop in (kernels.heaviest, twin(kernels.heaviest)):
        keep, weights = np.zeros(12, np.bool_), np.zeros(12, np.float32)
        loop(np.array([0, 12]), np.arange(12), tf, rarity, known, 5, 1.2, 8.0, 0.1, keep, weights)
        results.append((keep.tolist(), weights[keep].tolist()))
    product = tf * 9 / (tf + 8) * rarity
    wanted = sorted(range(12), key=lambda i: (not known[i], -product[i], i))[:5]

    assert results[0] == results[1]
    assert np.flatnonzero(results[0][0]).tolist() == sorted(wanted)


@pytest.mark.parametrize("seed", range(40))
def test_indicators_and_budgets_are_those_of_the_definition(seed: int) -> None:
    draw = np.random.default_rng(seed)
    low, value = draw.integers(1, 60, 2).tolist()
    wanted = interval(Indicator("a", (">=", "<=", "=")[seed % 3], low, None, "%"))
    reached = interval(Indicator("a", "range", value, value + 5, "%"))
    prices = [int(each) if each > 5 else None for each in draw.integers(0, 30, 4)]
    unknown = [-1 if each is None else each for each in prices]

    assert kernels.answer(*wanted, *reached) == satisfied(wanted, reached)
    assert kernels.budget(
        row_is_need=False,
        row_low=unknown[2],
        row_high=unknown[3],
        query_low=unknown[0],
        query_high=unknown[1],
        neutral=0.5,
    ) == budget_share(*prices)

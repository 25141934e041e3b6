"""Each compiled loop, and its interpreted twin, does what its definition says."""

import heapq
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kehui.engines.loops import cache_folder
from kehui.engines.matching import Indicator, Listing, kernels
from kehui.engines.matching.columns import Columns
from kehui.engines.matching.facets import facets, factor
from kehui.engines.matching.parts import (
    NEUTRAL,
    budget_share,
    indicators_share,
    interval,
    names_alike,
    satisfied,
)
from kehui.engines.matching.represent import K1, OFFER_TITLE, B, impacts
from kehui.engines.matching.table import assemble
from kehui.engines.text.units import measure

Loop = Callable[..., Any]
INDICATORS = st.builds(
    Indicator,
    name=st.sampled_from(["回收率", "盐回收率", "强度", ""]),
    comparator=st.sampled_from([">=", "<=", "=", "range"]),
    value=st.integers(-20, 60),
    upper=st.none() | st.integers(-20, 60),
    unit=st.sampled_from(["%", "MPa", "GPa"]),
)
FEN = st.none() | st.integers(0, 40)


def ways(loop: Any) -> tuple[Loop, Loop]:
    """Return the compiled loop and its interpreted twin."""
    return loop, loop.py_func


def postings_of(matrix: Any) -> tuple[Any, Any, Any]:
    """Return the entries of a matrix of terms by rows, as offsets, rows and values."""
    offsets = np.concatenate([[0], np.cumsum((matrix > 0).sum(axis=1))])
    rows = np.concatenate([np.flatnonzero(line) for line in matrix]).astype(np.int32)
    return offsets, rows, np.concatenate([line[line > 0] for line in matrix]).astype(np.float32)


@pytest.mark.parametrize("seed", range(5))
def test_accumulating_and_looking_up_are_products_with_the_matrix(seed: int) -> None:
    draw = np.random.default_rng(seed)
    matrix = draw.random((6, 40), np.float32) * (draw.random((6, 40)) < 0.4)
    offsets, rows, values = postings_of(matrix)
    terms = np.array([0, 2, 5])
    weights = draw.random(3, np.float32)

    for loop in ways(kernels.accumulate):
        scores = np.zeros(40, np.float32)
        loop(terms, weights, offsets, rows, values, scores)
        assert np.allclose(scores, weights @ matrix[terms])
    for loop in ways(kernels.accumulate_presence):
        scores = np.zeros(40, np.float32)
        loop(terms, weights, offsets, rows, scores)
        assert np.allclose(scores, weights @ (matrix[terms] > 0))
    for loop in ways(kernels.lookup):
        found = loop(terms, offsets, rows, values, np.arange(40))
        assert found.T.tolist() == matrix[terms].astype(np.float32).tolist()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("middle", [0, 7, 33])
def test_stretches_are_gathered_one_after_the_other_from_any_one_on(seed: int, middle: int) -> None:
    draw = np.random.default_rng(seed)
    matrix = draw.random((6, 40), np.float32) * (draw.random((6, 40)) < 0.4)
    postings = postings_of(matrix)
    terms, weights = np.array([4, 0, 2, 5]), draw.random(4, np.float32)  # the first is another's

    for loop in ways(kernels.gather):
        cursors, found = postings[0][terms].astype(np.int64), []
        for first in range(middle, 40, 9):
            lexical = np.zeros(min(9, 40 - first), np.float32)
            loop(first, 1, 4, terms, weights, cursors, *postings, lexical)
            found.append(lexical)
        assert np.allclose(np.concatenate(found), (weights[1:] @ matrix[terms[1:]])[middle:])


@pytest.mark.parametrize("seed", range(5))
def test_products_of_small_integers_are_exact(seed: int) -> None:
    draw = np.random.default_rng(seed)
    vectors = draw.integers(-127, 128, (4, 512)).astype(np.int8)
    exact = (vectors.astype(np.int64) @ vectors[0].astype(np.int64)).tolist()

    for loop in ways(kernels.dot):
        assert [int(loop(vectors[0], each)) for each in vectors] == exact
    for loop in ways(kernels.dots):
        out = np.zeros(2, np.int32)
        loop(vectors[0], vectors, np.array([3, 1]), out)
        assert out.tolist() == [exact[3], exact[1]]


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_products_with_levels_are_exact_up_to_their_last_bit(seed: int, words: int) -> None:
    draw = np.random.default_rng(seed)
    levels = draw.integers(0, 4, (8, words))
    query = draw.integers(-(most := 32_767 // (3 * 8 * words)), most + 1, (8, words))
    codes = (levels << np.arange(0, 16, 2)[:, None]).sum(axis=0).astype(np.uint16)

    for loop in ways(kernels.levels):
        assert int(loop(query.astype(np.int16), codes)) == int((query * levels).sum())


@pytest.mark.parametrize("seed", range(10))
def test_entries_are_sorted_by_term_and_keep_the_order_of_their_documents(seed: int) -> None:
    draw = np.random.default_rng(seed)
    terms = draw.integers(0, 5, 30)
    rows = np.sort(draw.integers(0, 9, 30)).astype(np.int32)
    values = draw.random(30, np.float32)
    title, body = draw.integers(0, 4, (2, 30)).astype(np.uint8)
    lengths, rarity = draw.random(9) * 50, draw.random(5)
    order = np.argsort(terms, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(terms, minlength=5))])[:-1]
    wanted = impacts(OFFER_TITLE * title.astype(float) + body, lengths[rows], rarity[terms], 20.0)

    for loop in ways(kernels.scatter):
        out_rows, out = np.zeros(30, np.int32), np.zeros(30, np.float32)
        loop(rows, terms, values, starts.copy(), out_rows, out)
        assert (out_rows.tolist(), out.tolist()) == (rows[order].tolist(), values[order].tolist())
    for loop in ways(kernels.scatter_impacts):
        out_rows, out = np.zeros(30, np.int32), np.zeros(30, np.float32)
        loop(
            rows, terms, title, body, lengths, rarity, OFFER_TITLE, K1, B, 20.0,
            starts.copy(), out_rows, out,
        )  # fmt: skip
        assert out_rows.tolist() == rows[order].tolist()
        assert np.allclose(out, wanted[order])


@pytest.mark.parametrize("seed", range(20))
def test_the_heaviest_terms_are_those_a_sort_would_take(seed: int) -> None:
    draw = np.random.default_rng(seed)
    tf = draw.integers(1, 6, 12).astype(float)
    rarity = draw.integers(1, 4, 12).astype(float)
    known = draw.random(12) < (0.0 if seed == 0 else 0.7)
    weight = tf * 9 / (tf + 8)
    wanted = sorted(range(12), key=lambda i: (not known[i], -weight[i] * rarity[i], i))[:5]
    counted = [i for i in wanted if known[i]] or wanted
    ceiling = sum(weight[i] * rarity[i] * 2.2 for i in counted)

    for loop in ways(kernels.heaviest):
        keep, weights = np.zeros(12, np.bool_), np.zeros(12, np.float32)
        loop(np.array([0, 12]), np.arange(12), tf, rarity, known, 5, 1.2, 8.0, 0.1, keep, weights)
        assert np.flatnonzero(keep).tolist() == sorted(wanted)
        assert np.allclose(weights[keep], weight[keep] * 0.1 / np.sqrt(ceiling))


def test_terms_that_every_listing_has_weigh_nothing() -> None:
    for loop in ways(kernels.heaviest):
        keep, weights = np.zeros(2, np.bool_), np.ones(2, np.float32)
        loop(
            np.array([0, 2]), np.arange(2), np.ones(2), np.zeros(2), np.ones(2, np.bool_),
            5, 1.2, 8.0, 0.1, keep, weights,
        )  # fmt: skip
        assert (keep.tolist(), weights.tolist()) == ([True, True], [0.0, 0.0])


@given(INDICATORS, INDICATORS)
def test_an_interval_answers_as_the_definition_says(wanted: Indicator, reached: Indicator) -> None:
    pair = interval(wanted), interval(reached)

    for loop in ways(kernels.answer):
        assert loop(*pair[0], *pair[1]) == satisfied(*pair)


@given(st.lists(INDICATORS, max_size=3), st.lists(INDICATORS, max_size=3))
@settings(deadline=None)
def test_indicators_answer_as_the_definition_says(
    need: list[Indicator], offer: list[Indicator]
) -> None:
    units = sorted({measure(each.unit).dimension for each in (*need, *offer)})
    for row_is_need in (True, False):
        row, query = (need, offer) if row_is_need else (offer, need)
        other = [Indicator("回收率", "=", 1, None, "%")]  # of the row before: not to be read
        names = [each.name for each in (*other, *row)]
        arrays = (
            np.arange(len(names)),
            np.array([0, *(units.index(measure(each.unit).dimension) for each in row)]),
            np.array([interval(each)[0] for each in (*other, *row)], float),
            np.array([interval(each)[1] for each in (*other, *row)], float),
            np.array([0, 1, 1 + len(row)]),
            np.array([[names_alike(e.name, n) for n in names] for e in query]).reshape(
                -1, len(names)
            ),
            np.array([units.index(measure(each.unit).dimension) for each in query], int),
            np.array([interval(each)[0] for each in query], float),
            np.array([interval(each)[1] for each in query], float),
        )
        for loop in ways(kernels.indicator_share):
            share = loop(1, row_is_need, *arrays, NEUTRAL["indicators"])
            assert share == pytest.approx(indicators_share(need, offer))


@given(FEN, FEN, FEN, FEN)
def test_budgets_are_those_of_the_definition(
    budget_low: int | None, budget_high: int | None, price_low: int | None, price_high: int | None
) -> None:
    need = Listing(
        id=1, side="need", title="", price_low_fen=budget_low, price_high_fen=budget_high
    )
    offer = Listing(
        id=2, side="offer", title="", price_low_fen=price_low, price_high_fen=price_high
    )
    wanted = budget_share(budget_low, budget_high, price_low, price_high)

    for asking, row in ((need, offer), (offer, need)):
        columns = Columns(row.side)
        columns.add(row)
        nothing = {"length": np.zeros(1)}
        table = assemble(columns, nothing, np.zeros((1, 0), np.int8), np.zeros(1, np.float32))
        its, out = facets(table), np.zeros(1, np.float32)
        for loop in ways(kernels.even_base):
            loop(its.price, its.reply, factor(asking), 0, 0, 1, NEUTRAL["budget"], out)
            assert out[0] == pytest.approx(wanted, rel=1e-6, abs=1e-6)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.integers(0, 30))
def test_the_worst_of_a_heap_makes_room(scores: list[int], better: int) -> None:
    heap = [(float(each), row) for row, each in enumerate(scores)]
    heapq.heapify(heap)
    size, root = len(heap), heap[0]
    wanted = sorted([*heap[1:], (root[0] + better, 99)])

    for loop in ways(kernels.sift):
        values, rows = (np.array(each) for each in zip(*heap, strict=True))
        loop(values, rows, size, root[0] + better, 99)
        assert sorted(zip(values.tolist(), rows.tolist(), strict=True)) == wanted
        assert all(values[(i - 1) // 2] <= values[i] for i in range(1, size))


@given(st.lists(st.integers(-5, 30), max_size=200), st.integers(1, 12))
def test_a_heap_keeps_the_best_of_a_stream(scores: list[int], room: int) -> None:
    best = sorted(scores, reverse=True)[:room]

    for loop in ways(kernels.push):
        values, rows, size = np.zeros(room), np.zeros(room, np.int64), 0
        for row, each in enumerate(scores):
            size = loop(values, rows, size, float(each), row)
        assert sorted(values[:size].tolist(), reverse=True) == best
        assert [scores[row] for row in rows[:size]] == values[:size].tolist()
        assert len(set(rows[:size].tolist())) == size
    for loop in ways(kernels.highest):
        found = loop(np.array(scores, np.float32), room)
        assert len(set(found.tolist())) == len(found)
        assert sorted((scores[row] for row in found), reverse=True) == [b for b in best if b >= 0]


def test_loops_are_kept_in_a_folder_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    home, temporary = tmp_path / "home" / "kehui" / "numba", tmp_path / "temporary"
    ours = str(temporary / f"kehui-{os.getuid()}")

    assert cache_folder() == str(home)
    assert home.stat().st_mode & 0o077 == 0

    access, uid = os.access, os.getuid()
    with monkeypatch.context() as read_only:
        read_only.setattr(os, "access", lambda path, how: path != home and access(path, how))
        assert cache_folder() == ours
    with monkeypatch.context() as strange:  # somebody else made both of them
        strange.setattr(os, "getuid", lambda: uid + 1)
        (temporary / f"kehui-{uid + 1}").mkdir()
        assert cache_folder() == ""
    home.rmdir()
    home.write_text("a file where the folder should be")
    assert cache_folder() == ours

"""Compiled or interpreted, the loops do the same: on small markets, each is run both ways."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from tests.engines.makers import HashEncoder, index_of, market

from kehui.engines.matching import Index, Listing, Scored, kernels, match, score, search
from kehui.engines.matching.batch import Rematch
from kehui.engines.matching.changes import changed_lists, deep
from kehui.engines.matching.sweeping import NOBODY, Rule
from kehui.engines.text import Lexicon

OUTER: Final = {
    "accumulate", "scatter", "scatter_impacts", "heaviest", "bounds", "highest", "select",
    "accumulate_presence", "dots", "lookup", "least_products", "within_reach", "posting_counts",
    "turn", "sweep", "lexicals", "shared_lexicals", "row_sums", "pair_dots",
}  # fmt: skip
# Called by compiled loops, which know no stand-ins: held to their twins in test_kernels.py
INNER: Final = {
    "dot", "levels", "answer", "indicator_share", "push", "sift", "even_base", "told_points",
    "even_points", "gather", "exact_sum", "fill",
}  # fmt: skip
MVR = Lexicon({"MVR": ["机械蒸汽再压缩"], "竹浆纤维": ["白酒糟"]})
Called = dict[str, int]


def close(one: Any, other: Any) -> bool:
    return bool(np.allclose(one, other, rtol=1e-5, atol=1e-6))


def copied(argument: Any) -> Any:
    if isinstance(argument, tuple):
        return tuple(map(copied, argument))
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def plainly(fast: Any, *arguments: Any) -> Any:
    """Run the interpreted twin of a loop; those that the sweep calls are interpreted, too."""
    loop = fast.py_func
    around = loop.__globals__
    with pytest.MonkeyPatch.context() as patch:
        for each in INNER & set(around) if loop.__name__ == "sweep" else ():
            patch.setitem(around, each, around[each].py_func)
        return loop(*arguments)


def both_ways(name: str, called: Called) -> Callable[..., Any]:
    """Return the loop as a function that runs both twins and compares all they have written."""
    fast: Any = getattr(kernels, name)

    def run(*arguments: Any) -> Any:
        called[name] = called.get(name, 0) + 1
        copies = [copied(each) for each in arguments]
        answer, twin = fast(*copies), plainly(fast, *arguments)
        assert (answer is None) == (twin is None)
        assert answer is None or close(answer, twin), name
        for one, other in zip(copies, arguments, strict=True):
            if isinstance(one, np.ndarray) and name != "select":
                assert close(one, other), name
            if isinstance(one, tuple) and name == "sweep":
                # Of rows that score nearly the same another may be kept, at another place
                pairs = zip(one, other, strict=True)
                assert all(
                    close(np.sort(a), np.sort(b))
                    for a, b in pairs
                    if a.ndim and a.dtype.kind == "f"
                )
        if name == "select":  # of rows that score nearly the same another may be kept
            assert close(np.sort(copies[-2]), np.sort(arguments[-2]))
        return twin

    return run


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Called:
    """Run the loops both ways, and count the calls."""
    counts: Called = {}
    for name in OUTER:
        monkeypatch.setattr(kernels, name, both_ways(name, counts))
    return counts


def plain(found: list[Scored]) -> list[tuple[int, float]]:
    return [(each.id, each.exact) for each in found]


def best_by_definition(index: Index, asking: Listing, others: list[Listing], k: int) -> Any:
    found = []
    for other in others:
        if other.side != asking.side and other.is_open and other.owner != (asking.owner or -1):
            pair = (asking, other) if asking.side == "need" else (other, asking)
            found.append((other.id, score(index, *pair).exact))
    return sorted(found, key=lambda each: (-each[1], each[0]))[:k]


def test_every_loop_is_held_to_its_twin() -> None:
    compiled = {name for name, each in vars(kernels).items() if hasattr(each, "py_func")}

    assert compiled == OUTER | INNER


@pytest.mark.parametrize("seed", range(3))
def test_interpreted_loops_find_the_matches_of_the_definition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, called: Called, seed: int
) -> None:
    listings = market(seed, offers=150, needs=12)
    index = index_of(tmp_path, listings[5:], delta=listings[:5], encoder=HashEncoder(), lexicon=MVR)

    for asking in (*listings[-3:], *listings[:2]):
        assert plain(match(index, asking, k=2)) == best_by_definition(index, asking, listings, 2)
    assert search(index, "高盐废水蒸发结晶", side="offer").total > 0
    run = Rematch(index, Rule(k=2))
    list(run.steps(7))
    with monkeypatch.context() as patch:
        patch.setattr("kehui.engines.matching.settled.MANY", 60)  # offers are many, needs few
        found = run.lists()
    for side in ("need", "offer"):
        for number, partners in zip(found[side].ids, found[side].partners, strict=True):
            asking = next(each for each in listings if each.id == number)
            wanted = best_by_definition(index, asking, listings, 2)
            assert [each for each in partners.tolist() if each != NOBODY] == [n for n, _ in wanted]

    assert set(called) == OUTER


@pytest.mark.usefixtures("called")
def test_interpreted_loops_find_the_lists_that_changes_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehui.engines.matching.sweeping.STRETCH", 20)
    listings = market(3, offers=60, needs=12)
    fixed = index_of(tmp_path, listings[2:-1], encoder=HashEncoder(), lexicon=MVR)
    delta, removed = [listings[0], listings[1], listings[-1]], [listings[7].id]
    index = Index(fixed.snapshot, delta, removed, encoder=HashEncoder(), lexicon=MVR)
    rule = Rule(k=2, today=150, tier=1)
    before, now = Rematch(fixed, deep(rule)), Rematch(index, rule)
    list(before.steps(50)), list(now.steps(50))

    found, wanted = changed_lists(index, before.lists(), rule), now.lists()

    for side in ("need", "offer"):
        every = dict(zip(wanted[side].ids, wanted[side].partners.tolist(), strict=True))
        assert len(found[side].ids)
        for number, line in zip(found[side].ids, found[side].partners.tolist(), strict=True):
            assert line == every[number]


@pytest.mark.usefixtures("called")
def test_interpreted_loops_rank_by_words_alone_without_vectors(tmp_path: Path) -> None:
    listings = market(7)
    index = index_of(tmp_path, listings)

    for asking in listings[::20]:
        assert plain(match(index, asking, k=5)) == best_by_definition(index, asking, listings, 5)


@pytest.mark.parametrize("seed", range(3))
def test_no_row_scores_above_its_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """The rows that are skipped are skipped by this promise."""
    listings = market(seed, offers=40, needs=10)
    index = index_of(tmp_path, listings, encoder=HashEncoder(), lexicon=MVR)
    bounds, seen = kernels.bounds, []

    def noted(*arguments: Any) -> Any:
        seen.append((bounds(*arguments), arguments[1]))
        return seen[-1][0]

    monkeypatch.setattr(kernels, "bounds", noted)
    for asking in (listings[0], listings[-1]):
        match(index, asking)
        upper, allowed = seen[-1]
        table = index.shards["need" if asking.side == "offer" else "offer"][0].table
        others = {each.id: each for each in listings}
        assert allowed.any()
        for row, most in enumerate(upper):
            other = others[int(table.ids[row])]
            pair = (asking, other) if asking.side == "need" else (other, asking)
            if allowed[row]:
                assert score(index, *pair).exact <= most + 1e-3
            else:
                assert most == -1

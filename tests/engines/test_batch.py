"""A match of everything with everything gives each listing what `match` gives it by itself."""

import math
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.engines.makers import HashEncoder, index_of, listing, market

from kehui.engines.matching import Index, Listing, Scored, changes, kernels, lists, match
from kehui.engines.matching.batch import Rematch
from kehui.engines.matching.changes import changed_lists, deep
from kehui.engines.matching.kernels.sums import PARTIALS
from kehui.engines.matching.listing import CALL, PERSON
from kehui.engines.matching.lists import Lists
from kehui.engines.matching.match import answers
from kehui.engines.matching.question import Question
from kehui.engines.matching.sweeping import NOBODY, Rule
from kehui.engines.text import Lexicon

MVR = Lexicon({"MVR": ["机械蒸汽再压缩"], "竹浆纤维": ["慈竹纸浆"]})
Plain = dict[int, list[tuple[int, float]]]


def plain(found: Lists) -> Plain:
    return {
        int(id_): [
            (int(other), float(score))
            for other, score in zip(partners, scores, strict=True)
            if other != NOBODY
        ]
        for id_, partners, scores in zip(found.ids, found.partners, found.scores, strict=True)
    }


def one_by_one(index: Index, listings: list[Listing], side: str, rule: Rule) -> Plain:
    return {
        each.id: [
            (found.id, found.exact)
            for found in match(index, each, k=rule.k, today=rule.today, tier=rule.tier)
        ]
        for each in listings
        if each.side == side and each.is_open
    }


def rematched(index: Index, rule: Rule, *, threads: int = 1, at_a_time: int = 20) -> Rematch:
    run = Rematch(index, rule, threads=threads)
    list(run.steps(at_a_time))
    return run


def all_lists(run: Rematch) -> tuple[Plain, Plain]:
    found = run.lists()
    return plain(found["need"]), plain(found["offer"])


@pytest.mark.parametrize("seed", range(3))
def test_a_full_match_is_that_of_single_questions(tmp_path: Path, seed: int) -> None:
    listings = market(seed, offers=120, needs=50)
    delta, fixed = listings[:15] + listings[-5:], listings[8:-5]  # some are replaced, some new
    index = index_of(tmp_path, fixed, delta=delta, encoder=HashEncoder(), lexicon=MVR)

    for rule, threads in ((Rule(k=4), 1), (Rule(k=3, today=150, tier=1), 2), (Rule(k=90), 2)):
        needs, offers = all_lists(rematched(index, rule, threads=threads))
        assert needs == one_by_one(index, listings, "need", rule)
        assert offers == one_by_one(index, listings, "offer", rule)


def test_persons_and_calls_are_in_nobodys_list(tmp_path: Path) -> None:
    draw = random.Random(7)  # a made-up market
    listings = [
        replace(each, kind=draw.choice(("service", PERSON if each.side == "offer" else CALL)))
        for each in market(2, offers=60, needs=30)
    ]
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    rule = Rule(k=5)

    needs, offers = all_lists(rematched(index, rule))

    assert needs == one_by_one(index, listings, "need", rule)
    assert offers == one_by_one(index, listings, "offer", rule)
    hidden = {each.id for each in listings if each.kind != "service"}
    assert not hidden & {
        other for found in (needs, offers) for row in found.values() for other, _ in row
    }


def test_a_gap_in_the_heap_settles_most_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lists above are those of the pass, not of the questions asked again one by one."""
    listings = market(1, offers=900, needs=40)
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    again: list[int] = []

    def counted(held: Index, question: Question, **options: Any) -> list[Scored]:
        again.append(question.listing.id)
        return answers(held, question, **options)

    monkeypatch.setattr(lists, "answers", counted)
    needs, offers = all_lists(rematched(index, Rule(k=5)))

    assert needs == one_by_one(index, listings, "need", Rule(k=5))
    assert len(again) < 0.1 * (len(needs) + len(offers))


def test_lists_of_words_alone_and_of_equal_listings(tmp_path: Path) -> None:
    offers = [Listing(id=n, side="offer", title="高盐废水蒸发", owner=n) for n in range(60, 0, -1)]
    needs = [Listing(id=n, side="need", title="高盐废水结晶", owner=1) for n in range(99, 90, -1)]
    index = index_of(tmp_path, [*offers, *needs])

    found, back = all_lists(rematched(index, Rule(k=4)))

    assert {id_: [n for n, _ in line] for id_, line in found.items()} == {
        id_: [2, 3, 4, 5] for id_ in range(91, 100)
    }
    assert [n for n, _ in back[60]] == [91, 92, 93, 94]
    assert back[1] == []


def test_an_empty_side_leaves_empty_lists(tmp_path: Path) -> None:
    for listings in ([], market(1, offers=3, needs=0), market(1, offers=0, needs=3)):
        index = index_of(tmp_path, listings, encoder=HashEncoder())
        needs, offers = all_lists(rematched(index, Rule(k=4)))
        assert [line for line in (*needs.values(), *offers.values()) if line] == []
        assert len(needs) + len(offers) == sum(each.is_open for each in listings)


def test_a_run_goes_on_where_it_was_saved(tmp_path: Path) -> None:
    listings = market(2)
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    rule, file = Rule(k=4), tmp_path / "run.npz"
    whole = rematched(index, rule)
    first = Rematch(index, rule)
    steps = first.steps(7)
    assert [next(steps), next(steps)] == [7, 14]
    first.write(file, "night")

    second = Rematch(index, rule)
    assert second.resume(file, "night")
    assert list(second.steps(10)) == [20, len(whole.which["need"])]  # other steps than before

    assert all_lists(second) == all_lists(whole)


def test_what_was_saved_of_something_else_is_not_taken_up(tmp_path: Path) -> None:
    run = Rematch(index_of(tmp_path, market(2), encoder=HashEncoder()), Rule(k=4))
    file = tmp_path / "run.npz"

    assert not run.resume(file, "night")
    run.write(file, "night")
    assert not run.resume(file, "another night")
    file.write_bytes(file.read_bytes()[:-200])
    assert not run.resume(file, "night")
    assert run.done == 0


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("share", "reserve"), [(20, 8), (3, 8), (3, 1), (2, 0)])
def test_changes_alone_give_the_lists_of_a_full_match(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, share: int, reserve: int
) -> None:
    monkeypatch.setattr(changes, "RESERVE", reserve)
    listings = market(seed, offers=120, needs=50)
    draw = random.Random(seed)  # a made-up market
    rule = Rule(k=4, today=150, tier=2)
    fixed = index_of(tmp_path, listings, encoder=HashEncoder(), lexicon=MVR)
    before = rematched(fixed, deep(rule)).lists()
    told = {side: plain(before[side]) for side in before}
    touched = draw.sample(listings, len(listings) // share)
    delta = [listing(draw, each.id, each.side) for each in touched[1::2]]
    delta += [listing(draw, 900, "offer"), listing(draw, 20_000, "need")]
    removed = [each.id for each in touched[::2]]
    index = Index(fixed.snapshot, delta, removed, encoder=HashEncoder(), lexicon=MVR)

    found = changed_lists(index, before, rule)

    wanted = dict(zip(("need", "offer"), all_lists(rematched(index, rule)), strict=True))
    for side in before:
        lists_now = {n: line[: rule.k] for n, line in told[side].items()} | plain(found[side])
        assert {n: lists_now[n] for n in wanted[side]} == wanted[side]
        fresh = {each.id for each in delta}
        assert all(
            told[side][n][: rule.k] != line
            for n, line in plain(found[side]).items()
            if n not in fresh
        )


def test_nothing_changed_changes_no_list(tmp_path: Path) -> None:
    index = index_of(tmp_path, market(3), encoder=HashEncoder())
    before = rematched(index, deep(Rule(k=4))).lists()

    found = changed_lists(index, before, Rule(k=4), threads=2)

    assert [len(found[side].ids) for side in found] == [0, 0]


@pytest.mark.parametrize("side", ["need", "offer"])
def test_the_first_of_a_side_enters_the_lists_of_the_other(tmp_path: Path, side: str) -> None:
    listings = market(3, offers=5, needs=4)
    fixed = index_of(tmp_path, [each for each in listings if each.side != side])
    before = rematched(fixed, deep(Rule(k=4))).lists()
    index = Index(fixed.snapshot, [each for each in listings if each.side == side])

    for now in (fixed, index):
        found = changed_lists(now, before, Rule(k=4))
        wanted = dict(zip(("need", "offer"), all_lists(rematched(now, Rule(k=4))), strict=True))
        for each in before:
            lists_now = plain(before[each]) | plain(found[each])
            assert {n: lists_now[n] for n in wanted[each]} == wanted[each]


def test_many_pairs_are_settled_as_few_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listings = market(4)
    index = index_of(tmp_path, listings, delta=listings[:9], encoder=HashEncoder(), lexicon=MVR)
    few = all_lists(rematched(index, Rule(k=4)))
    monkeypatch.setattr("kehui.engines.matching.settled.MANY", 1)
    monkeypatch.setattr("kehui.engines.matching.batch.PAIRS", 50)

    assert all_lists(rematched(index, Rule(k=4))) == few


numbers = st.floats(-1e12, 1e12).filter(lambda each: each == 0 or abs(each) > 1e-12)


@given(st.lists(numbers, max_size=40))
@example([])
@example([1.0, 1.0])
@example([1e12, 1e-9, 1.0, 1e-9])
def test_an_exact_sum_is_that_of_the_standard_library(values: list[float]) -> None:
    rows = np.array([values], np.float64).reshape(1, len(values))
    for loop in (kernels.exact_sum, kernels.exact_sum.py_func):  # type: ignore[attr-defined]
        assert loop(rows[0], np.empty(PARTIALS)) == math.fsum(values)
    out = np.empty(1)
    kernels.row_sums(rows, out)
    assert out[0] == math.fsum(values)


@pytest.mark.parametrize(
    "values",
    [
        [1e16, 1.0, 1e-16],  # half way between two doubles: what is below decides
        [1e16, 1.0, -1e-16],
        [-1e16, -1.0, -1e-16],
        [1e16, 0.5, 1e-17],  # nearer to one
        [1e16, 1.0, -1e16],  # what is left of a sum that cancels
    ],
)
def test_a_sum_is_rounded_once(values: list[float]) -> None:
    for loop in (kernels.exact_sum, kernels.exact_sum.py_func):  # type: ignore[attr-defined]
        assert loop(np.array(values), np.empty(PARTIALS)) == math.fsum(values)

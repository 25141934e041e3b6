"""The loops over characters and pairs say the same interpreted as compiled, in every branch."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.engines.test_doubles import said, words

from kehui.engines.doubles import (
    ahead,
    alike,
    find,
    index_of,
    keys_of,
    loops,
    pairing,
    read,
)

LOOPS = [
    (module, name)
    for module in (loops, pairing)
    for name, each in vars(module).items()
    if hasattr(each, "py_func") and each.py_func.__module__ == module.__name__
]


def told(made: list[str]) -> list[Any]:
    texts = read(made).texts
    found = find(texts)
    return [
        said(texts),
        keys_of(texts),
        found.cluster.tolist(),
        found.within.tolist(),
        [alike(index_of(texts), texts, texts[number]) for number in range(0, len(made), 5)],
    ]


@pytest.fixture(scope="module")
def made() -> list[str]:
    """Return few short texts that repeat each other in each way: plain Python takes its time."""
    draw = random.Random(5)
    one, other, third = (words(draw, 70) for _ in range(3))
    edited = [f"{one[:at]}改{one[at + 1 :]}" for at in (5, 30, 60)]
    nearly = [
        f"{third[:at]}改{third[at + 1 : 30]}改{third[31:50]}改{third[51:]}" for at in (5, 9, 13)
    ]
    half = words(draw, 100)
    parts = [half + words(draw, size) for size in (50, 90)]
    whole = [one, *edited, one + other, third + one + other, other, one, *nearly, third]
    return [*whole, *parts, "", "盐", "盐，好！😀", "高盐" * 40, f"{'高盐' * 40}水"]


def test_each_loop_says_the_same_when_interpreted(
    made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_compiled = told(made)
    called = set()

    def interpreted(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        def loop(*arguments: Any) -> Any:
            called.add(name)
            return plain(*arguments)

        return loop

    for module, name in LOOPS:
        loop = interpreted(name, getattr(module, name).py_func)
        for user in (loops, pairing):  # who calls a loop calls the plain one, too
            if hasattr(user, name):
                monkeypatch.setattr(user, name, loop)

    with np.errstate(over="ignore"):
        assert told(made) == as_compiled
    assert called == {name for _, name in LOOPS}


def test_the_rarest_runs_are_the_smallest_of_several_texts() -> None:
    ends = np.array([9, 1, 4, 6, 3, 2, 7])

    for rarest in (pairing.rarest, getattr(pairing.rarest, "py_func")):  # noqa: B009
        assert rarest(np.zeros(7, np.int64), ends, 8).tolist() == [5, 4, 2]


def test_texts_with_one_hash_are_equal_only_when_they_say_the_same() -> None:
    texts = read(["盐水", "盐水", "水盐", "盐"]).texts
    cluster = np.arange(4)

    for join_equal in (pairing.join_equal, getattr(pairing.join_equal, "py_func")):  # noqa: B009
        join_equal(texts.codes, texts.starts, np.zeros(4, np.uint64), np.arange(4), cluster)
        assert cluster.tolist() == [0, 0, 2, 3]


def test_what_is_compiled_ahead_is_all_that_is_needed(made: list[str]) -> None:
    ahead.compile_loops()
    known = {name: set(getattr(module, name).signatures) for module, name in LOOPS}

    told(made)

    assert known["strip"]
    assert {n: set(getattr(m, n).signatures) for m, n in LOOPS} == known

"""The loops over characters and pairs say the same interpreted as compiled, in every branch."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.engines.test_doubles import market, said, words

from kehui.engines import loops as compiling
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
    draw = random.Random(5)  # noqa: S311 (made-up texts)
    one, other, third = (words(draw, 70) for _ in range(3))
    edited = [f"{one[:at]}改{one[at + 1 :]}" for at in (5, 30, 60)]
    return [one, *edited, one + other, third + one + other, one, f"{third}。{third[:9]}！", "", "盐",
            "盐！😀", "高盐" * 40, f"{'高盐' * 40}水", third[::-1] + other[:50]]  # fmt: skip


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


def test_pairs_beyond_the_first_room_are_kept() -> None:
    long = [each for each in market(6, 40) if len(each) > 430][:3]
    parts = [each[at : at + 130] for each in long for at in range(0, 300, 12)]

    texts = read([*long, *parts]).texts

    assert len(find(texts).within) > 64


def test_what_is_compiled_ahead_is_all_that_is_needed(made: list[str]) -> None:
    ahead.compile_loops()
    known = {name: set(getattr(module, name).signatures) for module, name in LOOPS}

    told(made)

    assert all(known.values())
    assert {n: set(getattr(m, n).signatures) for m, n in LOOPS} == known


def test_compiled_loops_are_kept_in_a_folder_of_this_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiling.cache_folder() == str(tmp_path / "kehui" / "numba")

    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert compiling.cache_folder().startswith(f"{tmp_path}/kehui-")

    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "file"))
    assert compiling.cache_folder() == ""

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("os.access", lambda *_: False)
    assert compiling.cache_folder() == ""

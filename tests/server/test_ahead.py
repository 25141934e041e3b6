"""Loops compiled already are not read again, and a note that may be wrong is not believed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kehui.engines.doubles.loops import sign
from kehui.engines.matching import kernels
from kehui.server import ahead

LOOPS: tuple[Any, ...] = (kernels.accumulate, sign)  # one of each folder of compiled loops
HOURS = 3_600_000_000_000
STARTS = """
import sys
from kehui.server.ahead import compile_ahead
compile_ahead().join()
assert "numba" not in sys.modules
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of notes and loops in which nothing is noted yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "loops"))
    return tmp_path


@pytest.fixture
def noted(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the note of an engine with one loop; it is believed."""
    engines, index = place / "engines", place / "loops" / "kernels.add.nbi"
    engines.mkdir()
    (engines / "kernels.py").write_text("def add(): ...\n")
    index.parent.mkdir()
    index.write_bytes(b"one signature")
    monkeypatch.setattr(ahead, "ENGINES", engines)
    found = index.stat()
    content = {
        "fingerprint": ahead.fingerprint(),
        "index": {str(index): [found.st_size, found.st_mtime_ns]},
    }
    ahead.note().parent.mkdir(parents=True)
    ahead.note().write_text(json.dumps(content))
    assert ahead.is_compiled()
    return place


def start() -> float:
    """Start as the worker does, and return the seconds of a processor that its children used."""
    timed = f"{STARTS}\nimport resource\nused = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    timed += "print(used.ru_utime + used.ru_stime)"
    command = [sys.executable, "-P", "-c", timed]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    return float(done.stdout)


def test_a_second_start_starts_no_compiler(place: Path) -> None:
    copied = set()
    for loop in LOOPS:
        kept = Path(loop.stats.cache_path)
        copied.add(place / "loops" / kept.name)
        if kept.exists():  # what is there need not be made again
            shutil.copytree(kept, place / "loops" / kept.name)
    assert not ahead.is_compiled()

    assert start() > 0
    assert ahead.is_compiled()
    noted = json.loads(ahead.note().read_text())["index"]
    assert {Path(each).parent for each in noted} == copied
    assert len(noted) > 10

    assert start() == 0


def another_engine(place: Path) -> None:
    (place / "engines" / "kernels.py").write_text("def add(): ...  # faster\n")


def another_module(place: Path) -> None:
    (place / "engines" / "more.py").touch()


def lost_loops(place: Path) -> None:
    shutil.rmtree(place / "loops")


def loops_of_another_checkout(place: Path) -> None:
    index = place / "loops" / "kernels.add.nbi"
    then = index.stat().st_mtime_ns + HOURS
    os.utime(index, ns=(then, then))


def no_note(_place: Path) -> None:
    ahead.note().unlink()


def half_a_note(_place: Path) -> None:
    ahead.note().write_text(ahead.note().read_text()[:40])


def another_note(_place: Path) -> None:
    ahead.note().write_text("[1, 2]")


def a_note_of_no_loops(_place: Path) -> None:
    ahead.note().write_text(json.dumps({"fingerprint": ahead.fingerprint(), "index": {}}))


@pytest.mark.parametrize(
    "change",
    [
        another_engine,
        another_module,
        lost_loops,
        loops_of_another_checkout,
        no_note,
        half_a_note,
        another_note,
        a_note_of_no_loops,
    ],
)
def test_a_note_that_may_be_wrong_is_not_believed(
    noted: Path, change: Callable[[Path], None]
) -> None:
    change(noted)
    assert not ahead.is_compiled()


def test_a_note_holds_for_one_processor_and_one_setting(
    noted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = noted / "cpuinfo"
    told.write_text("processor: 0\nflags: sse avx\n\nprocessor: 1\nflags: sse avx\n")
    with monkeypatch.context() as moved:
        moved.setattr(ahead, "PROCESSOR", told)
        before = ahead.fingerprint()
        told.write_text(told.read_text().replace("avx", "avx2"))
        assert ahead.fingerprint() != before
        told.unlink()
        assert not ahead.is_compiled()
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    assert not ahead.is_compiled()


def test_a_note_of_another_user_is_not_believed(
    noted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del noted
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    assert not ahead.is_compiled()

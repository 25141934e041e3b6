"""Workbooks are opened by a process that may use so much memory and time, and then ends."""

import io
import json
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from tests.core.archives import bombs
from tests.market.tables import as_xlsx

from kehui.core.workbooks import child
from kehui.core.workbooks.reading import BrokenWorkbookError, LargeWorkbookError, rows_of

DICE = random.Random(7)
DAY = datetime(2026, 3, 1, 12, 30)  # noqa: DTZ001 - a cell knows no zone


def test_cells_come_as_what_they_are() -> None:
    cells = ["甲", 1, 2.5, True, None, DAY, time(8, 30), timedelta(hours=30), "𠮷·"]

    ((number, read),) = rows_of(as_xlsx([cells]), columns=20)

    assert number == 1
    assert read[:9] == ["甲", 1, 2.5, True, None, DAY, time(8, 30), "1 day, 6:00:00", "𠮷·"]


def test_a_day_is_written_as_a_day() -> None:
    assert child.written(date(2026, 3, 1)) == {"date": "2026-03-01"}
    assert len(child.written("x" * 2_000_000)) == child.MOST_TEXT


def test_empty_rows_keep_their_numbers() -> None:
    found = list(rows_of(as_xlsx([["a"], [None], [None], ["b"]]), columns=1))

    assert found == [(1, ["a"]), (4, ["b"])]


def noise(size: int) -> bytes:
    """Return text that does not pack, so that nothing is told by the ratio."""
    return DICE.randbytes(size // 2).hex().encode()


def strings(count: int) -> bytes:
    return b"<sst>" + b"".join(b"<si><t>%d</t></si>" % n for n in range(count)) + b"</sst>"


BOMBS: dict[str, tuple[type[Exception], Callable[[], bytes]]] = {
    "entities": (
        BrokenWorkbookError,
        lambda: bombs.workbook(bombs.ENTITIES + bombs.sheet(bombs.row("&j;"))),
    ),
    "entities elsewhere": (
        BrokenWorkbookError,
        lambda: bombs.workbook(bombs.sheet(b""), sharedStrings=bombs.ENTITIES + b"<sst>&j;</sst>"),
    ),
    "entities in UTF-16": (
        BrokenWorkbookError,
        lambda: bombs.workbook((bombs.ENTITIES + b"<x>&j;</x>").decode().encode("utf-16")),
    ),
    "a file from outside": (
        BrokenWorkbookError,
        lambda: bombs.workbook(
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            + bombs.sheet(bombs.row("&e;"))
        ),
    ),
    "not closed": (BrokenWorkbookError, lambda: bombs.workbook(b"<worksheet>")),
    "a row without end": (
        LargeWorkbookError,
        lambda: bombs.workbook(bombs.sheet(bombs.row("x", 10**12))),
    ),
    "a row below the last": (
        LargeWorkbookError,
        lambda: bombs.workbook(bombs.sheet(bombs.row("x", child.HIGHEST_ROW + 1))),
    ),
    "one row of all cells": (
        LargeWorkbookError,
        lambda: bombs.workbook(bombs.sheet(b"<row>" + b"<c/>" * 3_500_000 + b"</row>")),
    ),
    "one text": (
        LargeWorkbookError,
        lambda: bombs.workbook(bombs.sheet(bombs.row("x" * 2**27))),
    ),
    "deep": (
        LargeWorkbookError,
        lambda: bombs.workbook(bombs.sheet(b"<a>" * 4_000_000)),
    ),
    "styles": (
        LargeWorkbookError,
        lambda: bombs.workbook(
            bombs.sheet(bombs.row()), styles=b"<styleSheet><cellXfs>" + b"<xf/>" * 2_000_000
            + b"</cellXfs></styleSheet>",
        ),
    ),
    "strings": (
        LargeWorkbookError,
        lambda: bombs.workbook(bombs.sheet(bombs.row()), sharedStrings=strings(3_000_000)),
    ),
}  # fmt: skip


def used(before: resource.struct_rusage) -> float:
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_its_process_and_nothing_else(name: str) -> None:
    error, build = BOMBS[name]
    content = build()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    with pytest.raises(error):
        list(rows_of(content, columns=20))

    assert used(before) <= 5  # of the processor; the limit of the process says so, not a clock


def test_the_limits_are_those_of_the_process() -> None:
    """The highest use of memory of a child that reads the hungriest bomb."""
    content = BOMBS["one row of all cells"][1]()
    program = (
        "import resource, sys\n"
        "from kehui.core.workbooks.reading import LargeWorkbookError, rows_of\n"
        "try:\n    list(rows_of(sys.stdin.buffer.read(), columns=20))\n"
        "except LargeWorkbookError:\n"
        "    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", program], input=content, capture_output=True, check=True
    )

    assert 0 < int(told.stdout) * 1024 <= 200 * 2**20


def test_whoever_stops_reading_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[str]] = []
    start = subprocess.Popen

    def noted(*arguments: Any, **options: Any) -> subprocess.Popen[str]:
        started.append(start(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    found = rows_of(as_xlsx([[f"{n}"] for n in range(30_000)]), columns=1)

    assert next(found) == (1, ["0"])
    assert started[0].poll() is None
    found.close()

    assert started[0].returncode == -signal.SIGKILL


def test_the_process_says_how_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def done(content: bytes) -> tuple[int, list[Any]]:
        out = io.StringIO()
        status = child.work(io.BytesIO(content), out, columns=2)
        return status, [json.loads(line) for line in out.getvalue().splitlines()]

    assert done(as_xlsx([["a"], ["b"]])) == (0, [[1, ["a", None]], [2, ["b", None]]])
    full = as_xlsx([["a", DAY], [None, None], ["c", timedelta(1)]])
    said = [[1, ["a", {"datetime": DAY.isoformat()}]], [3, ["c", "1 day, 0:00:00"]]]
    assert done(full) == (0, said)
    evil = bombs.workbook(bombs.ENTITIES + bombs.sheet(b""), picture=b"<x")
    assert done(evil) == (child.UNREADABLE, ["MarkupError"])
    with_media = bombs.zipped({"a.png": b"x", "b.xml": b"x" * 70_000})
    assert done(with_media) == (child.UNREADABLE, ["KeyError"])
    assert done(b"nothing") == (child.UNREADABLE, ["BadZipFile"])
    monkeypatch.setattr(child, "HIGHEST_ROW", 1)
    assert done(as_xlsx([["a"], ["b"]])) == (child.TOO_LARGE, [[1, ["a", None]]])


def test_the_process_binds_itself_before_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    bound: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", bound.__setitem__)
    monkeypatch.setitem(sys.modules, "numpy", sys.modules.get("numpy"))
    monkeypatch.setattr(child, "work", lambda *_, columns: columns)

    assert child.main(["7", "1000", "4"]) == 7

    assert bound == {
        resource.RLIMIT_DATA: (1000, 1000),
        resource.RLIMIT_CPU: (4, 4),
        resource.RLIMIT_CORE: (0, 0),
    }

"""Read the rows that the process of a workbook writes."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from datetime import date, datetime, time
from typing import Any, Final

from kehui.core.workbooks.child import UNREADABLE

MOST_BYTES: Final = 150 * 2**20  # of memory, above what the program itself maps
SECONDS: Final = 4  # of the processor, for a small file
SECONDS_PER_MEGABYTE: Final = 2
_PROGRAM: Final = (
    "import sys; from kehui.core.workbooks.child import main; sys.exit(main(sys.argv[1:]))"
)
_KINDS: Final[dict[str, Callable[[str], datetime | date | time]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


class BrokenWorkbookError(ValueError):
    """It is broken; the text is the name of the error."""


class LargeWorkbookError(ValueError):
    """Opening it takes more memory or time than a table of its size needs."""


def rows_of(content: bytes, *, columns: int) -> Generator[tuple[int, list[Any]], None, None]:
    """Yield number and cells of the rows of the first sheet; of the empty ones only the first.

    Raises:
        BrokenWorkbookError, LargeWorkbookError: see there; rows may have come before.
    """
    seconds = SECONDS + SECONDS_PER_MEGABYTE * len(content) // 2**20
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.seek(0)
        child = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", _PROGRAM, str(columns), str(MOST_BYTES), str(seconds)],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
    said = ""
    try:
        for line in child.stdout or ():
            told = json.loads(line)
            if isinstance(told, str):
                said = told
            else:
                yield told[0], [_cell(each) for each in told[1]]
        status = child.wait()
    finally:
        child.kill()
        child.communicate()
    if status == UNREADABLE:
        raise BrokenWorkbookError(said)
    if status:
        raise LargeWorkbookError


def _cell(told: Any) -> Any:
    if isinstance(told, dict):
        ((kind, text),) = told.items()
        return _KINDS[kind](text)
    return told

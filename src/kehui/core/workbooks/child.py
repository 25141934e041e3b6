"""The process that opens a workbook: it may use so much memory and time, and then it ends.

It reads the workbook from its input and writes one JSON line a row: the number and the cells. It
knows no Django, no database and no setting; whatever a workbook does to it, the site goes on.
"""

import json
import resource
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, BinaryIO, Final, TextIO
from xml.parsers import expat

HIGHEST_ROW: Final = 1_048_576  # of any spreadsheet; a row said to lie below would be waited for
MOST_TEXT: Final = 1_000_000  # of one cell; more is cut, and refused as too long by whoever reads
UNREADABLE: Final = 3
TOO_LARGE: Final = 4
_CHUNK: Final = 2**16


class MarkupError(ValueError):
    """The markup brings definitions of its own, which no workbook needs."""


def rows(content: bytes, *, columns: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield number and cells of the rows of the first sheet, as far as these many columns.

    Raises:
        MemoryError: a row lies below the last one a spreadsheet has.
        Exception: openpyxl meets a broken file with errors of many kinds.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - after the limits of the process

    refuse_definitions(content)
    book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        # some programs write a wrong size into the file; without it every row is read
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=columns), 1):
            if number > HIGHEST_ROW:
                raise MemoryError
            if number == 1 or any(cell is not None for cell in cells):
                yield number, cells
    finally:
        book.close()


def refuse_definitions(content: bytes) -> None:
    """Read all markup once without keeping any: entities and their kin are refused.

    Raises:
        MarkupError: see there.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.lower().endswith((".xml", ".rels", ".vml")):
                with archive.open(name) as part:
                    _read_markup(part)


def _read_markup(part: Any) -> None:
    def refuse(*_: object) -> None:
        raise MarkupError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    with suppress(expat.ExpatError):  # whoever needs the part will say that it is broken
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk)


def written(cell: Any) -> Any:
    """Return a cell as JSON has it; a day or a time is an object that says so."""
    if isinstance(cell, str):
        return cell[:MOST_TEXT]
    if cell is None or isinstance(cell, (bool, int, float)):
        return cell
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, (date, time)):
        return {type(cell).__name__: cell.isoformat()}
    return str(cell)


def work(source: BinaryIO, out: TextIO, *, columns: int) -> int:
    """Write the rows of the workbook; return the status to end with."""
    try:
        out.writelines(
            json.dumps([number, [written(cell) for cell in cells]]) + "\n"
            for number, cells in rows(source.read(), columns=columns)
        )
        out.flush()
    except MemoryError:
        return TOO_LARGE
    except Exception as error:  # noqa: BLE001 - a broken workbook breaks in ways nobody lists
        out.write(json.dumps(type(error).__name__) + "\n")
        out.flush()
        return UNREADABLE
    return 0


def main(arguments: Sequence[str]) -> int:
    """Bind this process to its limits, then work: columns, bytes of memory, seconds."""
    columns, most_bytes, seconds = map(int, arguments)
    sys.modules["numpy"] = None  # type: ignore[assignment] # openpyxl would load it for nothing
    resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return work(sys.stdin.buffer, sys.stdout, columns=columns)

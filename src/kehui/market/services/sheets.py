"""Read a table out of a file that somebody made with whatever was at hand: CSV, XLSX or JSON lines.

Nothing here knows what the columns mean.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kehui.core import archives
from kehui.core.errors import Refused
from kehui.core.workbooks.reading import BrokenWorkbookError, LargeWorkbookError, rows_of

MOST_BYTES: Final = 64 * 2**20
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 120
SUFFIXES: Final = ("csv", "tsv", "txt", "xlsx", "jsonl")
CELL_LENGTH: Final = 20_000

Cells = dict[str, Any]


class FileTooLarge(Refused):
    code = "FILE_TOO_LARGE"
    message = _("文件太大：{what}，上限 {most}。请拆成几个文件。")
    message_en = "The file is too large: {what}, at most {most}. Please split it."
    status = 413
    field = "file"


class FileUnreadable(Refused):
    code = "FILE_UNREADABLE"
    message = _("读不了这个文件：{why}。请另存为 CSV（UTF-8）或 XLSX 再试。")
    message_en = "The file cannot be read: {why}. Save it as CSV (UTF-8) or XLSX and try again."
    field = "file"


class FileKindUnknown(Refused):
    code = "FILE_KIND"
    message = _("只收 .csv、.xlsx 和 .jsonl 文件，“{name}”不是。")
    message_en = "Only .csv, .xlsx and .jsonl files are read; “{name}” is none of them."
    field = "file"


class FileEmpty(Refused):
    code = "FILE_EMPTY"
    message = _("文件里没有数据行。第一行应是列名，第二行起是数据。")
    message_en = "The file has no rows. The first row names the columns, the data follow."
    field = "file"


@dataclass(frozen=True)
class SheetRow:
    """One row: its number as a spreadsheet shows it (of a JSON file, the line), and its cells.

    A row that cannot be read at all has a `fault` and no cells.
    """

    number: int
    cells: Mapping[str, Any]
    fault: str = ""


def read_sheet(content: bytes, *, name: str) -> Iterator[SheetRow]:
    """Yield the rows of the file that hold anything.

    Raises:
        FileTooLarge, FileUnreadable, FileKindUnknown, FileEmpty: see there.
    """
    if len(content) > MOST_BYTES:
        raise FileTooLarge(
            what=f"{len(content) / 2**20:.0f} MB", most=f"{MOST_BYTES / 2**20:.0f} MB"
        )
    kind = name.lower().rpartition(".")[2]
    if kind not in SUFFIXES:
        raise FileKindUnknown(name=name)
    read = _xlsx if kind == "xlsx" else _jsonl if kind == "jsonl" else _csv
    seen = 0
    for row in read(content):
        if not row.fault and not any(_says_something(cell) for cell in row.cells.values()):
            continue
        seen += 1
        if seen > MOST_ROWS:
            raise FileTooLarge(what=str(_("行数")), most=f"{MOST_ROWS}")
        yield row
    if not seen:
        raise FileEmpty


def _says_something(cell: object) -> bool:
    return cell is not None and cell != [] and str(cell).strip() != ""


def decoded(content: bytes) -> str:
    """Return the text of UTF-8 with or without a BOM, of UTF-16 with one, or of GB18030.

    GB18030 comes last: nearly any bytes are valid in it, hardly any Chinese text in it is
    valid UTF-8.
    """
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if is_wide else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable(why=str(_("文字编码既不是 UTF-8 也不是 GB18030")))


def _csv(content: bytes) -> Iterator[SheetRow]:
    text = decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;，", key=first.count)  # some type the full-width comma
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [each.strip() for each in next(records, [])]
        _refuse_wide(len(header))
        for number, record in enumerate(records, 2):
            yield _record(number, header, record)
    except csv.Error as error:
        raise FileUnreadable(why=str(error)) from error


def _record(number: int, header: list[str], record: list[Any]) -> SheetRow:
    surplus = [cell for cell in record[len(header) :] if _says_something(cell)]
    if surplus:
        return SheetRow(number, {}, str(_("这一行比列名多出内容，可能有未加引号的逗号")))
    if any(len(str(cell)) > CELL_LENGTH for cell in record):
        return SheetRow(number, {}, str(_("有一格超过 2 万字")))
    return SheetRow(
        number, {name: cell for name, cell in zip(header, record, strict=False) if name}
    )


def _refuse_wide(columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise FileTooLarge(what=str(_("列数")), most=f"{MOST_COLUMNS}")


def _xlsx(content: bytes) -> Iterator[SheetRow]:
    try:
        archives.names_in(content)
        rows = rows_of(content, columns=MOST_COLUMNS + 1)
        header = [str(each or "").strip() for each in next(rows, (1, []))[1]]
        _refuse_wide(len(header) if header and header[-1] else 0)
        for number, record in rows:
            yield _record(number, header, record)
    except archives.ArchiveError as error:
        raise _refused(error) from error
    except LargeWorkbookError as error:
        raise FileTooLarge(what=str(_("展开后的内容")), most=str(_("普通表格的大小"))) from error
    except BrokenWorkbookError as error:
        raise FileUnreadable(why=str(error)) from error


def _refused(error: archives.ArchiveError) -> Refused:
    if error.code == "BROKEN":
        return FileUnreadable(why=str(_("不是 XLSX 文件")))
    if error.code == "MANY":
        return FileTooLarge(what=str(_("压缩包内文件数")), most=f"{archives.MOST_ENTRIES}")
    most = archives.MOST_UNPACKED_BYTES / 2**20
    return FileTooLarge(what=f"{error.size / 2**20:.0f} MB", most=f"{most:.0f} MB")


def _jsonl(content: bytes) -> Iterator[SheetRow]:
    for number, line in enumerate(decoded(content).splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield SheetRow(number, {}, str(_("这一行不是 JSON")))
            continue
        if not isinstance(value, dict):
            yield SheetRow(number, {}, str(_("这一行不是 JSON 对象")))
        else:
            yield SheetRow(number, {str(name): cell for name, cell in value.items()})

"""Files that are no table, tables that are too large, and rows that break."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from tests.core.archives import bombs
from tests.market.tables import as_csv, as_xlsx

from kehui.core import archives
from kehui.core.errors import Refused
from kehui.market.services import sheets
from kehui.market.services.sheets import SheetRow, read_sheet


def read(content: bytes, name: str = "a.csv") -> list[SheetRow]:
    return list(read_sheet(content, name=name))


def cells(content: bytes, name: str = "a.csv") -> list[dict[str, Any]]:
    return [dict(row.cells) for row in read(content, name)]


def refusal(content: bytes, name: str = "a.csv") -> Refused:
    with pytest.raises(Refused) as refused:
        read(content, name)
    return refused.value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("标题,描述\n甲,乙\n", "a.csv"),
        ("标题\t描述\n甲\t乙\n", "a.tsv"),
        ("标题;描述\r\n甲;乙\r\n", "a.TXT"),
        ("标题，描述\n甲，乙\n", "a.csv"),
        ('\n{"标题": "甲", "描述": "乙"}\n\n', "a.jsonl"),
    ],
)
def test_a_table_is_read_whatever_parts_its_cells(text: str, name: str) -> None:
    assert cells(text.encode(), name) == [{"标题": "甲", "描述": "乙"}]


def test_rows_are_numbered_as_a_spreadsheet_shows_them_and_empty_ones_are_passed_over() -> None:
    table = [["标题", ""], ["甲", "x"], [" ", ""], ["", ""], ["乙", ""]]

    for content, name in ((as_csv(table), "a.csv"), (as_xlsx(table), "a.xlsx")):
        found = read(content, name)
        assert [(row.number, row.cells["标题"]) for row in found] == [(2, "甲"), (5, "乙")]
        assert set(found[0].cells) == {"标题"}  # a column without a name says nothing


@pytest.mark.parametrize(
    ("record", "why"),
    [(["甲", "乙", "丙"], "这一行比列名多出内容"), (["甲", "长" * 20_001], "有一格超过 2 万字")],
)
def test_a_broken_row_costs_only_itself(record: Sequence[str], why: str) -> None:
    content = as_csv([["标题", "描述"], record, ["丁", "戊"]])

    bad, good = read(content)

    assert (bad.number, dict(bad.cells), bad.fault.startswith(why)) == (2, {}, True)
    assert good == SheetRow(3, {"标题": "丁", "描述": "戊"})


def test_a_file_above_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = as_csv([["标题"], ["甲"], ["乙"], ["丙"]])
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    assert len(read(content)) == 3

    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    assert refusal(content).code == "FILE_TOO_LARGE"
    monkeypatch.setattr(sheets, "MOST_BYTES", len(content) - 1)
    assert refusal(content).code == "FILE_TOO_LARGE"


def test_a_table_as_wide_as_the_limit_is_read_and_a_wider_one_refused() -> None:
    for most, is_read in ((sheets.MOST_COLUMNS, True), (sheets.MOST_COLUMNS + 1, False)):
        table = [[f"列{place}" for place in range(most)], ["甲"] * most]
        for content, name in ((as_csv(table), "a.csv"), (as_xlsx(table), "a.xlsx")):
            if is_read:
                assert len(cells(content, name)[0]) == most
            else:
                assert refusal(content, name).code == "FILE_TOO_LARGE"


def test_a_cell_that_never_ends_is_no_table() -> None:
    content = b'title,body\n"' + b"x" * 200_000

    assert refusal(content).code == "FILE_UNREADABLE"


def packed(files: dict[str, bytes], *, of: bytes = b"") -> bytes:
    """Return a zip of these files, on top of the files of another one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        if of:
            with zipfile.ZipFile(io.BytesIO(of)) as other:
                for each in set(other.namelist()) - set(files):
                    out.writestr(each, other.read(each))
        for name, content in files.items():
            out.writestr(name, content)
    return stream.getvalue()


def test_a_zip_that_is_no_workbook_or_a_broken_one_is_refused() -> None:
    book = as_xlsx([["标题"], ["甲"]])
    broken = packed({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}, of=book)

    assert refusal(packed({"a.txt": b"x"}), "a.xlsx").code == "FILE_UNREADABLE"
    assert refusal(broken, "a.xlsx").code == "FILE_UNREADABLE"
    assert cells(book, "a.xlsx") == [{"标题": "甲"}]


def test_a_zip_of_very_many_files_or_very_much_content_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = packed({f"{place}.xml": b"" for place in range(5)}, of=as_xlsx([["标题"], ["甲"]]))
    assert cells(many, "a.xlsx") == [{"标题": "甲"}]

    monkeypatch.setattr(archives, "MOST_ENTRIES", 4)
    assert refusal(many, "a.xlsx").code == "FILE_TOO_LARGE"
    monkeypatch.setattr(archives, "MOST_ENTRIES", 100)
    monkeypatch.setattr(archives, "MOST_UNPACKED_BYTES", 100)
    assert refusal(many, "a.xlsx").code == "FILE_TOO_LARGE"


def test_a_workbook_that_wants_too_much_is_refused_after_its_process_ended() -> None:
    endless = bombs.workbook(bombs.sheet(bombs.row("标题") + bombs.row("x", 10**12)))

    assert refusal(endless, "a.xlsx").code == "FILE_TOO_LARGE"


def test_a_workbook_without_a_head_has_no_rows() -> None:
    assert refusal(as_xlsx([]), "a.xlsx").code == "FILE_EMPTY"
    assert refusal(as_xlsx([[None, None], ["甲"]]), "a.xlsx").code == "FILE_EMPTY"


@pytest.mark.parametrize("line", ["[" * 100_000, '{"a": ', "[1]", "7"])
def test_a_line_that_is_no_object_costs_only_itself(line: str) -> None:
    bad, good = read(f'{line}\n{{"title": "甲"}}'.encode(), "a.jsonl")

    assert (bad.number, bool(bad.fault)) == (1, True)
    assert good == SheetRow(2, {"title": "甲"})

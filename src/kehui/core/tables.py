"""Tables that people open in a spreadsheet: written here and nowhere else."""

import csv
import unicodedata
from collections.abc import Iterable
from typing import Final, Protocol

BOM: Final = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Forms that folding turns into a sign of the above, and minus signs that it does not
_MORE_STARTS: Final = tuple("\u2212\u2010\u2011\u2012\u2013\u2014")
_UNSEEN: Final = frozenset(("Zs", "Zl", "Zp", "Cf", "Cc"))


class Stream(Protocol):
    """Whatever takes text: a file, a response."""

    def write(self, text: str, /) -> object: ...


def write_table(stream: Stream, rows: Iterable[Iterable[object]]) -> None:
    """Write CSV after a byte order mark: every text in quotes, none of them a formula.

    The quotes keep a text whole where a semicolon or a tab parts the cells.
    """
    stream.write(BOM)
    table = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        table.writerow([neutral(cell) for cell in row])


def neutral(cell: object) -> object:
    """Return the cell so that no spreadsheet takes it for a formula (CSV injection).

    A quote sign goes in front of a text that would be one: full-width signs, signs behind blanks
    and behind what does not show included. Numbers stay numbers; anything else becomes text.
    """
    if cell is None or (isinstance(cell, (int, float)) and not isinstance(cell, bool)):
        return cell
    text = str(cell)
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    for sign in text:
        if sign in "\t\r":
            return True
        if unicodedata.category(sign) not in _UNSEEN:
            folded = unicodedata.normalize("NFKC", sign)
            return folded.startswith(FORMULA_STARTS) or folded[:1] in _MORE_STARTS
    return False

"""A national code list as a tree: read once from the package, never changed while running."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Code:
    """One row of a code list."""

    code: str
    parent: str
    level: int
    name: str
    see: str = ""  # the code to use instead; such a row is not offered for choice


class CodeTree:
    """The rows of one list by code, in the order of the standard."""

    def __init__(self, rows: Iterable[Code]) -> None:
        self._rows = {row.code: row for row in rows}
        self._children: dict[str, list[Code]] = {}
        for row in self._rows.values():
            self._children.setdefault(row.parent, []).append(row)

    def __contains__(self, code: str) -> bool:
        return code in self._rows

    def __iter__(self) -> Iterator[Code]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, code: str) -> Code:
        return self._rows[code]

    def children(self, code: str = "") -> list[Code]:
        """Return what stands directly under the code, or the top, without `see` rows."""
        return [row for row in self._children.get(code, []) if not row.see]

    def line(self, code: str) -> list[Code]:
        """Return the code and what stands above it, the top first."""
        row = self._rows[code]
        return [*(self.line(row.parent) if row.parent else []), row]

    def within(self, code: str) -> set[str]:
        """Return the code and everything below it, `see` rows too: old data may hold them."""
        below = (self.within(row.code) for row in self._children.get(code, []))
        return {code}.union(*below)


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """Read a table of `kehui/core/data`."""
    with (files("kehui.core") / "data" / name).open(encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


def read_tree(name: str) -> CodeTree:
    return CodeTree(
        Code(row["code"], row["parent"], int(row["level"]), row["name"], row.get("see") or "")
        for row in read_rows(name)
    )

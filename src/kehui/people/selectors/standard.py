"""The checklist of a standard center, as it ships (标准化建设清单)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kehui.core.words import Word


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """One edition: what is looked at, in order. Results name the edition they were found by."""

    edition: int
    lines: dict[str, Word]


@cache
def checklist() -> Checklist:
    """Read the edition in force."""
    path = files("kehui.people") / "data" / "standard_center.toml"
    said = tomllib.loads(path.read_text("utf-8"))
    return Checklist(
        edition=said["edition"],
        lines={
            code: Word(chinese=line["zh"], english=line["en"])
            for code, line in said["lines"].items()
        },
    )

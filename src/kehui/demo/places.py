"""Where things happen: the counties of the province with a rough economic weight."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Rough shares of the province's economy by prefecture, in tenths of a percent.
CITY_WEIGHTS = {
    "5101": 330, "5103": 30, "5104": 26, "5105": 46, "5106": 55, "5107": 75, "5108": 21,
    "5109": 30, "5110": 32, "5111": 45, "5113": 50, "5114": 32, "5115": 66, "5116": 26,
    "5117": 50, "5118": 20, "5119": 17, "5120": 18, "5132": 10, "5133": 11, "5134": 40,
}  # fmt: skip


@dataclass(frozen=True)
class County:
    """A county with the prefecture it belongs to."""

    code: str
    name: str
    city: str
    weight: float

    @property
    def brief(self) -> str:
        """Return the name as it stands in front of a firm's name: 东坡, 北川, 市中区."""
        return brief_name(self.name)

    @property
    def city_brief(self) -> str:
        return brief_name(self.city)


NATIONALITIES = ("藏族羌族", "羌族", "彝族", "藏族")


def brief_name(name: str) -> str:
    """Return a place's everyday name."""
    for ending in ("自治州", "自治县"):
        if name.endswith(ending):
            core = name.removesuffix(ending)
            for nationality in NATIONALITIES:
                core = core.removesuffix(nationality)
            return core
    if name == "市中区" or len(name) <= 2:
        return name
    return name[:-1]


def counties(rows: Iterable[tuple[str, str]]) -> list[County]:
    """Return the counties of the province from (code, name) rows of its regions."""
    names = dict(rows)
    codes = sorted(code for code in names if code.startswith("51") and not code.endswith("00"))
    inside: dict[str, int] = {}
    for code in codes:
        inside[code[:4]] = inside.get(code[:4], 0) + 1
    return [
        County(
            code=code,
            name=names[code],
            city=names[code[:4] + "00"],
            weight=CITY_WEIGHTS.get(code[:4], 10) / inside[code[:4]] * _rank(names[code]),
        )
        for code in codes
    ]


def counties_in(path: Path) -> list[County]:
    """Read the counties from the regions table that the platform ships."""
    with path.open(encoding="utf-8", newline="") as file:
        return counties(
            (row["code"], row["name"])
            for row in csv.DictReader(file)
            if row.get("status", "current") in {"current", ""}
        )


def _rank(name: str) -> float:
    return 1.35 if name.endswith(("区", "市")) else 0.8

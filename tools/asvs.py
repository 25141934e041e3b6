"""Count the answers of docs/security/asvs.csv by chapter.

python tools/asvs.py           print the counts
python tools/asvs.py --open    print what is open, with its reason
"""

import csv
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "security"
STATUSES: Final = ("met", "not applicable", "open")


@dataclass(frozen=True)
class Answer:
    """One row; `proof` holds pytest ids parted by blanks, or the reason."""

    id: str
    level: int
    chapter: str
    about: str
    status: str
    proof: str
    reviewer: str


def answers() -> list[Answer]:
    with (FOLDER / "asvs.csv").open(encoding="utf-8", newline="") as stream:
        return [
            Answer(row.pop("id"), int(row.pop("level")), **row) for row in csv.DictReader(stream)
        ]


def standard() -> dict[str, int]:
    """Return the level of every item of the standard."""
    with (FOLDER / "asvs-levels.csv").open(encoding="utf-8", newline="") as stream:
        return {
            f"{row['section']}.{number}": int(level)
            for row in csv.DictReader(stream)
            for number, level in enumerate(row["levels"], 1)
        }


def counts() -> str:
    """Return a table: chapters, statuses, sums."""
    by_chapter: dict[str, Counter[str]] = {}
    for each in answers():
        by_chapter.setdefault(each.chapter, Counter())[each.status] += 1
    lines = [f"{'chapter':44}" + "".join(f"{each:>16}" for each in (*STATUSES, "all"))]
    whole: Counter[str] = Counter()
    for chapter, found in by_chapter.items():
        lines.append(_line(chapter, found))
        whole += found
    return "\n".join([*lines, _line("all", whole)])


def _line(name: str, found: Counter[str]) -> str:
    figures = [*(found[each] for each in STATUSES), found.total()]
    return f"{name:44}" + "".join(f"{each:16}" for each in figures)


def main() -> None:
    if "--open" in sys.argv[1:]:
        told = "\n".join(
            f"{a.id:8} {a.about}\n{'':8} {a.proof}" for a in answers() if a.status == "open"
        )
    else:
        told = counts()
    sys.stdout.write(f"{told}\n")


if __name__ == "__main__":
    main()

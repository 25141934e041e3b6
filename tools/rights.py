"""Write the tables of docs/rights.md from the table of rights.

python tools/rights.py           write them
python tools/rights.py --check   fail when they are not current
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from kehui.rights.table import Address, Grid, Rights

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "rights.md"
BEGIN, END = "<!-- rights -->", "<!-- end of the rights -->"


def tables() -> str:
    from kehui.rights.table import rights  # noqa: PLC0415 - Django is set up first

    known = rights()
    lines = []
    for code, word in known.areas.items():
        head = "| address | does | method | thing | who | fields | proof |"
        lines += [f"### {word.english}", "", head, "|---|---|---|---|---|---|---|"]
        for address in known.addresses:
            if address.area == code:
                lines += _address(address, known)
        lines.append("")
    lines += ["## Who is who", ""]
    for grid in known.grids.values():
        lines += [*_grid(grid, known), ""]
    return "\n".join(lines)


def _address(address: "Address", known: "Rights") -> Iterator[str]:
    for row in address.rows:
        thing = known.things[row.thing].english if row.thing else "–"
        fields = "; ".join(
            f"{known.fields[name].english}: `{grid.code}`" for name, grid in row.fields.items()
        )
        scope = f" (scope `{address.scope}`)" if address.scope else ""
        yield (
            f"| `{address.name}`{scope} | {address.word.english} | {row.method} | {thing} "
            f"| `{row.grid.code}` | {fields or '–'} | {_proof(address, row.method)} |"
        )


def _proof(address: "Address", method: str) -> str:
    """Say what an act needs beside the right to it."""
    words = {"signed": method in address.signed, "step-up": method in address.step_up}
    return ", ".join(word for word, is_asked in words.items() if is_asked) or "–"


def _grid(grid: "Grid", known: "Rights") -> Iterator[str]:
    yield f"### `{grid.code}`: {grid.word.english}"
    yield ""
    yield "| role | " + " | ".join(each.english for each in known.distances.values()) + " |"
    yield "|---|" + "---|" * len(known.distances)
    for role, word in known.roles.items():
        cells = " | ".join(grid.gets[role, far] for far in known.distances)
        yield f"| {word.english} | {cells} |"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehui.site.settings")
    django.setup()
    text = DOCUMENT.read_text("utf-8")
    head, _, rest = text.partition(BEGIN)
    wanted = f"{head}{BEGIN}\n\n{tables()}\n{END}{rest.partition(END)[2]}"
    if "--check" in sys.argv[1:]:
        if text != wanted:
            sys.stderr.write("docs/rights.md is not current: python tools/rights.py\n")
        return int(text != wanted)
    DOCUMENT.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

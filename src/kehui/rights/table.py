"""The table of rights, read from the `.toml` files beside it.

It is data that no view reads: tests ask every address as every role, near and far, and compare;
officers read it in the back office and in docs/rights.md.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, product
from typing import Any, Final

from kehui.core.words import Word

WORDS: Final = "words"
GRIDS: Final = "grids"
OTHERS: Final = "others"  # in a grid: every role that it does not name
AREAS: Final = (
    "home", "market", "publish", "matching", "people", "deals", "hooks", "centers", "office", "api",
)  # fmt: skip
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What each role gets at each distance; `gets` maps (role, distance) to the code of an answer.

    A grid of an address speaks of answers, a grid of a field of `yes` and `no`.
    """

    code: str
    word: Word
    gets: Mapping[tuple[str, str], str]

    def along(self, role: str) -> list[str]:
        """Return the answers to a role in order of distance; one when all are the same."""
        line = [answer for (who, _far), answer in self.gets.items() if who == role]
        return line if len(set(line)) > 1 else line[:1]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing at one address: who is answered how, and which of its fields who reads.

    `thing` is "" where the address speaks of no thing of anybody's. What `fields` does not name
    of what is registered as private in `words.toml`, nobody reads here.
    """

    method: str
    thing: str
    grid: Grid
    fields: Mapping[str, Grid]


@dataclass(frozen=True, kw_only=True)
class Address:
    """A page by its name, or an operation of the API by its id with the scope it asks for."""

    name: str
    area: str
    word: Word
    scope: str
    rows: tuple[Row, ...]
    signed: frozenset[str]  # methods that count: with the signature of the device
    step_up: frozenset[str]  # methods that come minutes after a password or a second factor

    @property
    def methods(self) -> frozenset[str]:
        return frozenset(row.method for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """The whole table; the dictionaries keep the order of the files."""

    areas: Mapping[str, Word]
    roles: Mapping[str, Word]
    distances: Mapping[str, Word]
    answers: Mapping[str, Word]
    things: Mapping[str, Word]
    fields: Mapping[str, Word]
    grids: Mapping[str, Grid]
    addresses: tuple[Address, ...]


@cache
def rights() -> Rights:
    """Read the table.

    Raises:
        KeyError: a row uses a word or a grid that is not explained.
        ValueError: a grid forgets a role, names one twice, or gives an unknown answer.
    """
    words = {
        name: {code: _word(said) for code, said in table.items()}
        for name, table in _read(WORDS).items()
    }
    roles, distances = list(words["roles"]), list(words["distances"])
    grids = {
        code: Grid(
            code=code,
            word=_word(said),
            gets=answers_of(code, said["gets"], roles, distances, set(words["answers"])),
        )
        for code, said in _read(GRIDS).items()
    }
    addresses = tuple(
        address_of(name, area, said, words, grids)
        for area in AREAS
        for name, said in _read(area).items()
    )
    return Rights(**words, grids=grids, addresses=addresses)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("kehui.rights") / f"{name}.toml").read_text("utf-8"))


def _word(said: Mapping[str, str]) -> Word:
    return Word(chinese=said["zh"], english=said["en"])


def answers_of(
    code: str, said: Mapping[str, str], roles: list[str], distances: list[str], answers: set[str]
) -> dict[tuple[str, str], str]:
    """Return the answers by role and distance; a line of one word is the same near and far.

    Raises:
        ValueError: a role is forgotten, named twice or unknown, or an answer is.
    """
    lines: dict[str, list[str]] = {}
    named = {role for names in said for role in names.split()}
    others = [role for role in roles if role not in named]
    for names, text in said.items():
        line = text.split()
        line = line * len(distances) if len(line) == 1 else line
        if len(line) != len(distances) or not answers.issuperset(line):
            raise ValueError(f"{code}: {names} = {text}")
        meant = [others if each == OTHERS else [each] for each in names.split()]
        for role in chain(*meant):
            if role in lines or role not in roles:
                raise ValueError(f"{code}: {role}")
            lines[role] = line
    if missing := set(roles) - set(lines):
        raise ValueError(f"{code}: {sorted(missing)}")
    return {
        (role, distance): lines[role][distances.index(distance)]
        for role, distance in product(roles, distances)
    }


def address_of(
    name: str,
    area: str,
    said: Mapping[str, Any],
    words: Mapping[str, Mapping[str, Word]],
    grids: Mapping[str, Grid],
) -> Address:
    """Return the address as its file says it.

    Raises:
        KeyError: a row uses a word or a grid that is not explained.
    """
    rows = []
    for method in METHODS:
        given: Any = said.get(method, [])
        lines: list[dict[str, Any]] = [{"grid": given}] if isinstance(given, str) else given
        for row in lines:
            thing = row.get("thing", "")
            fields = {code: grids[grid] for code, grid in row.get("fields", {}).items()}
            for known, used in ((words["things"], {thing} - {""}), (words["fields"], set(fields))):
                if unknown := used - set(known):
                    raise KeyError(f"{name}: {sorted(unknown)}")
            rows.append(Row(method=method, thing=thing, grid=grids[row["grid"]], fields=fields))
    return Address(
        name=name,
        area=area,
        word=_word(said),
        scope=said.get("scope", ""),
        rows=tuple(rows),
        signed=frozenset(said.get("signed", [])),
        step_up=frozenset(said.get("step_up", [])),
    )

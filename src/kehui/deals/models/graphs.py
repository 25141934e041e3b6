"""The state graphs of deals and quotes, read from their one declaration (data/graphs.toml)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

BACK: Final = "*"  # to the state from which it was left
ACTORS: Final = frozenset(
    {"asker", "answerer", "buyer", "seller", "party", "both", "judge", "clock"}
)


@dataclass(frozen=True, kw_only=True)
class Move:
    """One way from state to state.

    Attributes:
        sources: the states it may leave.
        target: the state it reaches; `BACK` is where it was before.
        by: who may make it.
        needs: what must be there.
        tells: who gets a notice.
        working_days, days: when the clock may make it, counted from the day of the state.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    needs: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    working_days: int | None = None
    days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Graph:
    """All states and moves of one kind of thing."""

    name: str
    start: str
    ends: tuple[str, ...]
    moves: Mapping[str, Move]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, the first one first, in the order in which moves reach them."""
        reached = [each.target for each in self.moves.values() if each.target != BACK]
        return tuple(dict.fromkeys([self.start, *reached]))

    def from_state(self, state: str) -> tuple[Move, ...]:
        """Return the moves that leave the state."""
        return tuple(each for each in self.moves.values() if state in each.sources)


@cache
def graph(name: str) -> Graph:
    """Return the graph of this name.

    Raises:
        KeyError: there is none.
    """
    file = files("kehui.deals") / "data/graphs.toml"
    return read(file.read_text(encoding="utf-8"))[name]


def read(text: str) -> dict[str, Graph]:
    """Return the graphs that a TOML text declares, by name.

    Raises:
        ValueError: a move is made by somebody unknown, or leaves an end.
    """
    found: dict[str, Graph] = {}
    for name, told in tomllib.loads(text).items():
        moves = {each: _move(each, values) for each, values in told["moves"].items()}
        for move in moves.values():
            if not set(move.by) <= ACTORS:
                raise ValueError(f"{name}.{move.name} is made by somebody unknown: {move.by}")
            if set(move.sources) & set(told["ends"]):
                raise ValueError(f"{name}.{move.name} leaves an end")
        found[name] = Graph(name=name, start=told["start"], ends=tuple(told["ends"]), moves=moves)
    return found


def _move(name: str, told: Mapping[str, Any]) -> Move:
    after = told.get("after", {})
    return Move(
        name=name,
        sources=tuple(told["from"]),
        target=told["to"],
        by=tuple(told["by"]),
        needs=tuple(told.get("needs", ())),
        tells=tuple(told.get("tells", ())),
        working_days=after.get("working_days"),
        days=after.get("days"),
    )

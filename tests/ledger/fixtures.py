"""Facts and a reader that only these tests know."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from kehui.ledger.facts import Fact, Payload

NOON = datetime(2026, 11, 21, 4, 0, 0, 123456, tzinfo=UTC)


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class Counted(Fact):
    kind: ClassVar[str] = "test.counted"

    number: int


@dataclass(frozen=True, kw_only=True)
class Ignored(Fact):
    kind: ClassVar[str] = "test.ignored"

    number: int


@dataclass(frozen=True, kw_only=True)
class Everything(Fact):
    """One value of every type that a fact may hold."""

    kind: ClassVar[str] = "test.everything"
    version: ClassVar[int] = 2

    number: int
    text: str
    is_so: bool
    maybe: int | None
    maybe_day: date | None
    at: datetime
    day: date
    uid: UUID
    color: Color
    numbers: tuple[int, ...]
    pair: tuple[int, date]
    nested: tuple[tuple[str, ...], ...]
    days: dict[str, date]
    listed: list[date]
    plain: tuple  # type: ignore[type-arg]
    loose: Any

    @classmethod
    def upgraded(cls, values: Payload, version: int) -> Payload:
        if version == 1:
            return values | {"text": values["text"] + "（旧）"}
        return super().upgraded(values, version)


def everything() -> Everything:
    return Everything(
        number=1,
        text="高温涂层 \U0001f600 “附着力”",
        is_so=True,
        maybe=None,
        maybe_day=date(2026, 3, 2),
        at=NOON,
        day=date(2026, 11, 21),
        uid=UUID("019af2a0-0000-7000-8000-000000000001"),
        color=Color.BLUE,
        numbers=(3, 1, 2),
        pair=(7, date(2026, 1, 1)),
        nested=(("a", "b"), ()),
        days={"z": date(2026, 1, 2), "a": date(2026, 1, 1)},
        listed=[date(2026, 1, 3)],
        plain=(1, 2),
        loose={"b": 1, "a": None},
    )

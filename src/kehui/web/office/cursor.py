"""Long lists by cursor: the rows below a number, and the number to go on from."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
ROWS: Final = 30
LONGEST: Final = 18  # digits: what a column of eight bytes holds for sure


@dataclass(frozen=True, kw_only=True)
class Sheet(Generic[Row]):
    """Some rows, the newest first; `further` is where the next sheet begins, or nothing."""

    rows: list[Row]
    further: int | None


def sheet(rows: QuerySet[Row], before: str | None) -> Sheet[Row]:
    """Return the rows whose key is below `before`; what is no number asks for the first sheet."""
    chosen = rows.order_by("-pk")
    if before and before.isascii() and before.isdecimal() and len(before) <= LONGEST:
        chosen = chosen.filter(pk__lt=int(before))
    found = list(chosen[: ROWS + 1])
    further = int(found[ROWS - 1].pk) if len(found) > ROWS else None
    return Sheet(rows=found[:ROWS], further=further)

"""What happens to suggestions, as the ledger knows it."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kehui.ledger.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ItemMatched(Fact):
    kind: ClassVar[str] = "item.matched"

    item: int
    revision: int
    found: int
    engine: str


@dataclass(frozen=True, kw_only=True)
class SuggestionAccepted(Fact):
    kind: ClassVar[str] = "suggestion.accepted"

    need: int
    offer: int
    side: str
    position: int | None


@dataclass(frozen=True, kw_only=True)
class SuggestionDeclined(Fact):
    kind: ClassVar[str] = "suggestion.declined"

    need: int
    offer: int
    side: str
    reason: str
    position: int | None


@dataclass(frozen=True, kw_only=True)
class InterestExpressed(Fact):
    """One side asked the other to talk; the other promised an answer by a day."""

    kind: ClassVar[str] = "interest.expressed"

    need: int
    offer: int
    side: str
    through_steward: bool
    reply_due_on: date


@dataclass(frozen=True, kw_only=True)
class ExposureShared(Fact):
    """The front places were shared anew; shares are parts per million."""

    kind: ClassVar[str] = "exposure.shared"

    run: int
    lists: int
    studios: int
    gini_before_ppm: int
    gini_after_ppm: int
    relevance_ppm: int
    sheltered_ppm: int

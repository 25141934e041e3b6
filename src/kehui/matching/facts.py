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
class InterestAnswered(Fact):
    """The side that was asked spoke of the pair, for or against, or asked back."""

    kind: ClassVar[str] = "interest.answered"

    need: int
    offer: int
    side: str  # that answered
    is_in_time: bool


@dataclass(frozen=True, kw_only=True)
class InterestUnanswered(Fact):
    """The day that an answer was promised for is over without one."""

    kind: ClassVar[str] = "interest.unanswered"

    need: int
    offer: int
    side: str  # that is silent
    through_steward: bool
    due_on: date


@dataclass(frozen=True, kw_only=True)
class OutcomeReached(Fact):
    """A pair that was suggested came further: negotiated or signed."""

    kind: ClassVar[str] = "suggestion.outcome"

    need: int
    offer: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class EncoderChanged(Fact):
    """From now on what is built in has this name: a model was trained, or taken back.

    Shares are parts per million of MRR@10 on texts held back; None after a model was taken back.
    """

    kind: ClassVar[str] = "encoder.changed"

    encoder: str
    before: str
    held_back: int
    before_ppm: int | None
    after_ppm: int | None


@dataclass(frozen=True, kw_only=True)
class RankingChanged(Fact):
    """From now on matches are ordered by this ranker; "" is the published rule."""

    kind: ClassVar[str] = "ranking.changed"

    ranker: str
    before: str


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

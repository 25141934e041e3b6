"""What happens to deals, as the ledger knows it. Amounts are fen."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kehui.ledger.facts import Fact


@dataclass(frozen=True, kw_only=True)
class DealOpened(Fact):
    kind: ClassVar[str] = "deal.opened"

    deal: int
    need: int | None
    offer: int | None
    buyer: int  # persons
    seller: int
    buyer_organization: int | None
    seller_organization: int | None
    asked_by: str
    source: str


@dataclass(frozen=True, kw_only=True)
class DealMoved(Fact):
    """A deal went from a state to another; the actor is the entry's, none is the clock."""

    kind: ClassVar[str] = "deal.moved"

    deal: int
    move: str
    before: str
    after: str
    role: str


@dataclass(frozen=True, kw_only=True)
class DealDeclined(Fact):
    """Why talks ended; beside DealMoved."""

    kind: ClassVar[str] = "deal.declined"

    deal: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteRequested(Fact):
    kind: ClassVar[str] = "quote.requested"

    deal: int
    request: int
    number: int


@dataclass(frozen=True, kw_only=True)
class QuoteSent(Fact):
    kind: ClassVar[str] = "quote.sent"

    deal: int
    quote: int
    number: int
    amount_total_fen: int
    amount_technical_fen: int
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class QuoteMoved(Fact):
    kind: ClassVar[str] = "quote.moved"

    deal: int
    quote: int
    number: int
    move: str
    before: str
    after: str

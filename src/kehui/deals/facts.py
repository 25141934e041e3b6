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


@dataclass(frozen=True, kw_only=True)
class ContractProposed(Fact):
    kind: ClassVar[str] = "contract.proposed"

    deal: int
    contract: int
    number: int
    text_hash: str


@dataclass(frozen=True, kw_only=True)
class ContractWithdrawn(Fact):
    kind: ClassVar[str] = "contract.withdrawn"

    deal: int
    contract: int
    number: int


@dataclass(frozen=True, kw_only=True)
class PartySigned(Fact):
    kind: ClassVar[str] = "contract.party_signed"

    deal: int
    contract: int
    role: str
    hash_after: str


@dataclass(frozen=True, kw_only=True)
class ContractSigned(Fact):
    """All have signed. After a change `former_total_fen` is what it was before."""

    kind: ClassVar[str] = "contract.signed"

    deal: int
    contract: int
    number: int
    contract_kind: str
    amount_total_fen: int
    amount_technical_fen: int
    former_total_fen: int | None
    text_hash: str


@dataclass(frozen=True, kw_only=True)
class MilestoneMoved(Fact):
    kind: ClassVar[str] = "milestone.moved"

    deal: int
    milestone: int
    position: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class DeliveryAccepted(Fact):
    """The buyer has taken the work over: how many indicators were measured, how many are met."""

    kind: ClassVar[str] = "delivery.accepted"

    deal: int
    indicators: int
    met: int


@dataclass(frozen=True, kw_only=True)
class PaymentTold(Fact):
    """Who pays says that it was done."""

    kind: ClassVar[str] = "payment.told"

    deal: int
    payment: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class PaymentConfirmed(Fact):
    """Who is paid says that it has come, whether the payer told it before or not."""

    kind: ClassVar[str] = "payment.confirmed"

    deal: int
    payment: int
    amount_fen: int
    was_told: bool


@dataclass(frozen=True, kw_only=True)
class RescissionProposed(Fact):
    kind: ClassVar[str] = "rescission.proposed"

    deal: int
    rescission: int
    role: str


@dataclass(frozen=True, kw_only=True)
class RescissionAnswered(Fact):
    kind: ClassVar[str] = "rescission.answered"

    deal: int
    rescission: int
    agrees: bool


@dataclass(frozen=True, kw_only=True)
class DisputeOpened(Fact):
    """One side disputes; until the decision nothing of the deal counts."""

    kind: ClassVar[str] = "dispute.opened"

    deal: int
    dispute: int
    role: str


@dataclass(frozen=True, kw_only=True)
class DisputeStated(Fact):
    """A side was heard, or appealed."""

    kind: ClassVar[str] = "dispute.stated"

    deal: int
    dispute: int
    role: str


@dataclass(frozen=True, kw_only=True)
class DisputeDecided(Fact):
    kind: ClassVar[str] = "dispute.decided"

    deal: int
    dispute: int
    outcome: str
    is_last: bool

"""What happens to items and studios, as the ledger knows it."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kehui.ledger.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ItemFact(Fact):
    """What every fact of an item says."""

    item: int
    side: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class ItemSubmitted(ItemFact):
    kind: ClassVar[str] = "item.submitted"

    item_kind: str
    region: str
    organization: int | None


@dataclass(frozen=True, kw_only=True)
class ItemPublished(ItemFact):
    kind: ClassVar[str] = "item.published"

    item_kind: str
    region: str
    organization: int | None
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class ItemHeld(ItemFact):
    kind: ClassVar[str] = "item.held"

    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ItemRejected(ItemFact):
    kind: ClassVar[str] = "item.rejected"

    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ItemRevised(ItemFact):
    """The author changed a published item; it stays published and is looked at once more."""

    kind: ClassVar[str] = "item.revised"


@dataclass(frozen=True, kw_only=True)
class ItemClosed(ItemFact):
    kind: ClassVar[str] = "item.closed"

    reason: str


@dataclass(frozen=True, kw_only=True)
class ItemWithdrawn(ItemFact):
    kind: ClassVar[str] = "item.withdrawn"

    reason: str


@dataclass(frozen=True, kw_only=True)
class ItemExpired(ItemFact):
    kind: ClassVar[str] = "item.expired"


@dataclass(frozen=True, kw_only=True)
class ItemRenewed(ItemFact):
    kind: ClassVar[str] = "item.renewed"

    valid_until: date


@dataclass(frozen=True, kw_only=True)
class ContactConfirmed(ItemFact):
    kind: ClassVar[str] = "item.contact_confirmed"


@dataclass(frozen=True, kw_only=True)
class ItemHandedOver(ItemFact):
    """Another person of the organization answers for the item from now on."""

    kind: ClassVar[str] = "item.handed_over"

    holder: int


@dataclass(frozen=True, kw_only=True)
class StudioOpened(Fact):
    kind: ClassVar[str] = "studio.opened"

    studio: int


@dataclass(frozen=True, kw_only=True)
class StudioChanged(Fact):
    kind: ClassVar[str] = "studio.changed"

    studio: int
    state: str


@dataclass(frozen=True, kw_only=True)
class StudioTransferred(Fact):
    kind: ClassVar[str] = "studio.transferred"

    studio: int
    owner_before: str  # "person:12", "team:3", "organization:7"
    owner_after: str


@dataclass(frozen=True, kw_only=True)
class NamesChanged(Fact):
    """From now on these learned names are in force; "" is the dictionary alone.

    Shares are parts per million of MRR@10 on texts held back; None after going back.
    """

    kind: ClassVar[str] = "names.changed"

    edition: str
    before: str
    in_force: int
    held_back: int
    before_ppm: int | None
    after_ppm: int | None

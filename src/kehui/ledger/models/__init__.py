"""The ledger's rows."""

from kehui.ledger.models.audit import Access, Checkpoint, Cosignature, Leaf, Tile, Witness
from kehui.ledger.models.entries import (
    BEFORE_ALL,
    CurrentTransaction,
    Cursor,
    Entry,
    EntryQuerySet,
    OldestOpenTransaction,
    Reader,
    Receipt,
    Response,
)

__all__ = [
    "BEFORE_ALL",
    "Access",
    "Checkpoint",
    "Cosignature",
    "CurrentTransaction",
    "Cursor",
    "Entry",
    "EntryQuerySet",
    "Leaf",
    "OldestOpenTransaction",
    "Reader",
    "Receipt",
    "Response",
    "Tile",
    "Witness",
]

"""The one way out of this machine: every question to another one passes here."""

from kehui.core.outbound.client import Answer, Client, ask
from kehui.core.outbound.places import Place, listed_place, own_service
from kehui.core.outbound.refusals import (
    AddressMalformed,
    ListMalformed,
    NoAnswer,
    PlaceForbidden,
    PlaceNotListed,
)

__all__ = [
    "AddressMalformed",
    "Answer",
    "Client",
    "ListMalformed",
    "NoAnswer",
    "Place",
    "PlaceForbidden",
    "PlaceNotListed",
    "ask",
    "listed_place",
    "own_service",
]

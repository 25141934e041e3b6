"""Offers, needs and studios: find, read, publish, withdraw."""

from kehui.api.v1.market import (
    find_needs,
    find_offers,
    find_studios,
    publish_need,
    publish_offer,
    read_need,
    read_offer,
    read_studio,
    withdraw_need,
    withdraw_offer,
)
from kehui.api.v1.market.routing import router

__all__ = [
    "find_needs",
    "find_offers",
    "find_studios",
    "publish_need",
    "publish_offer",
    "read_need",
    "read_offer",
    "read_studio",
    "router",
    "withdraw_need",
    "withdraw_offer",
]

"""Matches of a need and of an offer, and any pair."""

from kehui.api.v1.matching import (
    combination_of_need,
    compare_pair,
    experts_of_need,
    matches_of_need,
    matches_of_offer,
)
from kehui.api.v1.matching.routing import router

__all__ = [
    "combination_of_need",
    "compare_pair",
    "experts_of_need",
    "matches_of_need",
    "matches_of_offer",
    "router",
]

"""Actions of matching."""

from kehui.matching.services.answers import accept_suggestion, decline_suggestion
from kehui.matching.services.cluster import examine_cluster
from kehui.matching.services.index import build_index, embed, embed_items, refresh_index
from kehui.matching.services.pairs import compare_pair, count_offers_for, published_rules
from kehui.matching.services.runs import (
    forget_runs,
    keep_promises,
    match_item,
    rematch_all,
    request_match,
)
from kehui.matching.services.talks import ask_to_talk

__all__ = [
    "accept_suggestion",
    "ask_to_talk",
    "build_index",
    "compare_pair",
    "count_offers_for",
    "decline_suggestion",
    "embed",
    "embed_items",
    "examine_cluster",
    "forget_runs",
    "keep_promises",
    "match_item",
    "published_rules",
    "refresh_index",
    "rematch_all",
    "request_match",
]

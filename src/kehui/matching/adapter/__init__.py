"""The only door to the matching engine: rows go in, plain data comes out."""

from kehui.engines.matching import Part
from kehui.matching.adapter.arguments import Found, argue
from kehui.matching.adapter.found import alike, search
from kehui.matching.adapter.held import (
    IndexMissing,
    Standing,
    embed,
    embed_profiles,
    index,
    standing,
    version,
)
from kehui.matching.adapter.judged import Judged, evaluate
from kehui.matching.adapter.questions import (
    Comparison,
    compare,
    count_alike,
    published_weights,
    suggest,
    suggest_unsaved,
)
from kehui.matching.adapter.snapshots import build, encoder_name
from kehui.matching.adapter.targets import Aggregated, Ranking, experts, needs_for

__all__ = [
    "Aggregated",
    "Comparison",
    "Found",
    "IndexMissing",
    "Judged",
    "Part",
    "Ranking",
    "Standing",
    "alike",
    "argue",
    "build",
    "compare",
    "count_alike",
    "embed",
    "embed_profiles",
    "encoder_name",
    "evaluate",
    "experts",
    "index",
    "needs_for",
    "published_weights",
    "search",
    "standing",
    "suggest",
    "suggest_unsaved",
    "version",
]

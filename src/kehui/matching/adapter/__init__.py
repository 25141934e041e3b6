"""The only door to the matching engine: rows go in, plain data comes out."""

from kehui.matching.adapter.arguments import Found, argue
from kehui.matching.adapter.found import alike, search
from kehui.matching.adapter.held import (
    IndexMissing,
    Standing,
    embed,
    index,
    standing,
    version,
)
from kehui.matching.adapter.judged import Judged, evaluate
from kehui.matching.adapter.questions import (
    Comparison,
    argue_in_full,
    compare,
    count_alike,
    partners,
    published_weights,
    suggest,
    suggest_unsaved,
)
from kehui.matching.adapter.snapshots import build, encoder_name

__all__ = [
    "Comparison",
    "Found",
    "IndexMissing",
    "Judged",
    "Standing",
    "alike",
    "argue",
    "argue_in_full",
    "build",
    "compare",
    "count_alike",
    "embed",
    "encoder_name",
    "evaluate",
    "index",
    "partners",
    "published_weights",
    "search",
    "standing",
    "suggest",
    "suggest_unsaved",
    "version",
]

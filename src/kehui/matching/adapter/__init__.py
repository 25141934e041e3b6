"""The only door to the matching engine: rows go in, plain data comes out."""

from kehui.matching.adapter.found import alike, search
from kehui.matching.adapter.held import (
    IndexMissing,
    Standing,
    embed,
    index,
    standing,
    version,
)
from kehui.matching.adapter.questions import (
    Comparison,
    Found,
    compare,
    count_alike,
    published_weights,
    suggest,
)
from kehui.matching.adapter.snapshots import build, encoder_name

__all__ = [
    "Comparison",
    "Found",
    "IndexMissing",
    "Standing",
    "alike",
    "build",
    "compare",
    "count_alike",
    "embed",
    "encoder_name",
    "index",
    "published_weights",
    "search",
    "standing",
    "suggest",
    "version",
]

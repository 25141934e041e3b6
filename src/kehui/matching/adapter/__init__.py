"""The only door to the matching engine: rows go in, plain data comes out."""

from kehui.matching.adapter.arguments import Found, argue
from kehui.matching.adapter.asking import Coverage, covering
from kehui.matching.adapter.cluster.force import Examined, examine, is_wanted
from kehui.matching.adapter.cluster.refusals import ClusterRefused
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
    compare,
    count_alike,
    published_weights,
    suggest,
    suggest_unsaved,
)
from kehui.matching.adapter.snapshots import build, encoder_name

__all__ = [
    "ClusterRefused",
    "Comparison",
    "Coverage",
    "Examined",
    "Found",
    "IndexMissing",
    "Judged",
    "Standing",
    "alike",
    "argue",
    "build",
    "compare",
    "count_alike",
    "covering",
    "embed",
    "encoder_name",
    "evaluate",
    "examine",
    "index",
    "is_wanted",
    "published_weights",
    "search",
    "standing",
    "suggest",
    "suggest_unsaved",
    "version",
]

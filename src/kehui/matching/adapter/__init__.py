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
    compare,
    count_alike,
    published_weights,
    suggest,
    suggest_unsaved,
)
from kehui.matching.adapter.rankers import (
    Order,
    Trained,
    calibration,
    order_in_force,
    train,
    worth,
)
from kehui.matching.adapter.snapshots import build, encoder_name

__all__ = [
    "Comparison",
    "Found",
    "IndexMissing",
    "Judged",
    "Order",
    "Standing",
    "Trained",
    "alike",
    "argue",
    "build",
    "calibration",
    "compare",
    "count_alike",
    "embed",
    "encoder_name",
    "evaluate",
    "index",
    "order_in_force",
    "published_weights",
    "search",
    "standing",
    "suggest",
    "suggest_unsaved",
    "train",
    "version",
    "worth",
]

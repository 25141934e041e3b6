"""Match needs with offers. See docs/algorithms/matching.md for what is computed and why."""

from kehui.engines.matching.build import build_snapshot
from kehui.engines.matching.constraints import Constraint
from kehui.engines.matching.cutting import cut, rows_of
from kehui.engines.matching.encoder import (
    Encoder,
    NoEncoder,
    UniversalSentenceEncoder,
    embed,
)
from kehui.engines.matching.evaluate import Quality, evaluate
from kehui.engines.matching.explain import Explanation, Raise, Span, WhyNot, explain, why_not
from kehui.engines.matching.index import Index
from kehui.engines.matching.indicators import read_indicators
from kehui.engines.matching.keeper import ShardKeeper, View, view_of
from kehui.engines.matching.listing import Indicator, Listing
from kehui.engines.matching.match import best, match, match_prepared, score
from kehui.engines.matching.parts import NEUTRAL, PARTS, Weights
from kehui.engines.matching.places import distance_km
from kehui.engines.matching.question import Question, prepare
from kehui.engines.matching.scored import Part, Scored
from kehui.engines.matching.search import Filters, Found, Hit, search
from kehui.engines.matching.snapshot import Manifest, Snapshot, SnapshotUnreadable

__all__ = [
    "NEUTRAL",
    "PARTS",
    "Constraint",
    "Encoder",
    "Explanation",
    "Filters",
    "Found",
    "Hit",
    "Index",
    "Indicator",
    "Listing",
    "Manifest",
    "NoEncoder",
    "Part",
    "Quality",
    "Question",
    "Raise",
    "Scored",
    "ShardKeeper",
    "Snapshot",
    "SnapshotUnreadable",
    "Span",
    "UniversalSentenceEncoder",
    "View",
    "Weights",
    "WhyNot",
    "best",
    "build_snapshot",
    "cut",
    "distance_km",
    "embed",
    "evaluate",
    "explain",
    "match",
    "match_prepared",
    "prepare",
    "read_indicators",
    "rows_of",
    "score",
    "search",
    "view_of",
    "why_not",
]

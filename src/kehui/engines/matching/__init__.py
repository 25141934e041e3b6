"""Match needs with offers. See docs/algorithms/matching.md for what is computed and why."""

from kehui.engines.matching.batch import Rematch, partners
from kehui.engines.matching.build import build_snapshot
from kehui.engines.matching.changes import changed_lists, deep
from kehui.engines.matching.constraints import Constraint
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
from kehui.engines.matching.listing import Indicator, Listing
from kehui.engines.matching.lists import Lists
from kehui.engines.matching.match import match, score
from kehui.engines.matching.parts import NEUTRAL, PARTS, Weights
from kehui.engines.matching.places import distance_km
from kehui.engines.matching.scored import Part, Scored
from kehui.engines.matching.search import Filters, Found, Hit, search
from kehui.engines.matching.snapshot import Manifest, Snapshot, SnapshotUnreadable
from kehui.engines.matching.sweeping import NOBODY, Half, Rule

__all__ = [
    "NEUTRAL",
    "NOBODY",
    "PARTS",
    "Constraint",
    "Encoder",
    "Explanation",
    "Filters",
    "Found",
    "Half",
    "Hit",
    "Index",
    "Indicator",
    "Listing",
    "Lists",
    "Manifest",
    "NoEncoder",
    "Part",
    "Quality",
    "Raise",
    "Rematch",
    "Rule",
    "Scored",
    "Snapshot",
    "SnapshotUnreadable",
    "Span",
    "UniversalSentenceEncoder",
    "Weights",
    "WhyNot",
    "build_snapshot",
    "changed_lists",
    "deep",
    "distance_km",
    "embed",
    "evaluate",
    "explain",
    "match",
    "partners",
    "read_indicators",
    "score",
    "search",
    "why_not",
]

"""Match needs with offers. See docs/algorithms/matching.md for what is computed and why."""

from kehui.engines.matching.assign import Assignment, Pair, assign, greedy
from kehui.engines.matching.build import build_snapshot
from kehui.engines.matching.combine import Candidate, Cover, cover, meets
from kehui.engines.matching.constraints import Constraint
from kehui.engines.matching.encoder import (
    Encoder,
    NoEncoder,
    UniversalSentenceEncoder,
    embed,
)
from kehui.engines.matching.evaluate import Quality, evaluate
from kehui.engines.matching.explain import Explanation, Raise, Span, WhyNot, explain, why_not
from kehui.engines.matching.exposure import Balance, Lists, Rule, balance
from kehui.engines.matching.index import Index
from kehui.engines.matching.indicators import read_indicators
from kehui.engines.matching.listing import Indicator, Listing
from kehui.engines.matching.match import Part, Scored, match, score
from kehui.engines.matching.parts import NEUTRAL, PARTS, Weights
from kehui.engines.matching.places import distance_km
from kehui.engines.matching.search import Filters, Found, Hit, search
from kehui.engines.matching.snapshot import Manifest, Snapshot, SnapshotUnreadable

__all__ = [
    "NEUTRAL",
    "PARTS",
    "Assignment",
    "Balance",
    "Candidate",
    "Constraint",
    "Cover",
    "Encoder",
    "Explanation",
    "Filters",
    "Found",
    "Hit",
    "Index",
    "Indicator",
    "Listing",
    "Lists",
    "Manifest",
    "NoEncoder",
    "Pair",
    "Part",
    "Quality",
    "Raise",
    "Rule",
    "Scored",
    "Snapshot",
    "SnapshotUnreadable",
    "Span",
    "UniversalSentenceEncoder",
    "Weights",
    "WhyNot",
    "assign",
    "balance",
    "build_snapshot",
    "cover",
    "distance_km",
    "embed",
    "evaluate",
    "explain",
    "greedy",
    "match",
    "meets",
    "read_indicators",
    "score",
    "search",
    "why_not",
]

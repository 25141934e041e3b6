"""Match needs with offers. See docs/algorithms/matching.md for what is computed and why."""

from kehui.engines.matching.build import build_snapshot
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
from kehui.engines.matching.listing import CALL, PERSON, Indicator, Listing
from kehui.engines.matching.match import among, match, score
from kehui.engines.matching.parts import NEUTRAL, PARTS, Weights
from kehui.engines.matching.persons import Grounds, PersonScored, aggregate, reach
from kehui.engines.matching.places import distance_km
from kehui.engines.matching.scored import Part, Scored
from kehui.engines.matching.search import Filters, Found, Hit, search
from kehui.engines.matching.snapshot import Manifest, Snapshot, SnapshotUnreadable

__all__ = [
    "CALL",
    "NEUTRAL",
    "PARTS",
    "PERSON",
    "Constraint",
    "Encoder",
    "Explanation",
    "Filters",
    "Found",
    "Grounds",
    "Hit",
    "Index",
    "Indicator",
    "Listing",
    "Manifest",
    "NoEncoder",
    "Part",
    "PersonScored",
    "Quality",
    "Raise",
    "Scored",
    "Snapshot",
    "SnapshotUnreadable",
    "Span",
    "UniversalSentenceEncoder",
    "Weights",
    "WhyNot",
    "aggregate",
    "among",
    "build_snapshot",
    "distance_km",
    "embed",
    "evaluate",
    "explain",
    "match",
    "reach",
    "read_indicators",
    "score",
    "search",
    "why_not",
]

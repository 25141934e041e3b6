"""Match needs with offers. See docs/algorithms/matching.md for what is computed and why."""

from kehui.engines.matching.assign import Assignment, Pair, assign, greedy
from kehui.engines.matching.batch import Rematch, partners
from kehui.engines.matching.build import build_snapshot
from kehui.engines.matching.changes import changed_lists, deep
from kehui.engines.matching.combine import Candidate, Cover, cover, meets
from kehui.engines.matching.constraints import Constraint
from kehui.engines.matching.counterfactual import Answer, Estimate, ips, naive, snips
from kehui.engines.matching.cutting import cut, rows_of
from kehui.engines.matching.encoder import (
    Encoder,
    NoEncoder,
    UniversalSentenceEncoder,
    embed,
)
from kehui.engines.matching.evaluate import Quality, evaluate
from kehui.engines.matching.explain import Explanation, Raise, Span, WhyNot, explain, why_not
from kehui.engines.matching.exposure import Balance, Lists, Rule, balance
from kehui.engines.matching.features import COLUMNS, features_of
from kehui.engines.matching.holdout import Held, hold_back, known_item, known_items
from kehui.engines.matching.index import Index
from kehui.engines.matching.indicators import read_indicators
from kehui.engines.matching.interleaving import (
    Drafted,
    Preference,
    credit,
    expected_credit,
    preference,
    team_draft,
)
from kehui.engines.matching.judgements import REPLIED, Judgement, Judgements
from kehui.engines.matching.keeper import ShardKeeper, View, Wanted, view_of
from kehui.engines.matching.listing import CALL, NEED, OFFER, PERSON, Indicator, Listing, Side
from kehui.engines.matching.lists import Lists as PartnerLists
from kehui.engines.matching.match import among, best, match, score
from kehui.engines.matching.parts import NEUTRAL, PARTS, Weights
from kehui.engines.matching.persons import Grounds, PersonScored, aggregate, reach
from kehui.engines.matching.places import distance_km
from kehui.engines.matching.proof import Bin, Demand, Proof, calibration, prove
from kehui.engines.matching.question import Question, prepare
from kehui.engines.matching.ranker import (
    Ranker,
    RankerUnreadable,
    chances,
    rerank,
    trained,
)
from kehui.engines.matching.scored import Part, Scored
from kehui.engines.matching.search import Filters, Found, Hit, search
from kehui.engines.matching.snapshot import Manifest, Snapshot, SnapshotUnreadable
from kehui.engines.matching.static import Blended, ModelUnreadable, StaticModel
from kehui.engines.matching.sweeping import NOBODY, Half
from kehui.engines.matching.sweeping import Rule as MatchRule
from kehui.engines.matching.training import train

__all__ = [
    "CALL",
    "COLUMNS",
    "NEED",
    "NEUTRAL",
    "NOBODY",
    "OFFER",
    "PARTS",
    "PERSON",
    "REPLIED",
    "Answer",
    "Assignment",
    "Balance",
    "Bin",
    "Blended",
    "Candidate",
    "Constraint",
    "Cover",
    "Demand",
    "Drafted",
    "Encoder",
    "Estimate",
    "Explanation",
    "Filters",
    "Found",
    "Grounds",
    "Half",
    "Held",
    "Hit",
    "Index",
    "Indicator",
    "Judgement",
    "Judgements",
    "Listing",
    "Lists",
    "Manifest",
    "MatchRule",
    "ModelUnreadable",
    "NoEncoder",
    "Pair",
    "Part",
    "PartnerLists",
    "PersonScored",
    "Preference",
    "Proof",
    "Quality",
    "Question",
    "Raise",
    "Ranker",
    "RankerUnreadable",
    "Rematch",
    "Rule",
    "Scored",
    "ShardKeeper",
    "Side",
    "Snapshot",
    "SnapshotUnreadable",
    "Span",
    "StaticModel",
    "UniversalSentenceEncoder",
    "View",
    "Wanted",
    "Weights",
    "WhyNot",
    "aggregate",
    "among",
    "assign",
    "balance",
    "best",
    "build_snapshot",
    "calibration",
    "chances",
    "changed_lists",
    "cover",
    "credit",
    "cut",
    "deep",
    "distance_km",
    "embed",
    "evaluate",
    "expected_credit",
    "explain",
    "features_of",
    "greedy",
    "hold_back",
    "ips",
    "known_item",
    "known_items",
    "match",
    "meets",
    "naive",
    "partners",
    "preference",
    "prepare",
    "prove",
    "reach",
    "read_indicators",
    "rerank",
    "rows_of",
    "score",
    "search",
    "snips",
    "team_draft",
    "train",
    "trained",
    "view_of",
    "why_not",
]

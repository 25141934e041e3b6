"""Actions of matching."""

from kehui.matching.services.answers import accept_suggestion, decline_suggestion
from kehui.matching.services.cluster import examine_cluster
from kehui.matching.services.combinations import combination_for
from kehui.matching.services.embedding import embed, embed_items
from kehui.matching.services.encoders import embed_next, encoder_standing
from kehui.matching.services.experts import experts_for, needs_for
from kehui.matching.services.exposure import published_exposure, share_exposure
from kehui.matching.services.feedback import evaluate_feedback
from kehui.matching.services.index import build_index, refresh_index
from kehui.matching.services.namings import train_names
from kehui.matching.services.nights import MatchingUnderway, Stage, match_together
from kehui.matching.services.outcomes import (
    note_broken_promises,
    note_silence,
    record_outcome,
)
from kehui.matching.services.pairs import (
    compare_pair,
    count_offers_for,
    published_order,
    published_rules,
)
from kehui.matching.services.rankings import (
    reorder_suggestions,
    roll_back_ranker,
    train_ranker,
)
from kehui.matching.services.runs import (
    forget_runs,
    keep_promises,
    match_item,
    rematch_all,
    request_match,
)
from kehui.matching.services.showings import forget_showings, note_showings
from kehui.matching.services.static_models import roll_back_encoder, train_encoder
from kehui.matching.services.talks import ask_to_talk

__all__ = [
    "MatchingUnderway",
    "Stage",
    "accept_suggestion",
    "ask_to_talk",
    "build_index",
    "combination_for",
    "compare_pair",
    "count_offers_for",
    "decline_suggestion",
    "embed",
    "embed_items",
    "embed_next",
    "encoder_standing",
    "evaluate_feedback",
    "examine_cluster",
    "experts_for",
    "forget_runs",
    "forget_showings",
    "keep_promises",
    "match_item",
    "match_together",
    "needs_for",
    "note_broken_promises",
    "note_showings",
    "note_silence",
    "published_exposure",
    "published_order",
    "published_rules",
    "record_outcome",
    "refresh_index",
    "rematch_all",
    "reorder_suggestions",
    "request_match",
    "roll_back_encoder",
    "roll_back_ranker",
    "share_exposure",
    "train_encoder",
    "train_names",
    "train_ranker",
]

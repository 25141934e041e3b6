"""The only door to the matching engine: rows go in, plain data comes out."""

from kehui.engines.matching import Part
from kehui.matching.adapter.arguments import ARGUED, Found, argue
from kehui.matching.adapter.asking import Coverage, covering
from kehui.matching.adapter.cluster.force import Examined, examine, is_wanted
from kehui.matching.adapter.combined import smallest_cover
from kehui.matching.adapter.encoders.choice import chosen as chosen_encoder
from kehui.matching.adapter.encoders.failures import ProviderFailed
from kehui.matching.adapter.encoding import (
    built_in_name,
    embed,
    embed_in_a_hurry,
    embed_many,
    embed_profiles,
    no_name,
    plugged_name,
    probe,
    wanted_name,
)
from kehui.matching.adapter.found import alike, search
from kehui.matching.adapter.held import (
    IndexMissing,
    Standing,
    index,
    serving_name,
    standing,
    version,
)
from kehui.matching.adapter.judged import Judged, evaluate
from kehui.matching.adapter.known import Known, find_known
from kehui.matching.adapter.namings import NamesLearned, learn_names
from kehui.matching.adapter.partners import Partners
from kehui.matching.adapter.passes import Pass
from kehui.matching.adapter.questions import (
    Comparison,
    argue_members,
    compare,
    count_alike,
    members,
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
from kehui.matching.adapter.shared import Share, Shared, published_rule, share
from kehui.matching.adapter.snapshots import build
from kehui.matching.adapter.targets import Aggregated, Ranking, experts, needs_for
from kehui.matching.adapter.training import (
    StaticTraining,
    install_static,
    roll_back_static,
    train_static,
)

__all__ = [
    "ARGUED",
    "Aggregated",
    "Comparison",
    "Coverage",
    "Examined",
    "Found",
    "IndexMissing",
    "Judged",
    "Known",
    "NamesLearned",
    "Order",
    "Part",
    "Partners",
    "Pass",
    "ProviderFailed",
    "Ranking",
    "Share",
    "Shared",
    "Standing",
    "StaticTraining",
    "Trained",
    "alike",
    "argue",
    "argue_members",
    "build",
    "built_in_name",
    "calibration",
    "chosen_encoder",
    "compare",
    "count_alike",
    "covering",
    "embed",
    "embed_in_a_hurry",
    "embed_many",
    "embed_profiles",
    "evaluate",
    "examine",
    "experts",
    "find_known",
    "index",
    "install_static",
    "is_wanted",
    "learn_names",
    "members",
    "needs_for",
    "no_name",
    "order_in_force",
    "plugged_name",
    "probe",
    "published_rule",
    "published_weights",
    "roll_back_static",
    "search",
    "serving_name",
    "share",
    "smallest_cover",
    "standing",
    "suggest",
    "suggest_unsaved",
    "train",
    "train_static",
    "version",
    "wanted_name",
    "worth",
]

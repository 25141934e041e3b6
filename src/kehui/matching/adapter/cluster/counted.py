"""What /metrics says of the cluster."""

from prometheus_client import Counter

partial_answers = Counter(
    "kehui_matching_partial_answers", "Answers that lack shards nobody could answer for."
)
local_answers = Counter(
    "kehui_matching_local_answers", "Answers of the local index while the cluster is unreachable."
)
replicas_lost = Counter("kehui_matching_replicas_lost", "Replicas that died or could not answer.")
replicas_late = Counter("kehui_matching_replicas_late", "Replicas that did not answer in time.")

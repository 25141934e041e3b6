"""The door to the engine of Merkle trees, to the key and to witnesses."""

from kehui.engines.merkle import Checkpoint, Edge, Note
from kehui.ledger.adapter.keys import KeyUnusable, LogKey, append_durably, head, public_keys
from kehui.ledger.adapter.tree import (
    consistency,
    edge_at,
    inclusion,
    leaf_of,
    packed,
    root_at,
)
from kehui.ledger.adapter.witnesses import (
    Answer,
    Chosen,
    WitnessSettingWrong,
    chosen_witnesses,
    cosignature_of,
    question,
)

__all__ = [
    "Answer",
    "Checkpoint",
    "Chosen",
    "Edge",
    "KeyUnusable",
    "LogKey",
    "Note",
    "WitnessSettingWrong",
    "append_durably",
    "chosen_witnesses",
    "consistency",
    "cosignature_of",
    "edge_at",
    "head",
    "inclusion",
    "leaf_of",
    "packed",
    "public_keys",
    "question",
    "root_at",
]

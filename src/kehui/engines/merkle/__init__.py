"""An append-only log as RFC 6962 hashes it: roots, proofs, tiles and signed checkpoints."""

from kehui.engines.merkle.frontier import Frontier
from kehui.engines.merkle.hashing import Hash, leaf_hash, node_hash, sha256
from kehui.engines.merkle.notes import (
    COSIGNED,
    SIGNED,
    Checkpoint,
    Note,
    Signature,
    VerifierKey,
    cosigned_text,
)
from kehui.engines.merkle.proofs import (
    Node,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    root_of,
)
from kehui.engines.merkle.tiles import TILE_WIDTH, Edge, Tile, edge_tiles, node_from

__all__ = [
    "COSIGNED",
    "SIGNED",
    "TILE_WIDTH",
    "Checkpoint",
    "Edge",
    "Frontier",
    "Hash",
    "Node",
    "Note",
    "Signature",
    "Tile",
    "VerifierKey",
    "consistency_proof",
    "cosigned_text",
    "edge_tiles",
    "inclusion_proof",
    "is_consistent",
    "is_included",
    "leaf_hash",
    "node_from",
    "node_hash",
    "root_of",
    "sha256",
]

"""The tree of the audit log, read from the tiles in the database."""

from functools import cache

from kehui.engines.merkle import (
    Edge,
    Node,
    consistency_proof,
    edge_tiles,
    inclusion_proof,
    leaf_hash,
    node_from,
    root_of,
)
from kehui.ledger.facts import Recorded, sealed_text
from kehui.ledger.models import Tile

HASH_BYTES = 32


def leaf_of(entry: Recorded) -> bytes:
    """Return the hash of an entry as the log seals it, computed from what the row says now."""
    return leaf_hash(sealed_text(entry).encode())


def edge_at(size: int) -> Edge:
    """Return the edge of the tree of this size.

    Raises:
        LookupError: a tile is missing or too short.
    """
    return Edge([hashes(level, number)[:count] for level, number, count in _kept(size)])


def _kept(size: int) -> list[tuple[int, int, int]]:
    kept = list(edge_tiles(size))
    for level, number, count in kept:
        if count and len(hashes(level, number)) < count:
            raise LookupError(f"tile {level}/{number} has fewer than {count} hashes")
    return kept


def hashes(level: int, number: int) -> list[bytes]:
    """Return what a tile holds; nothing when there is none."""
    found = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
    return unpacked(bytes(found or b""))


def packed(given: tuple[bytes, ...]) -> bytes:
    return b"".join(given)


def unpacked(given: bytes) -> list[bytes]:
    return [given[start : start + HASH_BYTES] for start in range(0, len(given), HASH_BYTES)]


def _node() -> Node:
    return node_from(cache(hashes))


def root_at(size: int) -> bytes:
    """Return the root that the first leaves have, as the tiles tell it."""
    return root_of(0, size, _node())


def consistency(old: int, size: int) -> list[bytes]:
    """Prove that the log of `old` leaves is the beginning of the log of `size`."""
    return consistency_proof(old, size, _node())


def inclusion(position: int, size: int) -> list[bytes]:
    """Prove the leaf at the position in the log of `size` leaves."""
    return inclusion_proof(position, size, _node())

"""Which machine holds which shard."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any


def machines(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the living nodes that offer a processor: a node without one only asks."""
    return sorted(
        each["NodeID"] for each in nodes if each["Alive"] and each["Resources"].get("CPU", 0) > 0
    )


def holders(shard: int, nodes: Sequence[str], replicas: int) -> list[str]:
    """Return the nodes that hold a shard: different ones, as many as replicas are wanted.

    By the highest hash of shard and node, so that everybody comes to the same answer alone, and
    a node that leaves moves only what it held.
    """
    weight = {each: sha256(f"{shard} {each}".encode()).digest() for each in nodes}
    return sorted(nodes, key=lambda each: weight[each], reverse=True)[:replicas]

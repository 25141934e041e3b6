"""The cluster in force: connected when it is first asked, and again after a failure."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Final

from django.conf import settings
from django.core.cache import caches

from kehui.matching.adapter.cluster import counted
from kehui.matching.adapter.cluster.connection import connected
from kehui.matching.adapter.cluster.refusals import CLUSTER_UNUSABLE
from kehui.matching.adapter.cluster.shards import Shards, nodes_of

log = logging.getLogger(__name__)
cache = caches["process"]  # what this process found out

AWAY: Final = "kehui.matching.cluster.away"  # while it stands, nobody tries again
TENDED: Final = "kehui.matching.cluster.tended"
AWAY_SECONDS: Final = 60
TENDED_SECONDS: Final = 30
LOAD_SECONDS: Final = 120.0


@dataclass(frozen=True, kw_only=True)
class Examined:
    """Machines that hold shards, shards, and on how many machines each is held."""

    machines: int
    shards: int
    replicas: int


class _InForce:
    lock = Lock()
    shards: Shards | None = None


def is_wanted() -> bool:
    return bool(settings.RAY_ADDRESS)


def shards_for(folder: str) -> Shards:
    """Return the shards, each machine that lives with its actors.

    Raises:
        RayAddressMalformed, RayMissing, ClusterUnreachable: it cannot be used.
    """
    address = settings.RAY_ADDRESS
    with _InForce.lock:
        shards = _InForce.shards
        if shards is None or shards.address != address or not shards.is_connected:
            shards = Shards(
                connected(address),
                address=address,
                count=settings.RAY_SHARDS,
                replicas=settings.RAY_REPLICAS,
                seconds=settings.RAY_SECONDS,
            )
        if cache.add(TENDED, 1, TENDED_SECONDS) or shards.is_short:
            shards.tend(folder)
        _InForce.shards = shards
        return shards


def shards_or_none(folder: str) -> Shards | None:
    """Return the shards; None when none are wanted, or visibly when they cannot be used."""
    if not is_wanted():
        return None
    if cache.get(AWAY) is None:
        try:
            return shards_for(folder)
        except CLUSTER_UNUSABLE as refusal:
            cache.set(AWAY, refusal.code, AWAY_SECONDS)
            log.warning("%s [%s]", refusal, refusal.code)
    counted.local_answers.inc()
    return None


def prepare(folder: str) -> None:
    """Let the cluster read a snapshot before it is put in force: all shards then switch at once.

    A shard that cannot read it is missing from answers, visibly, until it can.
    """
    if not is_wanted():
        return
    with suppress(*CLUSTER_UNUSABLE):
        ready = shards_for(folder).load(folder, seconds=LOAD_SECONDS)
        log.info("Snapshot %s is read by %d of %d shards", folder, len(ready), settings.RAY_SHARDS)


def examine() -> Examined:
    """Connect and count, for operators; nothing is started and nothing is remembered.

    Raises:
        RayAddressMalformed, RayMissing, ClusterUnreachable: it cannot be used.
    """
    address = settings.RAY_ADDRESS
    nodes = nodes_of(connected(address), address)
    replicas = min(settings.RAY_REPLICAS, len(nodes))
    return Examined(machines=len(nodes), shards=settings.RAY_SHARDS, replicas=replicas)


def forget() -> None:
    """Let the next question connect anew."""
    with _InForce.lock:
        _InForce.shards = None
        cache.delete_many([AWAY, TENDED])

"""The shards of the cluster: kept alive on different machines, and asked all at once."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kehui import __version__
from kehui.engines import matching as engine
from kehui.matching.adapter.cluster import counted, places
from kehui.matching.adapter.cluster.connection import NAMESPACE, said
from kehui.matching.adapter.cluster.refusals import ClusterUnreachable

log = logging.getLogger(__name__)

AT_ONCE: Final = 4  # questions one actor works on; its loops run without the interpreter's lock


@dataclass
class Replica:
    """One actor that holds a shard; `owes` is an answer it was too slow to give."""

    shard: int
    node: str
    actor: Any
    owes: Any = None
    taught: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Asked:
    """A question as it goes to every shard."""

    view: engine.View
    wanted: engine.Wanted


def nodes_of(ray: Any, address: str) -> list[str]:
    """Return the machines that can hold shards.

    Raises:
        ClusterUnreachable: none lives, or nobody says which.
    """
    try:
        nodes = places.machines(ray.nodes())
    except Exception as error:  # Ray raises what it likes when its head is gone
        raise ClusterUnreachable(address=address, why=said(error)) from error
    if not nodes:
        raise ClusterUnreachable(address=address, why=_("集群里没有可用的机器"))
    return nodes


class Shards:
    """The actors of `count` shards with up to `replicas` replicas each.

    Args:
        ray: connected.
        address: as the operator wrote it, for messages.
        count: how many shards; all processes must say the same.
        replicas: on how many machines each shard is held, if there are as many.
        seconds: how long a replica may take to answer before the next one is asked.
        keeper: what runs in an actor.
    """

    def __init__(
        self,
        ray: ModuleType,
        *,
        address: str,
        count: int,
        replicas: int,
        seconds: float,
        keeper: type[engine.ShardKeeper] = engine.ShardKeeper,
    ) -> None:
        self.address = address
        self.count = count
        self._ray: Any = ray
        self._replicas = replicas
        self._seconds = seconds
        self._keeper = ray.remote(keeper)
        self._lock = Lock()
        self._held: dict[tuple[int, str], Replica] = {}
        self.is_short = True  # an actor is missing, as far as we know

    @property
    def is_connected(self) -> bool:
        return bool(self._ray.is_initialized())

    def tend(self, folder: str) -> None:
        """Start the actors that are missing on the machines that live, and let them read a folder.

        Raises:
            ClusterUnreachable: no machine lives, or nobody says which.
        """
        nodes = nodes_of(self._ray, self.address)
        wanted = [
            (shard, node)
            for shard in range(self.count)
            for node in places.holders(shard, nodes, self._replicas)
        ]
        with self._lock:
            held, self.is_short = self._held, False
            self._held = {key: held.get(key) or self._started(*key, folder) for key in wanted}

    def _started(self, shard: int, node: str, folder: str) -> Replica:
        """Return the actor of a shard on a node; all processes that ask share it."""
        placing = import_module("ray.util.scheduling_strategies")
        actor = self._keeper.options(
            # An older edition's actors may live on; they would score by their own rule
            name=f"kehui {__version__} shard {shard} of {self.count} on {node}",
            namespace=NAMESPACE,
            lifetime="detached",
            get_if_exists=True,
            num_cpus=0,
            max_concurrency=AT_ONCE,
            scheduling_strategy=placing.NodeAffinitySchedulingStrategy(node, soft=False),
        ).remote(shard, self.count)
        return Replica(shard, node, actor, owes=actor.load.remote(folder))

    def replicas_of(self, shard: int) -> list[Replica]:
        """Return the actors that hold a shard, those that owe an answer last."""
        with self._lock:
            mine = [each for key, each in sorted(self._held.items()) if key[0] == shard]
        return sorted(mine, key=lambda each: not self._is_at_hand(each))

    def _is_at_hand(self, replica: Replica) -> bool:
        if replica.owes is not None and self._ray.wait([replica.owes], timeout=0)[0]:
            replica.owes = None
        return replica.owes is None

    def load(self, folder: str, *, seconds: float) -> set[int]:
        """Let every actor read a snapshot; return the shards of which one has it in time."""
        replicas = [each for shard in range(self.count) for each in self.replicas_of(shard)]
        asked = {each.actor.load.remote(folder): each for each in replicas}
        return {each.shard for each, _read in self._answers(asked, seconds)}

    def ask(self, asked: Asked) -> dict[int, list[engine.Scored]]:
        """Return each shard's best; a shard for which no replica answered is missing.

        Every actor answers for the same view of the market, or not at all.
        """
        found: dict[int, list[engine.Scored]] = {}
        turns = {shard: self.replicas_of(shard) for shard in range(self.count)}
        while turn := [mine.pop(0) for mine in turns.values() if mine]:
            for replica, answer in self._round(asked, turn):
                found[replica.shard] = answer
                turns[replica.shard] = []
        return found

    def _round(
        self, asked: Asked, turn: list[Replica]
    ) -> Iterator[tuple[Replica, list[engine.Scored]]]:
        """Ask these actors at once; who does not know the view gets it and a second try."""
        while turn:
            sent = {self._sent(asked, each): each for each in turn}
            turn = []
            for replica, answer in self._answers(sent, self._seconds):
                if answer is None:
                    replica.taught.discard(asked.view.key)
                    turn.append(replica)
                else:
                    yield replica, answer

    def _sent(self, asked: Asked, replica: Replica) -> Any:
        key = asked.view.key
        view = None if key in replica.taught else asked.view
        replica.taught.add(key)
        return replica.actor.answer.remote(key, view, asked.wanted)

    def _answers(
        self, sent: Mapping[Any, Replica], seconds: float
    ) -> Iterator[tuple[Replica, Any]]:
        """Give what came in time; who is late is asked last from now on, who died is replaced."""
        done, late = self._ray.wait(list(sent), num_returns=len(sent), timeout=seconds)
        for reference in late:
            sent[reference].owes = reference
            counted.replicas_late.inc()
        for reference in done:
            replica = sent[reference]
            try:
                answer = self._ray.get(reference)
            except self._ray.exceptions.RayError as error:
                self._lost(replica, error)
            else:
                yield replica, answer

    def _lost(self, replica: Replica, error: Exception) -> None:
        counted.replicas_lost.inc()
        log.warning("Shard %d on %s: %s", replica.shard, replica.node, said(error))
        with self._lock:
            self._held.pop((replica.shard, replica.node), None)
            self.is_short = True

"""A Ray cluster of several nodes on this machine, on loopback, small."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

TRIES = 8  # a node ends itself when its agents take fifteen seconds, as on a busy machine
MEMORY = 80 * 1024 * 1024
SMALL = {"object_store_memory": MEMORY, "include_log_monitor": False}
ALONE = {**SMALL, "num_cpus": 0, "include_dashboard": False, "no_monitor": True}
QUICK = {
    "health_check_initial_delay_ms": 500,
    "health_check_period_ms": 500,
    "health_check_failure_threshold": 20,  # a busy machine breathes late
}
AGENTS = (
    "metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port",
    "runtime_env_agent_port",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


class Machines:
    """The nodes: the first only asks, the others hold shards."""

    def __init__(self, cluster: Any, ray: Any) -> None:
        self._cluster, self._ray = cluster, ray
        self._nodes: dict[str, Any] = {}
        self.address: str = cluster.address

    def add(self) -> None:
        node = started(lambda: self._cluster.add_node(num_cpus=1, **SMALL, **ports()))
        self._nodes[node.node_id] = node

    def kill(self, node: str) -> None:
        """End a node as a power failure does."""
        self._cluster.remove_node(self._nodes.pop(node), allow_graceful=False)

    def living(self) -> set[str]:
        return {
            each["NodeID"]
            for each in self._ray.nodes()
            if each["Alive"] and each["Resources"].get("CPU")
        }

    def stands(self) -> bool:
        """Tell whether all machines live that nobody killed."""
        with suppress(Exception):  # where the first machine is gone, Ray raises plain ones
            return self.living() == self.names
        return False

    @property
    def names(self) -> set[str]:
        return set(self._nodes)


@contextmanager
def machines(count: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "src")]))
    ray: Any = import_module("ray")
    cluster = import_module("ray.cluster_utils").Cluster()
    try:
        started(lambda: cluster.add_node(_system_config=QUICK, **ALONE, **ports()))
        found = Machines(cluster, ray)
        for _ in range(count):
            found.add()
        yield found
    finally:
        try:
            ray.shutdown()
        finally:
            cluster.shutdown()


def ports() -> dict[str, int]:
    """Return free ports for a node's agents: which it need not ask of them then."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in AGENTS]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return {name: each.getsockname()[1] for name, each in zip(AGENTS, sockets, strict=True)}


def started(start: Callable[[], Any]) -> Any:
    """Return the node that Ray starts, if need be at a later try; nothing of a failed one stays."""
    for left in reversed(range(TRIES)):
        before = children()
        try:
            return start()
        except Exception:  # Ray raises plain ones
            for each in children() - before:
                os.kill(each, signal.SIGKILL)
            if not left:
                raise
    raise AssertionError("there is no try")


def children() -> set[int]:
    """Return the processes that this one has started and that are not gone."""
    tasks = Path("/proc/self/task").iterdir()
    return {int(each) for task in tasks for each in (task / "children").read_text().split()}


def until(holds: Callable[[], bool], *, seconds: float = 300) -> None:
    """Wait for what comes by itself; give up loudly."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("it did not come")
        time.sleep(0.05)

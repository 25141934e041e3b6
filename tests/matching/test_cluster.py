"""A cluster of real Ray nodes: exact, and honest when machines die while they are asked.

One test, since a cluster takes seconds to start and every worker would start one of its own.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from pytest_django import Settings
from tests.engines.makers import HashEncoder, index_of, market
from tests.matching.clusters import Machines, machines, until
from tests.matching.gate import GatedKeeper

from kehui.engines import matching as engine
from kehui.matching.adapter import asking
from kehui.matching.adapter.cluster import force, places
from kehui.matching.adapter.cluster.shards import Shards

TRIES = 3  # Ray gives up machines of a busy host that nobody killed
PATIENT = 300.0  # seconds: where nobody is to be late, a busy machine is none either

pytestmark = pytest.mark.filterwarnings("ignore")  # what Ray warns of is not ours


def covered(index: engine.Index, listing: engine.Listing) -> tuple[list[engine.Scored], float]:
    with asking.covering() as coverage:
        found = asking.match(index, listing, k=10)
    return found, coverage.missed_share


def asked_while_a_machine_dies(
    cluster: Machines, index: engine.Index, listing: engine.Listing, *, shard: int, node: str
) -> tuple[list[engine.Scored], float]:
    """Kill a node while its actor is held inside the question, and return what was answered."""
    folder = index.snapshot.folder.parent
    gate, inside = folder / f"gate-{shard}", folder / f"inside-{shard}"
    inside.unlink(missing_ok=True)
    gate.touch()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(covered, index, listing)
        try:
            until(lambda: inside.exists() or answer.done())
            assert not answer.done()
            cluster.kill(node)
            return answer.result()
        finally:
            gate.unlink()


def test_a_cluster_lives_through_the_death_of_its_machines(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = market(11, offers=120, needs=30)
    index = index_of(tmp_path, listings, delta=listings[:100:9], encoder=HashEncoder())
    whole = engine.match(index, listings[-1], k=10)
    monkeypatch.setattr(force, "Shards", partial(Shards, keeper=GatedKeeper))
    for left in reversed(range(TRIES)):
        with machines(2, monkeypatch) as cluster:
            settings.RAY_ADDRESS = cluster.address
            settings.RAY_SHARDS, settings.RAY_REPLICAS, settings.RAY_SECONDS = 2, 2, PATIENT
            force.forget()
            try:
                lives_through_deaths(cluster, index, listings, settings)
            except Exception:
                if not left or cluster.stands():
                    raise
            else:
                break
    assert covered(index, listings[-1]) == (whole, 0)  # the cluster is gone, head and all
    assert force.cache.get(force.AWAY) == "RAY_UNREACHABLE"
    force.forget()


def lives_through_deaths(
    cluster: Machines, index: engine.Index, listings: list[engine.Listing], settings: Settings
) -> None:
    need = listings[-1]
    folder, whole = str(index.snapshot.folder), engine.match(index, need, k=10)
    held = force.shards_for(folder)
    for shard in range(2):  # two replicas, never on one machine
        assert {each.node for each in held.replicas_of(shard)} == cluster.names
    force.prepare(folder)

    for listing in (listings[0], listings[40], *listings[-3:]):
        assert covered(index, listing) == (engine.match(index, listing, k=10), 0)

    asked_beyond_memory(index, need)
    asked_while_one_is_late(index, need, settings)
    held = force.shards_for(folder)
    until(lambda: all(each.owes is None for each in held.replicas_of(0)))  # who is first stays so
    first = held.replicas_of(0)[0].node
    found = asked_while_a_machine_dies(cluster, index, need, shard=0, node=first)
    assert found == (whole, 0)  # the replica answered

    until(lambda: cluster.living() == cluster.names)
    assert covered(index, need) == (whole, 0)
    assert [len(held.replicas_of(shard)) for shard in range(2)] == [1, 1]

    cluster.add()  # and it gets what is missing, from the snapshot's folder
    until(lambda: cluster.living() == cluster.names)
    force.cache.clear()
    assert covered(index, need) == (whole, 0)
    assert {each.node for each in held.replicas_of(1)} == cluster.names

    without_replicas(cluster, index, need, settings)
    assert covered(index, need) == (whole, 0)
    cluster.kill(*cluster.names)
    until(lambda: not cluster.living())
    force.forget()
    assert covered(index, need) == (whole, 0)  # by the index of this process
    assert force.cache.get(force.AWAY) == "RAY_UNREACHABLE"

    cluster.add()
    until(lambda: cluster.living() == cluster.names)
    force.forget()
    assert covered(index, need) == (whole, 0)
    assert force.cache.get(force.AWAY) is None


def asked_beyond_memory(index: engine.Index, need: engine.Listing) -> None:
    """Ask for more moments of the market than an actor remembers, and for the first one again."""
    whole = engine.match(index, need, k=10)
    for number in range(1, 12):
        other = engine.Index(index.snapshot, (), [number], encoder=HashEncoder())
        assert covered(other, need) == (engine.match(other, need, k=10), 0)
    assert covered(index, need) == (whole, 0)


def asked_while_one_is_late(index: engine.Index, need: engine.Listing, settings: Settings) -> None:
    """Hold a replica longer than it may take: the other one answers, and is asked first then."""
    folder = index.snapshot.folder.parent
    settings.RAY_SECONDS = 5.0
    force.forget()
    held = force.shards_for(str(index.snapshot.folder))
    warmed(held, index, need)
    until(lambda: all(each.owes is None for each in held.replicas_of(1)))
    slow = held.replicas_of(1)[0]
    (folder / "gate-1").touch()
    assert covered(index, need) == (engine.match(index, need, k=10), 0)
    assert held.replicas_of(1)[-1] is slow
    (folder / "gate-1").unlink()
    until(lambda: held.replicas_of(1)[0] is slow)
    settings.RAY_SECONDS = PATIENT
    force.forget()


def warmed(held: Shards, index: engine.Index, need: engine.Listing) -> None:
    """Let every replica of every shard answer once: then it has read and compiled all it needs."""
    view, wanted = engine.view_of(index), engine.Wanted(engine.prepare(index, need), 10)
    ray = import_module("ray")
    ray.get(
        [
            each.actor.answer.remote(view.key, view, wanted)
            for shard in range(held.count)
            for each in held.replicas_of(shard)
        ]
    )


def without_replicas(
    cluster: Machines, index: engine.Index, need: engine.Listing, settings: Settings
) -> None:
    """Lose a machine that alone holds its shards: the answer says what it lacks."""
    nodes = sorted(cluster.names)
    holders = {
        count: [places.holders(shard, nodes, 1)[0] for shard in range(count)]
        for count in range(2, 20)
    }
    settings.RAY_SHARDS = next(count for count in holders if len(set(holders[count])) == 2)
    settings.RAY_REPLICAS = 1
    force.forget()
    whole = engine.match(index, need, k=10)
    assert covered(index, need) == (whole, 0)
    alone = settings.RAY_SHARDS - 1  # every shard before it is on the other machine
    node = holders[settings.RAY_SHARDS][alone]

    found, missed = asked_while_a_machine_dies(cluster, index, need, shard=alone, node=node)

    fixed = index.shards["offer"][0].table
    lost = list(engine.rows_of(len(fixed), alone, settings.RAY_SHARDS))
    total = sum(len(each.table) for each in index.shards["offer"])
    assert missed == len(lost) / total > 0
    gone = {int(fixed.ids[row]) for row in lost}
    fresh = {int(each) for each in index.shards["offer"][1].table.ids}
    everything = engine.match(index, need, k=500)
    assert found == [each for each in everything if each.id not in gone - fresh][:10]
    until(lambda: covered(index, need) == (whole, 0))  # the actors stand anew on what lives

"""A cluster that is asked for and cannot be used is named, and this machine answers alone."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation
from prometheus_client import REGISTRY
from pytest_django import Settings
from tests.engines.makers import HashEncoder, index_of, market

from kehui.cli.cluster_checks import findings as cluster_findings
from kehui.engines import matching as engine
from kehui.matching.adapter import asking
from kehui.matching.adapter.cluster import force, places
from kehui.matching.adapter.cluster.refusals import ClusterUnreachable
from kehui.matching.services import examine_cluster


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    force.cache.clear()
    force.forget()
    yield
    force.forget()
    force.cache.clear()


@pytest.fixture
def closed_port() -> str:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{held.getsockname()[1]}"


def findings() -> list[tuple[str, str]]:
    return [(each["code"], each["verdict"]) for each in cluster_findings()]


def counted(name: str) -> float:
    return REGISTRY.get_sample_value(f"kehui_matching_{name}_total") or 0.0


def test_without_an_address_ray_is_not_even_loaded() -> None:
    asks = (
        "import sys, django; django.setup();"
        "from kehui.matching.services import examine_cluster; print(examine_cluster());"
        "print([each for each in sys.modules if each.split('.')[0] == 'ray'])"
    )

    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)

    assert done.stdout.split("\n")[:2] == ["None", "[]"]
    assert findings() == []


@pytest.mark.parametrize(
    "address", ["auto", "local", "host", ":6379", "host:", "host:x", "host:70000", "ray://h:1"]
)
def test_an_address_is_host_and_port(settings: Settings, address: str) -> None:
    settings.RAY_ADDRESS = address

    assert findings() == [("ray_address_form", "bad")]
    (found,) = cluster_findings()
    assert f"“{address}”" in found["found"]
    assert "结果完整" in found["found"]


def test_a_machine_without_ray_says_how_to_get_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RAY_ADDRESS = "127.0.0.1:6379"
    monkeypatch.setitem(sys.modules, "ray", None)

    assert findings() == [("ray_not_installed", "bad")]


def test_an_unreachable_cluster_is_named_and_this_machine_answers(
    settings: Settings, tmp_path: Path, closed_port: str, caplog: pytest.LogCaptureFixture
) -> None:
    listings = market(3)
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    settings.RAY_ADDRESS = closed_port
    before = counted("local_answers")

    for _again in range(2):
        with asking.covering() as coverage:
            found = asking.match(index, listings[-1], k=5)
        assert found == engine.match(index, listings[-1], k=5)
        assert coverage.missed_share == 0
    force.prepare(str(index.snapshot.folder))  # a build goes on all the same

    assert counted("local_answers") == before + 2
    assert [each.message for each in caplog.records if "RAY_UNREACHABLE" in each.message] == [
        each.message for each in caplog.records
    ]
    assert len(caplog.records) == 1  # nobody tries again, or complains again, for a minute
    assert force.cache.get(force.AWAY) == "RAY_UNREACHABLE"
    assert findings() == [("ray_unreachable", "bad")]
    with translation.override("en"), pytest.raises(ClusterUnreachable, match="does not answer"):
        examine_cluster()


def agreeing(*_args: object, **_values: object) -> SimpleNamespace:
    return SimpleNamespace(close=lambda: None)


def pretended(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Let something else than Ray's own code answer for Ray; its cluster is tested for real."""
    ray = SimpleNamespace(is_initialized=lambda: False, init=agreeing, nodes=list)
    vars(ray).update(values)
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setattr(socket, "create_connection", agreeing)


def node(name: str, cpu: float, *, alive: bool = True) -> dict[str, Any]:
    return {"NodeID": name, "Alive": alive, "Resources": {"CPU": cpu} if cpu else {}}


def failing(*_args: object, **_values: object) -> None:
    raise RuntimeError


def test_what_answers_there_and_is_no_cluster(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RAY_ADDRESS = "127.0.0.1:6379"
    pretended(monkeypatch, init=failing)
    assert findings() == [("ray_unreachable", "bad")]
    (found,) = cluster_findings()
    assert "RuntimeError" in found["found"]

    pretended(monkeypatch, nodes=failing)
    assert findings() == [("ray_unreachable", "bad")]

    pretended(monkeypatch, nodes=lambda: [node("a", 0), node("b", 2, alive=False)])
    (found,) = cluster_findings()
    assert "没有可用的机器" in found["found"]


def test_one_machine_alone_is_a_warning(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RAY_ADDRESS = "127.0.0.1:6379"
    pretended(monkeypatch, nodes=lambda: [node("a", 4)])
    assert findings() == [("ray", "warning")]

    pretended(monkeypatch, nodes=lambda: [node("a", 4), node("b", 4)], is_initialized=lambda: True)
    assert findings() == [("ray", "good")]
    (found,) = cluster_findings()
    assert found["found"] == "2 台机器，2 个分片，每片 2 份"


def test_a_machine_that_leaves_moves_only_what_it_held() -> None:
    nodes = [f"node-{number}" for number in range(5)]
    for shard in range(40):
        held = places.holders(shard, nodes, 2)
        assert len(set(held)) == 2
        for gone in nodes:
            left = places.holders(shard, [each for each in nodes if each != gone], 2)
            assert set(held) - {gone} <= set(left)
    assert places.holders(0, nodes[:1], 2) == nodes[:1]
    assert places.holders(0, [], 2) == []


def test_a_block_within_a_block_notes_for_both() -> None:
    with asking.covering() as outer:
        with asking.covering() as inner:
            inner.missed_share = 0.25
        with asking.covering() as other:
            other.missed_share = 0.125
    assert outer.missed_share == 0.25

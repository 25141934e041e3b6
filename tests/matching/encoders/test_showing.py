"""Operators see which encoder serves, how far the next one is, and what went wrong."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pytest_django import Settings
from tests.makers import PASSWORD, make_account, make_operator
from tests.matching.encoders import loopback
from tests.matching.encoders.loopback import Loopback
from tests.matching.pairs import AT, need_of, offer_of

from kehui.cli.encoder_checks import database_finding
from kehui.core.errors import Refused
from kehui.jobs import tasks
from kehui.matching import adapter, services
from kehui.matching.models import EncoderProgress
from kehui.matching.services import build_index, embed_next

pytestmark = pytest.mark.django_db
Out = pytest.CaptureFixture[str]


def test_the_command_embeds_everything_tells_how_far_and_switches(
    server: Loopback, capsys: Out
) -> None:
    for subject in ("salt", "coating", "bridge"):
        offer_of(subject)
    build_index(at=AT)

    call_command("embed", "--at-a-time", "2")

    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["已有向量 2/3 条", "已有向量 3/3 条"]
    assert told[-1] == f"正在使用编码器 {adapter.serving_name()}。"
    assert told[-1].startswith("正在使用编码器 openai:tiny ")


def test_the_command_makes_what_is_built_in_too(capsys: Out) -> None:
    offer_of("salt")

    call_command("embed")

    assert capsys.readouterr().out.splitlines() == [
        "已有向量 1/1 条",
        f"正在使用编码器 {adapter.built_in_name()}。",
    ]
    assert database_finding()["verdict"] == "good"


def test_the_command_stops_at_a_provider_that_is_down_and_goes_on_later(
    server: Loopback, capsys: Out
) -> None:
    offers = [offer_of("salt") for _ in range(3)]
    build_index(at=AT)
    down = [loopback.status(503)] * 4
    server.script = [loopback.well, loopback.well, *down]  # the probe, the first item

    with pytest.raises(CommandError, match="再运行一次就接着做"):
        call_command("embed", "--at-a-time", "1")
    assert "已有向量 1/3 条" in capsys.readouterr().out
    assert adapter.serving_name() == adapter.built_in_name()
    server.requests.clear()

    call_command("embed")

    assert adapter.standing().offers == len(offers)
    assert adapter.serving_name() != adapter.built_in_name()
    assert len(server.requests) == 1


def test_the_command_says_what_keeps_it_from_switching(
    server: Loopback, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    offer_of("salt")
    server.script = [loopback.well, loopback.status(400), loopback.well]

    with pytest.raises(CommandError, match="还有 1 条没有向量"):
        call_command("embed")
    with pytest.raises(CommandError, match="至少为 1"):
        call_command("embed", "--at-a-time", "0")


def test_the_command_refuses_wrong_settings_and_can_be_stopped(
    server: Loopback, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    def stop(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "embed_next", stop)
    with pytest.raises(KeyboardInterrupt):
        call_command("embed")
    assert "再运行一次就接着做" in capsys.readouterr().err

    settings.ENCODER_MODEL = ""
    with pytest.raises(Refused) as refused:
        call_command("embed")
    assert refused.value.code == "ENCODER_SETTING_MISSING"


def test_the_doctor_tells_every_stage(server: Loopback, settings: Settings) -> None:
    def found() -> tuple[str, str]:
        told = database_finding()
        assert bool(told["advice"]) == (told["verdict"] != "good")
        return told["verdict"], told["found"]

    offer_of("salt")
    assert found()[1].startswith("还没有索引，正在换成 openai:tiny ")
    build_index(at=AT)
    usual, server.usual = server.usual, loopback.status(503)
    embed_next(at=AT)
    verdict, said = found()
    assert verdict == "warning"
    assert "：0/1 条有向量；失败 1 次，最近：编码器答复状态 503 [STATUS]" in said

    server.usual = usual
    embed_next(at=AT)
    embed_next(at=AT)
    build_index(at=AT + timedelta(hours=1))
    assert found() == ("good", f"{adapter.serving_name()}；1/1 条有向量")

    need_of("salt")
    EncoderProgress.objects.update(refused=1, error="")
    assert found() == ("warning", f"{adapter.serving_name()}；1/2 条有向量；1 条做不成")

    settings.ENCODER = "another"
    verdict, said = found()
    assert (verdict, "设置有误" in said) == ("bad", True)


def test_monitors_read_the_same(server: Loopback, client: Client) -> None:
    account = make_account(person=make_operator())
    client.login(username=account.username, password=PASSWORD)
    offer_of("salt")

    def figure(name: str) -> float:
        lines = client.get("/metrics").content.decode().splitlines()
        return float(next(line for line in lines if line.startswith(f"kehui_{name} ")).split()[1])

    assert [figure(each) for each in ("items_without_vector", "encoder_serves")] == [1, 0]
    server.usual = loopback.status(503)
    embed_next(at=AT)
    assert figure("encoder_rounds_failed") == 1
    server.usual = loopback.well
    call_command("embed")

    assert [
        figure(each)
        for each in (
            "published_items", "items_without_vector", "encoder_serves", "encoder_items_refused"
        )
    ] == [1, 0, 1, 0]  # fmt: skip


def test_the_clock_embeds_until_nothing_is_left_or_it_is_down(server: Loopback) -> None:
    for _ in range(services.embedding.PLUGGED_AT_A_TIME + 1):
        offer_of("salt")
    assert tasks.embed_items(timestamp=0) == services.embedding.PLUGGED_AT_A_TIME + 1

    offer_of("salt")
    server.usual = loopback.status(503)
    assert tasks.embed_items(timestamp=0) == 0
    server.usual = loopback.well
    assert tasks.embed_items(timestamp=0) == 1


def test_without_a_plugged_encoder_the_clock_has_nothing_to_do() -> None:
    assert tasks.embed_items(timestamp=0) == 0

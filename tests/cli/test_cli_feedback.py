"""Train, judge and export at the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from tests.matching.judged import judged_market

from kehui.cli.management.commands import evaluate_feedback
from kehui.matching.models import Suggestion
from kehui.matching.services import published_order
from kehui.matching.services.rankings import NoRankerInForce

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]


def told(capsys: Capture) -> Any:
    return json.loads(capsys.readouterr().out)


def test_without_answers_nothing_is_installed_and_it_is_said_why(capsys: Capture) -> None:
    call_command("train_ranker")

    said = capsys.readouterr().out
    assert "判断 0 对，需求 0 条，得到回应 0 对" in said
    assert "没有启用：判断过的供需对还不够（0 对）。[PAIRS]" in said


def test_a_ranker_is_trained_installed_and_gone_back_from(capsys: Capture) -> None:
    judged_market()

    call_command("train_ranker", "--dry-run")
    dry = capsys.readouterr().out
    call_command("train_ranker", "--json")
    trained = told(capsys)
    call_command("train_ranker")
    again = capsys.readouterr().out

    version = trained["version"]
    assert f"可以启用 {version}，这次没有换。" in dry
    assert "95% 区间 +" in dry
    assert (trained["is_installed"], trained["reordered"]) == (True, 1_000)
    assert trained["proof"]["gain_low"] > 0
    assert f"可以启用 {version}，这次没有换。" in again
    assert published_order() == version
    assert set(Suggestion.objects.values_list("ranker", flat=True)) == {version}

    call_command("train_ranker", "--rollback")

    back = capsys.readouterr().out
    assert f"已撤下 {version}，现在按 公开规则的分数 排序。" in back
    assert "已按新的次序重排 1000 条匹配。" in back
    assert set(Suggestion.objects.values_list("ranker", flat=True)) == {""}
    call_command("train_ranker")
    assert f"已启用 {version}；前一个是 公开规则。" in capsys.readouterr().out


def test_with_nothing_in_force_there_is_nothing_to_go_back_from() -> None:
    with pytest.raises(NoRankerInForce):
        call_command("train_ranker", "--rollback")


def test_answers_are_judged_in_words_and_as_json(capsys: Capture) -> None:
    judged_market(100)

    call_command("train_ranker")
    version = published_order()
    capsys.readouterr()
    call_command("evaluate_feedback")
    said = capsys.readouterr().out
    call_command("evaluate_feedback", "--json")
    data = told(capsys)

    assert f"按{version}排序" in said
    assert "判断 1000 对，需求 100 条" in said
    assert "按名次校正并归一：0." in said
    assert said.count("预计回应") == 10
    assert (data["pairs"], data["ranker"]) == (1_000, version)
    assert set(data["orders"]) == {"rule", version}


def test_without_answers_there_is_no_value(capsys: Capture) -> None:
    call_command("evaluate_feedback")

    said = capsys.readouterr().out
    assert "按公开规则的分数排序" in said
    assert "按名次校正：还没有数据" in said
    assert evaluate_feedback.shown({"value": 0.5, "low": None, "high": None}) == "0.5000"


def test_judgements_are_exported_a_line_a_need(tmp_path: Path, capsys: Capture) -> None:
    judged_market(3, offers=4)
    path = tmp_path / "judgements.jsonl"

    call_command("export_judgements", str(path))

    assert "已导出 3 条需求的 12 对判断。" in capsys.readouterr().out
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [len(line["pairs"]) for line in lines] == [4, 4, 4]
    first = lines[0]["pairs"][0]
    assert first["need"] == lines[0]["need"]
    assert set(first) == {
        "need", "offer", "grade", "is_silent", "position", "engine", "ranker", "features",
    }  # fmt: skip
    with pytest.raises(CommandError, match="写不了"):
        call_command("export_judgements", str(path))

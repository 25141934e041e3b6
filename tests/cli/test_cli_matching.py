import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from tests.ledger.reading import read_all
from tests.market.writing import publish_need, publish_offer

from kehui.cli.management.commands import bench_matching
from kehui.market.models import Item
from kehui.matching import readers, services
from kehui.matching.models import Suggestion
from kehui.matching.services import nights
from kehui.matching.services.judging import LabelsUnreadable

NEED = {
    "title": "泡菜废水盐分回收",
    "body": "每天 120 吨高盐废水，蒸发结垢，三天停机清洗一次。",
    "region": "510107",
    "industry": "C14",
    "budget_high_fen": 100_000_000,
    "trl": 6,
    "deadline": "2030-12-31",
    "indicators": [{"name": "盐回收率", "comparison": ">=", "target": 85, "unit": "%"}],
    "flavor": "麻辣",
}


def written(folder: Path, need: Any) -> Path:
    path = folder / "need.json"
    path.write_text(need if isinstance(need, str) else json.dumps(need), "utf-8")
    return path


@pytest.fixture
def index_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "INDEX_DIR", tmp_path / "index")
    return tmp_path / "index"


@pytest.mark.django_db
@pytest.mark.usefixtures("index_dir")
def test_a_need_in_a_file_is_matched_and_argued(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer = publish_offer(trl=7)

    call_command("match", str(written(tmp_path, NEED)))

    said = capsys.readouterr()
    assert f"编号 {offer.pk} · 成都市" in said.out
    assert "1. " in said.out
    assert "分  高盐有机废水电渗析盐回收成套工艺" in said.out
    assert "✓ 预算" in said.out or "✓" in said.out
    assert said.err == "没有用到的字段：flavor\n"
    assert (Item.objects.count(), Suggestion.objects.count()) == (1, 0)


@pytest.mark.django_db
@pytest.mark.usefixtures("index_dir")
def test_the_same_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offer = publish_offer()

    call_command("match", str(written(tmp_path, NEED)), "-k", "1", "--json")

    told = json.loads(capsys.readouterr().out)
    (match,) = told["matches"]
    assert (match["offer"], match["uid"]) == (offer.pk, str(offer.uid))
    assert match["score"] == sum(part["got"] for part in match["parts"])
    assert match["sentences"]
    assert {each["code"] for each in match["constraints"]} >= {"BUDGET", "READINESS", "INDICATOR"}


@pytest.mark.django_db
@pytest.mark.usefixtures("index_dir")
def test_with_nothing_published_nothing_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("match", str(written(tmp_path, {"title": "泡菜废水", "body": "盐"})))

    assert "没有找到" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("need", "why"),
    [
        ("{", "Expecting"),
        ("[]", "不是一个 JSON 对象"),
        ({"body": "没有标题"}, "没有 title"),
        ({"title": 7}, "title 应是文字"),
        ({"title": "x", "trl": "六"}, "trl 应是整数"),
        ({"title": "x", "keywords": "盐"}, "keywords 应是文字的列表"),
        ({"title": "x", "kind": "capacity"}, "capacity"),
        ({"title": "x", "indicators": [{"name": "盐"}]}, "comparison"),
        ({"title": "x", "indicators": 5}, "NEED_FILE"),
        ({"title": "x", "region": "999999"}, "REGION_UNKNOWN"),
        ({"title": "x", "industry": "0"}, "INDUSTRY_UNKNOWN"),
        ({"title": "x", "deadline": "某天"}, "DATE_FORM"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_why(tmp_path: Path, need: Any, why: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("match", str(written(tmp_path, need)))
    assert why in str(refused.value)


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="NEED_FILE"):
        call_command("match", str(tmp_path / "none.json"))
    with pytest.raises(CommandError):
        call_command("match", str(written(tmp_path, NEED)), "-k", "0")


def labels(folder: Path, **changes: str) -> Path:
    files = {
        "needs.jsonl": '{"id":"n1","title":"污水除盐","body":"高盐废水蒸发结垢"}\n'
        '{"id":"n2","title":"茶叶杀青","body":"自动控制杀青温度"}\n',
        "offers.jsonl": '{"id":"o1","title_tokens":["高盐","废水","除盐"]}\n'
        '{"id":"o2","title":"茶叶杀青机温度控制"}\n'
        '{"id":"o3","title_tokens":["钒","电池"]}\n',
        "pairs.csv": "need_id,offer_id,level\nn1,o1,4\nn1,o2,1\nn1,o3,1\n"
        "n2,o2,4\nn2,o1,1\nn2,o3,1\n",
    }
    for name, text in (files | changes).items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_labels_are_measured_without_a_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("evaluate_matching", str(labels(tmp_path)), "--json")

    told = json.loads(capsys.readouterr().out)
    assert (told["ndcg_at_10"], told["recall_level4_at_10"], told["needs"]) == (1.0, 1.0, 2)
    assert 0 < told["ndcg_at_10_random"] < 1
    assert told["encoder"].startswith("use-multilingual")
    assert told["seconds"] >= 0


def test_labels_are_measured_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate_matching", str(labels(tmp_path)))

    assert "nDCG@10      1.0000" in capsys.readouterr().out


def test_without_a_relevant_offer_the_figures_are_null(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = labels(tmp_path, **{"pairs.csv": "need_id,offer_id,level\nn1,o1,2\n"})

    call_command("evaluate_matching", str(folder), "--json")

    assert json.loads(capsys.readouterr().out)["ndcg_at_10"] is None


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("needs.jsonl", "{\n", "第 1 行"),
        ("needs.jsonl", "", "没有内容"),
        ("needs.jsonl", '{"title":"x"}', "第 1 行：没有 id"),
        ("offers.jsonl", '{"id":"o1"}', "第 1 行：没有 title"),
        ("pairs.csv", "need_id,offer_id,level\nn1,o9,4\n", "第 2 行"),
        ("pairs.csv", "need_id,offer_id,level\nn1,o1,5\n", "第 2 行"),
        ("pairs.csv", "a,b\n1,2\n", "第 2 行"),
        ("pairs.csv", "", "没有内容"),
    ],
)
def test_a_folder_of_labels_that_is_wrong_is_said_why(
    tmp_path: Path, name: str, text: str, why: str
) -> None:
    with pytest.raises(LabelsUnreadable) as refused:
        call_command("evaluate_matching", str(labels(tmp_path, **{name: text})))
    assert f"{name}：{why}" in str(refused.value)


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(LabelsUnreadable):
        call_command("evaluate_matching", str(tmp_path / "none"))


@pytest.mark.django_db
def test_the_index_is_built_and_counted(
    index_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_offer()

    call_command("build_index")

    assert "索引已换上：科技所能 1 条，科技所需 0 条" in capsys.readouterr().out
    assert (index_dir / "current").exists()


@pytest.mark.django_db
def test_all_of_one_side_are_matched_and_it_goes_on_after_a_number(
    index_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need, _offer = publish_need(), publish_offer()

    call_command("match_all", "--side", "need")

    assert "已匹配 1 条" in capsys.readouterr().out
    assert Suggestion.objects.get().need_id == need.pk
    assert (index_dir / "current").exists()
    call_command("match_all", "--after", str(need.pk + 1000))
    assert "已匹配 0 条" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.usefixtures("index_dir")
def test_all_are_matched_together_and_then_changes_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_need()
    publish_offer()

    call_command("match_all", "--full")
    call_command("match_all", "--changes")

    said = capsys.readouterr().out
    assert "已比对需求 1/1 条\n已更新清单 2/2 条\n已看 2 份清单，更新 2 份" in said
    assert "已看 0 份清单，更新 0 份" in said
    assert Suggestion.objects.filter(from_need=True, from_offer=True).count() == 1
    with pytest.raises(CommandError, match="总是做全部"):
        call_command("match_all", "--full", "--side", "need")
    monkeypatch.setattr(nights, "MOST_STARTS", 0)
    with pytest.raises(CommandError, match="再运行一次"):
        call_command("match_all", "--full")


@pytest.mark.django_db
@pytest.mark.usefixtures("index_dir")
def test_who_stops_it_is_told_how_it_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(**_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "match_together", stopped)

    with pytest.raises(KeyboardInterrupt):
        call_command("match_all", "--full")

    assert "再运行一次就接着做" in capsys.readouterr().err


def test_benchmarks_run_where_they_are_and_are_missed_where_they_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_matching, "benchmarks", lambda: tmp_path)
    with pytest.raises(CommandError, match="测速脚本"):
        call_command("bench_matching")
    main = 'if __name__ == "__main__":\n    import sys\n    '
    (tmp_path / "matching_query.py").write_text(f"{main}print('ratio', *sys.argv[1:])\n")
    (tmp_path / "matching_broken.py").write_text(f"{main}sys.exit(3)\n")
    (tmp_path / "matching_corpus.py").write_text("print('only imported')\n")

    call_command("bench_matching", "query", "--size", "10")

    assert "ratio --size 10" in capfd.readouterr().out
    with pytest.raises(CommandError, match="状态 3"):
        call_command("bench_matching", "broken")


@pytest.mark.django_db
@pytest.mark.usefixtures("index_dir")
def test_people_to_ask_about_a_need_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer = publish_offer()
    need = str(written(tmp_path, {**NEED, "title": offer.title, "body": offer.description}))
    read_all(readers.PROFILES)

    call_command("match", need, "--experts")
    call_command("match", need, "--experts", "--json")

    said = capsys.readouterr()
    text, _, data = said.out.partition("{")
    assert f"分  {offer.holder.name}（{offer.studio.name}）" in text
    assert f"“{offer.title}”，契合" in text
    (expert,) = json.loads("{" + data)["experts"]
    assert [each["offer"] for each in expert["offers"]] == [offer.pk]
    assert sum(part["got"] for part in expert["parts"]) == expert["score"]
    assert "没有用到的字段：flavor" in said.err


@pytest.mark.django_db
@pytest.mark.usefixtures("index_dir")
def test_without_studios_there_is_nobody_to_ask(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("match", str(written(tmp_path, NEED)), "--experts")

    assert "没有找到。还没有开张的个人工作室。" in capsys.readouterr().out


@pytest.mark.django_db
def test_exposure_is_shared_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("share_exposure")
    said = capsys.readouterr().out

    assert "基尼系数      0.000 → 0.000" in said
    assert said.count("现行") == 1
    call_command("share_exposure", "--json")
    figures = json.loads(capsys.readouterr().out)
    assert (figures["lists"], figures["curve"][0]["trade"]) == (0, 0.0)

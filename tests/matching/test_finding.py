"""The search box is measured on texts that are known to be there."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from kehui.matching.services.finding import TextsUnreadable, evaluate_search

DOCS = (
    ("a", "高盐废水经多效蒸发结晶回收盐分，吨水成本降低三成。"),
    ("b", "光纤光栅传感器连续测量桥梁主梁的应变，提前发现裂纹。"),
    ("c", "柑橘采后用可食涂膜保鲜，货架期延长十五天。"),
)
QUERIES = (
    ("a", "高盐废水的蒸发结晶", ["高盐废水", "结晶"]),
    ("b", "桥梁裂纹的光纤监测", ["光纤光栅", "裂纹"]),
    ("c", "柑橘采后涂膜保鲜", ["从没写过的词", "涂膜"]),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    docs = [json.dumps({"id": id_, "abstract": text}) for id_, text in DOCS]
    (tmp_path / "docs.jsonl").write_text("\n".join(docs) + "\n\n", "utf-8")
    rows = [{"id": id_, "title": title, "keywords": words} for id_, title, words in QUERIES]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return tmp_path


def test_every_text_is_asked_for_in_three_ways(folder: Path) -> None:
    told: list[tuple[int, int]] = []

    known = evaluate_search(folder, progress=lambda done, total: told.append((done, total)))

    assert known.texts == 3
    assert known.reciprocal_rank["title"] == known.reciprocal_rank["keywords"] == 1.0
    assert known.reciprocal_rank["first_keyword"] == pytest.approx(2 / 3)  # one was never written
    assert told[-1] == (9, 9)


def test_the_command_prints_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate_search", str(folder))
    said = capsys.readouterr()
    assert "标题：MRR@10 1.0000" in said.out
    assert "首个关键词：MRR@10 0.6667" in said.out
    assert "已查 9/9 次" in said.err

    call_command("evaluate_search", str(folder), "--json")
    assert json.loads(capsys.readouterr().out)["reciprocal_rank"]["keywords"] == 1.0


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("docs.jsonl", "{", "第 1 行"),
        ("docs.jsonl", "[1]", "没有 id"),
        ("docs.jsonl", '{"id": "a"}', "没有 id 或 abstract"),
        ("queries.jsonl", '{"id": "z", "title": "x", "keywords": ["y"]}', "z 没有摘要"),
        ("queries.jsonl", '{"id": "a", "keywords": ["y"]}', "a 没有摘要"),
        ("queries.jsonl", '{"id": "a", "title": "x", "keywords": []}', "a 没有摘要"),
        ("queries.jsonl", "\n", "没有内容"),
    ],
)
def test_what_cannot_be_read_is_said(folder: Path, file: str, text: str, why: str) -> None:
    (folder / file).write_text(text, "utf-8")

    with pytest.raises(TextsUnreadable, match=why):
        evaluate_search(folder, progress=lambda _done, _total: None)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(TextsUnreadable):
        call_command("evaluate_search", str(tmp_path / "nowhere"))

"""Labels in files, and a need in a file: what is read, and what is refused with its place."""

import json
from pathlib import Path

import pytest
from tests.matching.pairs import AT

from kehui.core.errors import Refused
from kehui.matching.services import files
from kehui.matching.services.judging import LabelsUnreadable, evaluate_matching

SALT, KIWI = "高盐废水蒸发结晶", "猕猴桃采后保鲜"


def labels(folder: Path, **changed: str | bytes) -> Path:
    """Write a folder of labels in which each need has one right offer, with files changed."""
    texts: dict[str, list[dict[str, object]]] = {
        "needs.jsonl": [{"id": "n1", "title": SALT}, {"id": "n2", "title": KIWI, "body": KIWI}],
        "offers.jsonl": [{"id": 1, "title_tokens": list(SALT)}, {"id": "o2", "title": KIWI}],
    }
    for name, lines in texts.items():
        rows = "\n".join(json.dumps(line) for line in lines)
        (folder / name).write_text(f"\n{rows}\n", "utf-8-sig")
    (folder / "pairs.csv").write_text(
        "need_id,offer_id,level\nn1,1,4\nn1,o2,1\nn2,1,1\nn2,o2,4\n", "utf-8"
    )
    for name, content in changed.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_an_order_is_measured_against_labels_and_progress_may_be_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    found = evaluate_matching(labels(tmp_path), progress=lambda *step: told.append(step))

    assert (found.ndcg_at_10, found.recall_level4_at_10, found.needs) == (1, 1, 2)
    assert found.ndcg_at_10_random < 1
    assert told == [(1, 2), (2, 2)]
    assert evaluate_matching(tmp_path) == found


@pytest.mark.parametrize(
    ("changed", "file", "why"),
    [
        ({"needs_jsonl": b"\xff\xfe\xfd"}, "needs.jsonl", "不是 UTF-8"),
        ({"needs_jsonl": '{"id": "n1", "title": "a"}\n{"id"'}, "needs.jsonl", "第 2 行"),
        ({"needs_jsonl": "\n \n"}, "needs.jsonl", "没有内容"),
        ({"offers_jsonl": "[1]"}, "offers.jsonl", "没有 id"),
        ({"offers_jsonl": '{"id": 1.5, "title": "a"}'}, "offers.jsonl", "没有 id"),
        ({"offers_jsonl": '{"id": "1", "body": "a"}'}, "offers.jsonl", "没有 title"),
        ({"offers_jsonl": '{"id": "1", "title": "a", "body": 3}'}, "offers.jsonl", "没有 title"),
        ({"pairs_csv": "need_id,offer_id,level\nn1,1,5\n"}, "pairs.csv", "第 2 行：n1、1、5"),
        ({"pairs_csv": "need_id,offer_id,level\nn9,1,4\n"}, "pairs.csv", "n9"),
        ({"pairs_csv": "need_id,offer_id,level\n"}, "pairs.csv", "没有内容"),
        ({"pairs_csv": 'need_id,offer_id,level\n"' + "x" * 140_000}, "pairs.csv", "field larger"),
    ],
)
def test_labels_that_cannot_be_read_are_refused_with_their_place(
    tmp_path: Path, changed: dict[str, str | bytes], file: str, why: str
) -> None:
    with pytest.raises(LabelsUnreadable) as refusal:
        evaluate_matching(labels(tmp_path, **changed))

    assert file in str(refusal.value)
    assert why in str(refusal.value)


def test_labels_that_are_not_there_are_refused(tmp_path: Path) -> None:
    (labels(tmp_path) / "pairs.csv").unlink()

    with pytest.raises(LabelsUnreadable, match=r"pairs\.csv"):
        evaluate_matching(tmp_path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b" " * (files.MOST_BYTES + 1), "超过 2 MB"),
        (b"\xff{}", "utf-8"),
        (b"{", "Expecting"),
        (b"[" * 100_000, "recursion"),
        (b"[]", "不是一个 JSON 对象"),
        (b"{}", "没有 title"),
        (b'{"title": 3}', "title 应是文字"),
        ('{"title": "甲", "trl": true}'.encode(), "trl 应是整数"),
        ('{"title": "甲", "keywords": "乙"}'.encode(), "keywords 应是文字的列表"),
        ('{"title": "甲", "kind": "别的"}'.encode(), "别的"),
        ('{"title": "甲", "indicators": [{"name": "乙"}]}'.encode(), "comparison"),
    ],
)
def test_a_need_that_cannot_be_read_is_refused_before_anything_is_asked(
    tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "need.json"
    path.write_bytes(content)

    with pytest.raises(Refused) as refusal:
        files.match_file(path, k=3, at=AT)

    assert (refusal.value.code, why in str(refusal.value)) == ("NEED_FILE", True)

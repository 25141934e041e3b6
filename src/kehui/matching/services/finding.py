"""Measure the search box on texts in files: docs.jsonl and queries.jsonl."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.matching import adapter
from kehui.matching.adapter import Known

KINDS: Final = ("title", "keywords", "first_keyword")


class TextsUnreadable(Refused):
    code = "TEXTS_UNREADABLE"
    message = _(
        "读不了 {file}：{why}。目录里要有 docs.jsonl（id、abstract）和 "
        "queries.jsonl（id、title、keywords），id 相同的是一对。"
    )
    message_en = (
        "{file} cannot be read: {why}. The folder holds docs.jsonl (id, abstract) and "
        "queries.jsonl (id, title, keywords); equal ids belong together."
    )


def evaluate_search(folder: Path, *, progress: Callable[[int, int], None]) -> Known:
    """Ask for every text by its title, by all its keywords and by the first one alone.

    Raises:
        TextsUnreadable: a file is missing or malformed; the message says which line.
    """
    texts = {row["id"]: row["abstract"] for row in _rows(folder / "docs.jsonl", "abstract", str)}
    queries: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS}
    for row in _rows(folder / "queries.jsonl", "keywords", list):
        id_, words = row["id"], [str(each) for each in row["keywords"]]
        if id_ not in texts or not isinstance(row.get("title"), str) or not words:
            raise TextsUnreadable(file="queries.jsonl", why=f"{id_} 没有摘要、标题或关键词")
        for kind, text in zip(KINDS, (row["title"], " ".join(words), words[0]), strict=True):
            queries[kind].append((id_, text))
    total = sum(map(len, queries.values()))
    if not total:
        raise TextsUnreadable(file="queries.jsonl", why="没有内容")
    return adapter.find_known(texts, queries, progress=lambda done: progress(done, total))


def _rows(path: Path, field: str, kind: type) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TextsUnreadable(file=path.name, why=str(error)) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise TextsUnreadable(file=path.name, why=f"第 {number} 行：{error}") from error
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get(field), kind):
            raise TextsUnreadable(file=path.name, why=f"第 {number} 行：没有 id 或 {field}")
        yield row

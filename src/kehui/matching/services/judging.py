"""Measure the order of matches against labels in files: needs.jsonl, offers.jsonl, pairs.csv."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.matching import adapter
from kehui.matching.adapter import Judged

LEVELS: Final = ("1", "2", "3", "4")
Texts = dict[str, tuple[str, str]]


class LabelsUnreadable(Refused):
    code = "LABELS_UNREADABLE"
    message = _(
        "读不了 {file}：{why}。目录里要有 needs.jsonl（id、title、body）、"
        "offers.jsonl（id、title 或 title_tokens、body）和 pairs.csv（need_id,offer_id,level）。"
    )
    message_en = (
        "{file} cannot be read: {why}. The folder holds needs.jsonl (id, title, body), "
        "offers.jsonl (id, title or title_tokens, body) and pairs.csv (need_id,offer_id,level)."
    )


def evaluate_matching(
    folder: Path, *, progress: Callable[[int, int], None] | None = None
) -> Judged:
    """Order every need's judged offers by the engine, and measure it; no database is asked.

    Raises:
        LabelsUnreadable: a file is missing or malformed; the message says which line.
    """
    needs, offers = _texts(folder / "needs.jsonl"), _texts(folder / "offers.jsonl")
    pairs = _pairs(folder / "pairs.csv", needs, offers)

    def tell(done: int) -> None:
        if progress:
            progress(done, len(pairs))

    return adapter.evaluate(needs, offers, pairs, progress=tell)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise LabelsUnreadable(file=path.name, why=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise LabelsUnreadable(file=path.name, why="不是 UTF-8") from error


def _texts(path: Path) -> Texts:
    found: Texts = {}
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            id_, title, body = _row(json.loads(line))
        except (ValueError, RecursionError) as error:
            raise LabelsUnreadable(file=path.name, why=f"第 {number} 行：{error}") from error
        found[id_] = title, body
    if not found:
        raise LabelsUnreadable(file=path.name, why="没有内容")
    return found


def _row(row: Any) -> tuple[str, str, str]:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str | int):
        raise ValueError("没有 id")  # noqa: TRY004 - one family for a bad line
    tokens = row.get("title_tokens")
    title = " ".join(map(str, tokens)) if isinstance(tokens, list) else row.get("title")
    body = row.get("body") or ""
    if not isinstance(title, str) or not isinstance(body, str):
        raise ValueError("没有 title")  # noqa: TRY004
    return str(row["id"]), title, body


def _pairs(path: Path, needs: Texts, offers: Texts) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    table = csv.DictReader(io.StringIO(_read(path), newline=""))
    try:
        for number, row in enumerate(table, start=2):
            need, offer, level = (row.get(name) for name in ("need_id", "offer_id", "level"))
            if need not in needs or offer not in offers or level not in LEVELS:
                why = f"第 {number} 行：{need}、{offer}、{level}"
                raise LabelsUnreadable(file=path.name, why=why)
            found[need][offer] = int(level)
    except csv.Error as error:
        raise LabelsUnreadable(file=path.name, why=str(error)) from error
    if not found:
        raise LabelsUnreadable(file=path.name, why="没有内容")
    return dict(found)

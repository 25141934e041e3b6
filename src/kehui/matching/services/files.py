"""Match a need that stands in a file, against what is published; nothing is stored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kehui.core import dates, industries, regions
from kehui.core.errors import Refused
from kehui.market.models import Indicator, Need, NeedKind, Offer, Side
from kehui.matching import adapter
from kehui.matching.adapter import Found
from kehui.matching.selectors import listings
from kehui.matching.services.experts import Experts, experts_for
from kehui.matching.services.index import ensure_index

MOST_BYTES: Final = 2 * 2**20
NOWHERE: Final = "000000"  # a need that names no place
WORDS: Final = ("title", "description", "background", "main_problem", "target", "tried")
AMOUNTS: Final = ("budget_low_fen", "budget_high_fen", "price_fen", "trl")
SIGNS: Final = {">=": "ge", "≥": "ge", "<=": "le", "≤": "le", "=": "eq", "range": "between"}
KNOWN: Final = {
    *WORDS, *AMOUNTS, "body", "kind", "region", "region_requirement", "industry", "deadline",
    "indicators", "keywords", "id",
}  # fmt: skip


class NeedFileUnreadable(Refused):
    code = "NEED_FILE"
    message = _(
        "读不了 {file}：{why}。文件里要有一个 JSON 对象：title，body 或 description，"
        "还可以有 region、industry、budget_high_fen、trl、deadline、indicators 等。"
    )
    message_en = (
        "{file} cannot be read: {why}. It holds one JSON object: title, body or description, and "
        "perhaps region, industry, budget_high_fen, trl, deadline, indicators and others."
    )


@dataclass(frozen=True, kw_only=True)
class FileMatch:
    offer: Offer
    found: Found


@dataclass(frozen=True, kw_only=True)
class FileMatches:
    """The best offers, and the names in the file that say nothing to us."""

    title: str
    engine: str
    ignored: tuple[str, ...]
    missed_share: float  # 0..1 of the offers, could not be looked at
    matches: list[FileMatch]


@dataclass(frozen=True, kw_only=True)
class FileExperts:
    """The people who could advise, and the names in the file that say nothing to us."""

    title: str
    engine: str
    ignored: tuple[str, ...]
    experts: Experts

    @property
    def missed_share(self) -> float:
        return self.experts.missed_share


def experts_of_file(path: Path, *, k: int, at: datetime) -> FileExperts:
    """Read the need and return who could advise on it, the best first.

    Raises:
        NeedFileUnreadable and kin: as `match_file`.
    """
    need, indicators, ignored = _read(path, at=at)
    ensure_index(at=at)
    experts = experts_for(need=need, indicators=indicators, most=k, at=at)
    engine = adapter.version()
    return FileExperts(title=need.title, engine=engine, ignored=ignored, experts=experts)


def match_file(path: Path, *, k: int, at: datetime) -> FileMatches:
    """Read the need and return its best offers with their arguments, the best first.

    Raises:
        NeedFileUnreadable: no file, no JSON, no title, or a value of the wrong kind.
        RegionUnknown, IndustryUnknown, DayMalformed and kin: a code that is none.
    """
    need, indicators, ignored = _read(path, at=at)
    ensure_index(at=at)
    with adapter.covering() as coverage:
        found = adapter.suggest_unsaved(need, indicators=indicators, k=k, at=at)
    rows = listings.by_number([each.other for each in found])
    return FileMatches(
        title=need.title,
        engine=adapter.version(),
        ignored=ignored,
        missed_share=coverage.missed_share,
        matches=[
            FileMatch(offer=offer, found=each)
            for each in found
            if isinstance(offer := rows.get(each.other), Offer)
        ],
    )


def _read(path: Path, *, at: datetime) -> tuple[Need, list[Indicator], tuple[str, ...]]:
    """Return the need, its indicators, and the names in the file that say nothing to us."""
    row = _object(path)
    try:
        need, indicators = _need(row, at=at), _indicators(row.get("indicators") or [])
    except (TypeError, ValueError, KeyError, InvalidOperation) as error:
        raise NeedFileUnreadable(file=path.name, why=error) from error
    if not need.title:
        raise NeedFileUnreadable(file=path.name, why="没有 title")
    return need, indicators, tuple(sorted(set(row) - KNOWN))


def _object(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NeedFileUnreadable(file=path.name, why="超过 2 MB")
        row = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise NeedFileUnreadable(file=path.name, why=error.strerror or error) from error
    except (ValueError, RecursionError) as error:  # no UTF-8, or no JSON
        raise NeedFileUnreadable(file=path.name, why=error) from error
    if not isinstance(row, dict):
        raise NeedFileUnreadable(file=path.name, why="不是一个 JSON 对象")
    return row


def _need(row: Mapping[str, Any], *, at: datetime) -> Need:
    today = dates.day_of(at)
    texts = {name: _text(row, name) for name in WORDS}
    texts["description"] = "\n".join(filter(None, [texts["description"], _text(row, "body")]))
    kind = _text(row, "kind") or NeedKind.PROBLEM.value
    region, industry, deadline = (_text(row, each) for each in ("region", "industry", "deadline"))
    return Need(
        pk=0,
        holder_id=0,
        side=Side.NEED,
        kind=NeedKind(kind),
        region_id=regions.parse(region, on=today, field="region") if region else NOWHERE,
        region_requirement=[
            regions.parse(code, on=today, field="region_requirement")
            for code in _list(row, "region_requirement")
        ],
        industry=industries.parse(industry, field="industry").code if industry else "",
        deadline=dates.parse(deadline, field="deadline") if deadline else None,
        keywords=_list(row, "keywords"),
        **texts,
        **{name: _whole(row, name) for name in AMOUNTS},
    )


def _indicators(rows: Any) -> list[Indicator]:
    return [
        Indicator(
            name=_text(each, "name"),
            comparison=Indicator.Comparison(SIGNS.get(each["comparison"], each["comparison"])),
            target=Decimal(str(each["target"])),
            target_high=Decimal(str(each["target_high"])) if each.get("target_high") else None,
            unit=_text(each, "unit"),
        )
        for each in rows
    ]


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{name} 应是文字")
    return value.strip()


def _whole(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise TypeError(f"{name} 应是整数")


def _list(row: Mapping[str, Any], name: str) -> list[str]:
    value = row.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError(f"{name} 应是文字的列表")
    return value

"""Tables of needs as people have them, and the way in."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook
from tests.makers import NOW, make_operator
from tests.market.rows import FILLER

from kehui.market.models import ImportRow, Side
from kehui.market.services.arrivals import Order
from kehui.market.services.imports import Report, import_items
from kehui.people.models import Person

Verdict: Final = ImportRow.Verdict

HEAD = [
    "编号", "标题", "需求描述", "类型", "类别", "行业", "预算下限（万元）", "预算上限（万元）",
    "价格",
    "希望完成日期", "联系人", "联系电话", "指标", "需求背景", "主要技术难题", "主要技术目标",
    "地区要求",
]  # fmt: skip
GOOD = [
    "A-1", "泡菜盐渍废水盐分回收", FILLER, "委托攻关难题", "生态环保与安全/水污染治理", "C1371",
    "50", "100.5",
    "面议：要看水样", "2026年12月31日", "陈工", "13800000001",
    "盐回收率 | 0 | ≥85 | % | 第三方检测",
    "每天 120 吨", "蒸发器结垢", "盐回收八成五", "全国",
]  # fmt: skip


def rows(*changes: dict[str, Any]) -> list[list[Any]]:
    """Return the head and good rows, each with these cells changed and a number of its own."""
    table: list[list[Any]] = [list(HEAD)]
    for place, change in enumerate(changes, 1):
        row: list[Any] = list(GOOD)
        row[0] = f"A-{place}"
        for name, value in change.items():
            row[HEAD.index(name)] = value
        table.append(row)
    return table


def as_csv(table: Sequence[Sequence[Any]], encoding: str = "utf-8") -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(table)
    return stream.getvalue().encode(encoding)


def as_xlsx(table: Sequence[Sequence[Any]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in table:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def bring(
    content: bytes,
    *,
    name: str = "需求.csv",
    person: Person | None = None,
    dry_run: bool = False,
    chunk: int = 200,
    progress: Any = None,
    **values: Any,
) -> Report:
    order = Order(
        **{"side": Side.NEED, "person": person or make_operator(), "terms_accepted": True, **values}
    )
    return import_items(
        content=content, name=name, order=order, clock=lambda: NOW, dry_run=dry_run, chunk=chunk,
        progress=progress,
    )  # fmt: skip


def counts(report: Report) -> tuple[int, int, int]:
    return report.count(Verdict.ADDED), report.count(Verdict.SAME), report.count(Verdict.BAD)

"""Bring many items in from a file, with a verdict for every row (批量导入).

A row is the same item as before when its source and its number (or, without a number, its content)
are the same: running a file again adds nothing, and a run that was cut short is simply run again.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.facts import canonical
from kehui.market import policies
from kehui.market.models import ImportRow, ImportRun, Item, Need, Offer, Studio
from kehui.market.models.items import CORPUS
from kehui.market.services import arrivals
from kehui.market.services.arrivals import Order, Outcome
from kehui.market.services.cells import Lists, Values, read_cells
from kehui.market.services.columns import Columns, recognize
from kehui.market.services.drafts import MayNotActFor
from kehui.market.services.sheets import SheetRow, read_sheet
from kehui.people import policies as people
from kehui.people.services import NotAnOperator

CHUNK: Final = 200
PLAIN: Final = frozenset({"external_id", "title", "title_tokens", "description"})
Verdict = ImportRow.Verdict


class ImporterMissing(Refused):
    code = "IMPORTER_MISSING"
    message = _("请说明由谁导入（--as 用户名）。只有语料（--corpus）不需要。")
    message_en = "Say who imports (--as USERNAME). Only a corpus (--corpus) needs nobody."


class RowUnreadable(Refused):
    code = "ROW_UNREADABLE"
    message = _("这一行读不了：{why}。")
    message_en = "This row cannot be read: {why}."


@dataclass(frozen=True)
class Judged:
    """A row and what is to become of it, or became of it."""

    number: int
    title: str
    verdict: Verdict
    faults: Sequence[Refused] = ()
    note: str = ""
    item: int | None = None

    @property
    def sentence(self) -> str:
        return " ".join(map(str, self.faults)) or self.note


@dataclass
class Report:
    """What a run found. `looks_like_corpus`: bare texts, which `--corpus` would take."""

    rows: list[Judged] = field(default_factory=list)
    ignored: Sequence[str] = ()
    run: int | None = None
    looks_like_corpus: bool = False

    def count(self, verdict: Verdict) -> int:
        return sum(row.verdict == verdict for row in self.rows)


def import_items(
    *,
    content: bytes,
    name: str,
    order: Order,
    clock: Callable[[], datetime],
    dry_run: bool = False,
    chunk: int = CHUNK,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Read the file, judge every row, and write the good ones, a chunk in a transaction.

    A chunk is written whole or not at all; whatever stops the run, the chunks before it stay, and
    running it again goes on behind them. With `dry_run` the verdicts are the same and nothing is
    written. The clock is asked once a chunk: a long run must not publish in the past, where the
    alerts have looked already.

    Raises:
        ImporterMissing, MayNotActFor, NotAnOperator: who imports may not.
        FileTooLarge, FileUnreadable, FileKindUnknown, FileEmpty: of `sheets`.
        ColumnsMissing, ColumnTwice: of `columns`.
    """
    _refuse_strangers(order, at=clock())
    rows = list(read_sheet(content, name=name))
    headers = list(dict.fromkeys(header for row in rows for header in row.cells))
    columns = recognize(headers, side=order.side)
    job = _Job(order=order, source=source_of(order, name), columns=columns, at=clock())
    report = Report(ignored=columns.ignored)
    for start in range(0, len(rows), chunk):
        job.at = clock()
        with transaction.atomic():
            judged = job.take(rows[start : start + chunk], dry_run=dry_run)
            if not dry_run:
                report.run = _written_down(judged, content, name, order, report.run, at=job.at)
        report.rows += judged
        if progress:
            progress(len(report.rows), len(rows))
    is_plain = {column.field for column in columns.known} <= PLAIN
    all_bad = report.count(Verdict.BAD) == len(report.rows)
    report.looks_like_corpus = is_plain and all_bad and not order.is_corpus
    return report


def _refuse_strangers(order: Order, *, at: datetime) -> None:
    today = dates.day_of(at)
    if order.person is None:
        if not order.is_corpus:
            raise ImporterMissing
        return
    is_operator = people.may_operate(order.person, today=today)
    if not is_operator and not policies.may_publish_for(
        order.person, order.organization, today=today
    ):
        raise MayNotActFor
    if (order.outcome is Outcome.PUBLISHED or order.is_corpus) and not is_operator:
        raise NotAnOperator


def source_of(order: Order, name: str) -> str:
    """Return the name under which rows of this file are known: one's own, unless one was given."""
    stem = PurePath(name.replace("\\", "/")).stem
    if order.is_corpus or order.person is None:  # only a corpus is nobody's
        return (CORPUS + (order.source or stem))[:40]
    if order.source:
        return order.source[:40]
    owner = f"o{order.organization.pk}" if order.organization else f"p{order.person.pk}"
    return f"{owner}/{stem}"[:40]


@dataclass
class _Job:
    """What stays the same from chunk to chunk."""

    order: Order
    source: str
    columns: Columns
    at: datetime
    lists: Lists = field(default_factory=Lists)
    seen: set[str] = field(default_factory=set)
    studio: Studio | None = None
    has_holder: bool = False

    def take(self, rows: Sequence[SheetRow], *, dry_run: bool) -> list[Judged]:
        read = [self._values(row) for row in rows]
        held = self._held([values.external_id for values in read if values])
        return [
            self._judge(row, values, held, dry_run=dry_run)
            for row, values in zip(rows, read, strict=True)
        ]

    def _values(self, row: SheetRow) -> Values | None:
        if row.fault:
            return None
        values = read_cells(
            row.cells,
            self.columns,
            side=self.order.side,
            lists=self.lists,
            today=dates.day_of(self.at),
        )
        values.external_id = values.external_id or _fingerprint(row.cells)
        return values

    def _held(self, numbers: Sequence[str]) -> dict[str, int]:
        items = Item.objects.filter(source=self.source, external_id__in=numbers)
        return dict(items.values_list("external_id", "pk"))

    def _judge(
        self, row: SheetRow, values: Values | None, held: Mapping[str, int], *, dry_run: bool
    ) -> Judged:
        if values is None:
            return Judged(row.number, "", Verdict.BAD, [RowUnreadable(why=row.fault)])
        title = str(values.values.get("title", ""))
        if pk := held.get(values.external_id):
            return Judged(row.number, title, Verdict.SAME, item=pk)
        if values.external_id in self.seen:
            note = str(_("与本文件前面的一行相同"))
            return Judged(row.number, title, Verdict.SAME, note=note)
        item = arrivals.prepared(values, order=self.order, source=self.source, at=self.at)
        if faults := arrivals.faults(item, values, order=self.order, at=self.at):
            return Judged(row.number, title, Verdict.BAD, faults)
        self.seen.add(values.external_id)
        if dry_run:
            return Judged(row.number, title, Verdict.ADDED)
        return self._add(row, item, values)

    def _add(self, row: SheetRow, item: Need | Offer, values: Values) -> Judged:
        person = self.order.person or arrivals.stand_in(self.source, at=self.at)
        if self.order.person is None:
            self.order = replace(self.order, person=person)
            item.holder = item.entered_by = person
            item.region_id = item.region_id or person.region_id
        if isinstance(item, Offer):
            self.studio = self.studio or arrivals.studio_for(self.order, person, at=self.at)
            item.studio = self.studio
        refusal = arrivals.write(item, values.indicators, order=self.order, at=self.at)
        note = str(_("存为草稿：{why}")).format(why=refusal) if refusal else ""
        return Judged(row.number, item.title, Verdict.ADDED, note=note, item=item.pk)


def _fingerprint(cells: Mapping[str, object]) -> str:
    said = {name: str(cell).strip() for name, cell in cells.items() if cell not in (None, "")}
    return "#" + hashlib.sha256(canonical(said).encode()).hexdigest()[:40]


def _written_down(
    judged: Sequence[Judged],
    content: bytes,
    name: str,
    order: Order,
    run: int | None,
    *,
    at: datetime,
) -> int:
    """Store the verdicts of a chunk, in the transaction of the chunk."""
    if run is None:
        run = ImportRun.objects.create(
            side=order.side,
            file_name=name[-200:],
            file_hash=hashlib.sha256(content).hexdigest(),
            by=order.person,
            at=at,
        ).pk
    ImportRow.objects.bulk_create(
        ImportRow(
            run_id=run,
            number=row.number,
            verdict=row.verdict,
            code=row.faults[0].code if row.faults else "",
            field=(row.faults[0].field or "") if row.faults else "",
            message=(" ".join(each.chinese for each in row.faults) or row.note)[:300],
            item_id=row.item,
        )
        for row in judged
    )
    return run

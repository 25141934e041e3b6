"""What `kehui import offers` and `kehui import needs` share."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kehui.core.errors import Refused
from kehui.core.tables import write_table
from kehui.market.models import ImportRow, NeedKind, OfferKind, Side
from kehui.market.services.arrivals import Order, Outcome
from kehui.market.services.imports import Report, import_items
from kehui.people.models import Account, Organization, Person

SHOWN = 50
NOTHING_GOOD_STATUS = 1
Verdict = ImportRow.Verdict


class ImportCommand(BaseCommand):
    """One file into one side of the market; a verdict for every bad row, and a summary."""

    side: Side

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=".csv、.xlsx 或 .jsonl")
        parser.add_argument("--dry-run", action="store_true", help="只看每行的结论，什么也不写")
        parser.add_argument("--as", dest="username", default="", help="由谁导入：用户名")
        parser.add_argument("--organization", default="", help="归哪个单位：统一社会信用代码或全称")
        parser.add_argument("--source", default="", help="来源名称；同一来源同一编号只导入一次")
        kinds = OfferKind.values if self.side == Side.OFFER else NeedKind.values
        parser.add_argument("--kind", choices=kinds, default="", help="没有“类型”一列时用的类型")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--submit", action="store_true", help="导入后提交审核；不写则存为草稿")
        how.add_argument("--publish", action="store_true", help="免审直接发布；限平台运营")
        how.add_argument(
            "--corpus",
            action="store_true",
            help="试用匹配的语料：只有标题和正文也收，短的、空的不补，发布但不计入统计",
        )
        parser.add_argument(
            "--accept-terms", action="store_true", help="确认表中各需求方同意发布规则"
        )
        parser.add_argument("--report", type=Path, help="把每一行的结论写到这个 CSV 文件")

    def handle(self, *, file: Path, report: Path | None, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"打不开 {file}：{error.strerror}") from error
        try:
            found = import_items(
                content=content,
                name=file.name,
                order=self._order(options),
                clock=timezone.now,
                dry_run=options["dry_run"],
                progress=self._progress,
            )
        except Refused as refusal:
            raise CommandError(f"{refusal} [{refusal.code}]") from refusal
        except KeyboardInterrupt:
            self.stderr.write("\n已停下。写好的行都在；再运行一次同样的命令就接着往下。")
            raise
        self._say(found, dry_run=options["dry_run"])
        if report:
            write_report(report, found)
        if found.count(Verdict.BAD) == len(found.rows):
            raise CommandError("没有一行能导入。", returncode=NOTHING_GOOD_STATUS)

    def _order(self, options: dict[str, Any]) -> Order:
        outcome = Outcome.DRAFT
        if options["submit"]:
            outcome = Outcome.SUBMITTED
        if options["publish"] or options["corpus"]:
            outcome = Outcome.PUBLISHED
        return Order(
            side=self.side,
            person=person_of(options["username"]),
            organization=organization_of(options["organization"]),
            source=options["source"],
            outcome=outcome,
            kind=options["kind"],
            terms_accepted=options["accept_terms"],
            is_corpus=options["corpus"],
        )

    def _progress(self, done: int, of: int) -> None:
        if of > done or done > SHOWN:
            end = "\n" if done == of else ""
            self.stderr.write(f"\r{done} / {of} 行", ending=end)
            self.stderr.flush()

    def _say(self, found: Report, *, dry_run: bool) -> None:
        bad = [row for row in found.rows if row.verdict == Verdict.BAD]
        for row in bad[:SHOWN]:
            for fault in row.faults:
                self.stdout.write(
                    f"第 {row.number} 行  {fault.code}  {fault.field or '—'}  {fault}"
                )
        if len(bad) > SHOWN:
            self.stdout.write(f"……还有 {len(bad) - SHOWN} 行有错，用 --report 文件.csv 看全部。")
        kept = [row for row in found.rows if row.verdict == Verdict.ADDED and row.note]
        for row in kept[:SHOWN]:
            self.stdout.write(f"第 {row.number} 行  {row.note}")
        if found.ignored:
            self.stdout.write(f"没有用到的列：{'、'.join(found.ignored)}")
        added = "可导入" if dry_run else "已导入"
        self.stdout.write(
            f"{added} {found.count(Verdict.ADDED)} 行，已有 {found.count(Verdict.SAME)} 行，"
            f"有错 {len(bad)} 行。"
        )
        if found.looks_like_corpus:
            self.stdout.write("这像是一份语料（只有标题和正文）。要拿它试匹配，请加 --corpus。")


def person_of(username: str) -> Person | None:
    if not username:
        return None
    account = Account.objects.filter(username=username).select_related("person").first()
    if account is None or account.person is None:
        raise CommandError(f"没有用户“{username}”。")
    return account.person


def organization_of(text: str) -> Organization | None:
    if not text:
        return None
    found = Organization.objects.filter(uscc=text.strip().upper())
    found = found or Organization.objects.filter(name=text.strip(), merged_into=None)
    if len(found) != 1:
        raise CommandError(f"“{text}”对应 {len(found)} 个单位，请给统一社会信用代码。")
    return found[0]


def write_report(path: Path, found: Report) -> None:
    """Write the verdict of every row, as a spreadsheet reads it and does not compute it."""
    rows: list[list[object]] = [["行号", "结论", "代码", "字段", "说明", "标题"]]
    for row in found.rows:
        fault = row.faults[0] if row.faults else None
        code, field = (fault.code, fault.field or "") if fault else ("", "")
        rows.append([row.number, row.verdict.label, code, field, row.sentence, row.title])
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_table(stream, rows)

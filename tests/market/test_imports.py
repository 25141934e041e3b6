"""Imports: files as people really have them, verdicts by row, nothing doubled, nothing half."""

import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from tests.makers import (
    CHENGDU,
    NOW,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_seat,
)
from tests.market.paper import PDF
from tests.market.rows import FILLER
from tests.market.tables import Verdict, as_csv, as_xlsx, bring, counts, rows

from kehui.core import archives
from kehui.core.errors import Refused
from kehui.ledger.models import Entry
from kehui.market.models import ImportRow, ImportRun, Item, Need, Offer, Side
from kehui.market.selectors import totals
from kehui.market.services.arrivals import Order, Outcome
from kehui.market.services.drafts import MayNotActFor
from kehui.market.services.imports import ImporterMissing, import_items
from kehui.people.services import NotAnOperator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_row_becomes_a_need_whatever_the_encoding(encoding: str) -> None:
    report = bring(as_csv(rows({}), encoding))

    assert [row.sentence for row in report.rows] == [""]
    need = Need.objects.get()
    assert (need.title, need.state, need.kind) == ("泡菜盐渍废水盐分回收", "draft", "problem")
    assert (need.budget_low_fen, need.budget_high_fen) == (50_000_000, 100_500_000)
    assert (need.price_mode, need.negotiable_reason) == ("negotiated", "要看水样")
    assert (need.deadline, need.industry, need.category_id) == (date(2026, 12, 31), "1371", "0801")
    indicator = need.indicators.get()
    assert (indicator.name, indicator.comparison, indicator.target, indicator.unit) == (
        "盐回收率",
        "ge",
        Decimal(85),
        "%",
    )


def test_a_spreadsheet_keeps_its_dates_and_numbers() -> None:
    table = rows(
        {
            "希望完成日期": datetime.fromisoformat("2026-12-31"),  # a cell has no zone
            "联系电话": 13800000001.0,
            "预算上限（万元）": 100.5,
        },
        {"希望完成日期": 46387, "标题": "第二条需求的标题"},
    )

    report = bring(as_xlsx(table), name="需求.xlsx")

    assert counts(report) == (2, 0, 0)
    assert set(Need.objects.values_list("deadline", flat=True)) == {date(2026, 12, 31)}
    assert Need.objects.get(external_id="A-1").contact_channel == "13800000001"
    assert Need.objects.get(external_id="A-1").budget_high_fen == 100_500_000


def test_full_width_signs_are_read() -> None:
    table = rows(
        {
            "预算下限（万元）": "５０",
            "预算上限（万元）": "１００．５万元",
            "希望完成日期": "２０２６－１２－３１",
        }
    )

    bring(as_csv(table))

    need = Need.objects.get()
    assert (need.budget_low_fen, need.budget_high_fen, need.deadline) == (
        50_000_000,
        100_500_000,
        date(2026, 12, 31),
    )


def test_english_headers_and_json_lines() -> None:
    line = {
        "id": "x1", "title": "Coating adhesion at high heat", "description": FILLER,
        "kind": "service", "category": "1101", "price": "12.5万元", "deadline": "2026-12-31",
        "contact_name": "陈工", "contact_channel": "a@example.org",
    }  # fmt: skip

    report = bring(json.dumps(line).encode(), name="needs.jsonl")

    assert [row.sentence for row in report.rows] == [""]
    assert Need.objects.get().price_fen == 12_500_000


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"标题": ""}, "NEED_FIELD_MISSING", "title"),
        ({"标题": "短"}, "TEXT_TOO_SHORT", "title"),
        ({"需求描述": "太短"}, "TEXT_TOO_SHORT", "description"),
        ({"类型": "别的"}, "ENUM_UNKNOWN", "kind"),
        ({"类别": "没有这类"}, "ENUM_UNKNOWN", "category"),
        ({"类别": "科普服务/讲座与课堂"}, "ENUM_UNKNOWN", "category"),
        ({"行业": "C9999"}, "INDUSTRY_UNKNOWN", "industry"),
        ({"预算上限（万元）": "很多"}, "AMOUNT_FORM", "budget_high_fen"),
        ({"预算下限（万元）": "200"}, "RANGE_REVERSED", "budget_low_fen"),
        ({"希望完成日期": "明年"}, "DATE_FORM", "deadline"),
        ({"希望完成日期": "2020-01-01"}, "DATE_OUT_OF_RANGE", "deadline"),
        ({"联系人": ""}, "NEED_FIELD_MISSING", "contact_name"),
        ({"指标": "没有目标"}, "CELL_FORM", "indicators"),
        ({"指标": ""}, "NEED_FIELD_MISSING", "indicators"),
        ({"价格": "0"}, "PRICE_NOT_POSITIVE", "price_fen"),
        ({"价格": "面议"}, "NEED_FIELD_MISSING", "negotiable_reason"),
        ({"地区要求": "市中区"}, "REGION_AMBIGUOUS", "region_requirement"),
        ({"需求背景": "加微信 abc12345 联系"}, "CONTACT_IN_TEXT", "background"),
    ],
)
def test_a_bad_row_says_its_number_code_and_field_and_the_good_one_goes_in(
    change: dict[str, Any], code: str, field: str
) -> None:
    report = bring(as_csv(rows({"标题": "这一行是好的需求"}, change)))

    assert counts(report) == (1, 0, 1)
    bad = report.rows[1]
    assert (bad.number, bad.faults[0].code, bad.faults[0].field) == (3, code, field)
    stored = ImportRow.objects.get(verdict=Verdict.BAD)
    assert (stored.number, stored.code, stored.field) == (3, code, field)
    assert stored.message == bad.faults[0].chinese
    assert list(Item.objects.values_list("title", flat=True)) == ["这一行是好的需求"]


def test_running_the_file_again_adds_nothing() -> None:
    content, person = as_csv(rows({}, {"标题": "第二条需求的标题"})), make_operator()
    bring(content, person=person)

    again = bring(content, person=person)

    assert counts(again) == (0, 2, 0)
    assert Item.objects.count() == 2


def test_rows_without_a_number_are_known_by_their_content() -> None:
    table = [row[1:] for row in rows({}, {}, {"标题": "第三条需求的标题"})]
    person = make_operator()

    assert counts(bring(as_csv(table), person=person)) == (2, 1, 0)
    assert counts(bring(as_csv(table), person=person)) == (0, 3, 0)


def test_a_dry_run_gives_the_same_verdicts_and_writes_nothing() -> None:
    content, person = as_csv(rows({}, {"标题": ""})), make_operator()

    dry = bring(content, person=person, dry_run=True)

    assert (Item.objects.count(), ImportRun.objects.count(), Entry.objects.count()) == (0, 0, 0)
    assert [row.verdict for row in dry.rows] == [
        row.verdict for row in bring(content, person=person).rows
    ]


def test_an_interrupted_run_keeps_whole_chunks_and_goes_on() -> None:
    content = as_csv(rows(*({"标题": f"第{place}条需求的标题"} for place in range(7))))
    person = make_operator()

    def stop(done: int, _of: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(content, person=person, chunk=2, progress=stop)
    assert (Item.objects.count(), ImportRow.objects.count()) == (4, 4)

    assert counts(bring(content, person=person, chunk=2)) == (3, 4, 0)
    assert Item.objects.count() == 7


def test_offers_get_a_studio_and_an_operators_list_is_published_with_its_facts() -> None:
    organization = make_organization("测试研究院")
    table: list[list[Any]] = [
        ["标题", "描述", "类型", "类别", "报价（万元）", "解决什么问题", "优势", "技术成熟度"],
        ["高盐废水电渗析工艺", FILLER, "科技成果", "0801", 45, "废水结垢", "省电四成", "TRL 7"],
    ]

    report = bring(
        as_xlsx(table), name="offers.xlsx", side=Side.OFFER, organization=organization,
        outcome=Outcome.PUBLISHED,
    )  # fmt: skip

    assert [row.sentence for row in report.rows] == [""]
    offer = Offer.objects.get()
    assert (offer.state, offer.price_fen, offer.trl, offer.flags) == (
        "published", 45_000_000, 7, ["IMPORTED"],
    )  # fmt: skip
    assert (offer.studio.organization, offer.region_id) == (organization, CHENGDU)
    kinds = list(Entry.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["studio.opened", "item.submitted", "item.published"]


def test_a_submitted_row_that_the_gate_refuses_stays_a_draft_and_says_why() -> None:
    person = make_operator()
    table = rows({"标题": "泡菜盐渍废水盐分回收"}, {"标题": "泡菜盐渍废水的盐分回收"})

    report = bring(as_csv(table), person=person, outcome=Outcome.SUBMITTED)

    assert counts(report) == (2, 0, 0)
    assert report.rows[1].note.startswith("存为草稿：")
    assert Item.objects.get(external_id="A-2").state == "draft"


CORPUS = b"\n".join(
    json.dumps(line, ensure_ascii=False).encode()
    for line in (
        {"id": "1", "title": "短", "body": ""},
        {"id": "2", "title_tokens": ["高温", "涂层"]},
        {"id": "3", "title_tokens": []},
        {"id": "4", "title": "长" * 70, "body": "正文"},
    )
)


def test_a_corpus_comes_in_as_it_is_and_stays_out_of_the_figures() -> None:
    report = bring(
        CORPUS, name="corpus.jsonl", side=Side.OFFER, is_corpus=True, outcome=Outcome.PUBLISHED
    )

    assert counts(report) == (3, 0, 1)
    rows_in = Offer.objects.order_by("external_id")
    assert [(each.title, each.description) for each in rows_in] == [
        ("短", ""),
        ("高温涂层", ""),
        ("长" * 60, "长" * 70 + "\n正文"),
    ]
    assert {each.source for each in rows_in} == {"corpus:corpus"}
    assert totals.totals(as_of=date(2026, 3, 3)) == []


def test_bare_texts_are_recognized_and_the_way_is_named() -> None:
    report = bring(CORPUS, name="corpus.jsonl")

    assert (report.looks_like_corpus, counts(report)) == (True, (0, 0, 4))


def test_who_may_not_is_refused() -> None:
    content, organization = as_csv(rows({})), make_organization()
    agent = make_seat(organization=organization).person
    stranger = make_person()

    with pytest.raises(MayNotActFor):
        bring(content, person=stranger, organization=organization)
    with pytest.raises(NotAnOperator):
        bring(content, person=agent, organization=organization, outcome=Outcome.PUBLISHED)
    with pytest.raises(ImporterMissing):
        import_items(content=content, name="a.csv", order=Order(side=Side.NEED), clock=lambda: NOW)
    assert counts(bring(content, person=agent, organization=organization)) == (1, 0, 0)


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (archives.RATIO_MATTERS_ABOVE + 1))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "FILE_EMPTY"),
        ("标题\n".encode(), "a.csv", "FILE_EMPTY"),
        (b"x", "a.pdf", "FILE_KIND"),
        (b"not a zip", "a.xlsx", "FILE_UNREADABLE"),
        (bomb(), "a.xlsx", "FILE_TOO_LARGE"),
        (PDF, "a.xlsx", "FILE_UNREADABLE"),
        (b"\xff\xff\xff\x00\x80", "a.csv", "FILE_UNREADABLE"),
        ("名称2,内容\n甲,乙\n".encode(), "a.csv", "COLUMNS_MISSING"),
        ("标题,名称\n甲,乙\n".encode(), "a.csv", "COLUMN_TWICE"),
        (",".join(f"c{n}" for n in range(200)).encode() + b"\n1\n", "a.csv", "FILE_TOO_LARGE"),
    ],
)
def test_a_file_that_cannot_be_a_table_is_refused_whole(
    content: bytes, name: str, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        bring(content, name=name)

    assert refusal.value.code == code


def test_broken_lines_cost_only_themselves() -> None:
    content = b'{"title": "a"}\nnot json\n[1]\n'

    report = bring(content, name="a.jsonl")

    assert [row.faults[0].code for row in report.rows][1:] == ["ROW_UNREADABLE", "ROW_UNREADABLE"]


def test_the_command_says_what_became_of_the_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account = make_account("import-er", person=make_operator())
    file = tmp_path / "needs.csv"
    file.write_bytes(as_csv(rows({}, {"标题": ""})))
    verdicts = tmp_path / "verdicts.csv"
    arguments = [str(file), "--as", account.username, "--accept-terms", "--report", str(verdicts)]

    call_command("import_needs", *arguments)

    out = capsys.readouterr().out
    assert "第 3 行  NEED_FIELD_MISSING  title  请填写“标题”。" in out
    assert "已导入 1 行，已有 0 行，有错 1 行。" in out
    assert verdicts.read_text("utf-8-sig").splitlines()[2].startswith('3,"有错，未导入"')


def test_the_command_fails_when_no_row_is_good(tmp_path: Path) -> None:
    file = tmp_path / "needs.csv"
    file.write_bytes(as_csv(rows({"标题": ""})))
    account = make_account(person=make_operator())

    with pytest.raises(CommandError, match="没有一行能导入"):
        call_command("import_needs", str(file), "--as", account.username)

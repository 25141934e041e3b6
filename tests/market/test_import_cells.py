"""What a cell may look like and what it then means; what cannot be read is never guessed."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.makers import CHENGDU, SICHUAN, WUHOU, YIBIN, make_organization, make_region
from tests.market.rows import FILLER
from tests.market.tables import HEAD, as_csv, as_xlsx, bring, rows

from kehui.market.models import Need, Offer, Side
from kehui.market.services.imports import Judged

pytestmark = pytest.mark.django_db

OFFER = {
    "title": "高盐废水电渗析工艺", "description": FILLER, "kind": "service", "category": "1101",
    "price": "45万元", "problem_solved": "废水结垢", "advantage": "省电四成",
}  # fmt: skip


def json_line(line: dict[str, Any], **order: Any) -> Judged:
    (row,) = bring(json.dumps(line).encode(), name="rows.jsonl", **order).rows
    return row


def need_of(**cells: Any) -> Need:
    """Return the need of a good row in which these cells stand, without prices of its own."""
    plain = {
        name: cell
        for name, cell in zip(HEAD, rows({})[1], strict=True)
        if name not in {"预算下限（万元）", "预算上限（万元）", *cells}
    }
    row = json_line(plain | cells)
    assert row.sentence == ""
    assert row.item is not None
    return Need.objects.get(pk=row.item)


def offer_of(**cells: Any) -> Offer:
    row = json_line(OFFER | cells, side=Side.OFFER, organization=make_organization(region=CHENGDU))
    assert row.sentence == ""
    assert row.item is not None
    return Offer.objects.get(pk=row.item)


def fault_of(side: Side, **cells: Any) -> tuple[str, str | None]:
    """Return code and field of the only fault of a row in which these cells stand."""
    good = dict(zip(HEAD, rows({})[1], strict=True)) if side == Side.NEED else OFFER
    row = json_line(dict(good) | cells, side=side)
    (fault,) = row.faults
    return fault.code, fault.field


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("20-50万元", 20_000_000, 50_000_000),
        ("20万-50万", 20_000_000, 50_000_000),
        ("5000～8000元", 500_000, 800_000),
        ("1到2亿元", 10_000_000_000, 20_000_000_000),
        ("50万元以内", None, 50_000_000),
        ("不超过50万元", None, 50_000_000),
        ("３０万元", None, 30_000_000),
    ],
)
def test_a_budget_is_a_band_a_limit_or_an_amount(cell: str, low: int | None, high: int) -> None:
    need = need_of(预算=cell)

    assert (need.budget_low_fen, need.budget_high_fen) == (low, high)


def test_the_unit_of_a_band_may_stand_in_the_head() -> None:
    need = need_of(**{"预算（万元）": "20—50"})

    assert (need.budget_low_fen, need.budget_high_fen) == (20_000_000, 50_000_000)


@pytest.mark.parametrize("cell", ["看情况", "20万-很多"])
def test_a_budget_that_is_no_amount_is_refused(cell: str) -> None:
    bare = {"预算下限（万元）": "", "预算上限（万元）": ""}

    assert fault_of(Side.NEED, **bare, 预算=cell) == ("CELL_FORM", "budget_high_fen")


@pytest.mark.parametrize(
    ("cells", "mode", "fen", "reason"),
    [
        ({"价格": "12.5万元"}, "fixed", 12_500_000, ""),
        ({"价格": 1200.5}, "fixed", 120_050, ""),
        ({"价格": "面议（要看水样）"}, "negotiated", None, "要看水样"),
        ({"价格": "面谈", "面议原因": "要到现场"}, "negotiated", None, "要到现场"),
        ({"价格": "", "面议原因": "要到现场"}, "negotiated", None, "要到现场"),
        (
            {"价格": "3万元", "价格方式": "面议", "面议原因": "量大"},
            "negotiated",
            3_000_000,
            "量大",
        ),
    ],
)
def test_a_price_says_its_mode_unless_a_mode_is_said(
    cells: dict[str, Any], mode: str, fen: int | None, reason: str
) -> None:
    need = need_of(**cells)

    assert (need.price_mode, need.price_fen, need.negotiable_reason) == (mode, fen, reason)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("盐回收率 | 0 | ≥85 | % | 第三方", ("盐回收率", "ge", 85, None, "%")),
        ("能耗｜52｜不高于 35｜kWh/t", ("能耗", "le", 35, None, "kWh/t")),
        ("浓度 | | 10-12.5 | g/L", ("浓度", "between", 10, Decimal("12.5"), "g/L")),
        ("温度 | 20 | -5 | ℃", ("温度", "eq", -5, None, "℃")),
        (["浓度 | | 10 | g/L"], ("浓度", "eq", 10, None, "g/L")),
    ],
)
def test_an_indicator_is_a_line(cell: Any, wanted: tuple[Any, ...]) -> None:
    table = need_of(指标=cell).indicators.get()

    assert (table.name, table.comparison, table.target, table.target_high, table.unit) == wanted


def test_indicators_stand_one_below_the_other_in_their_order() -> None:
    cell = "盐回收率 | 0 | ≥85 | %；能耗 | 52 | ≤35 | kWh/t\n\n噪声 | | 60 | dB"

    table = need_of(指标=cell).indicators.order_by("position")

    assert [each.name for each in table] == ["盐回收率", "能耗", "噪声"]


@pytest.mark.parametrize(
    "cell", [" | 0 | 85 | %", "能耗 | | 越低越好", "浓度 | | 12-10", "浓度 | | NaN", "浓度 | | 1-x"]
)
def test_an_indicator_without_name_or_number_is_refused(cell: str) -> None:
    assert fault_of(Side.NEED, 指标=cell) == ("CELL_FORM", "indicators")


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("全国", []),
        (f"{CHENGDU}、{YIBIN}", [CHENGDU, YIBIN]),
        (f"{SICHUAN};{WUHOU}", [SICHUAN, WUHOU]),
        ([CHENGDU, " "], [CHENGDU]),
    ],
)
def test_places_are_read_from_lists_of_any_kind(cell: Any, codes: list[str]) -> None:
    assert need_of(地区要求=cell).region_requirement == codes


def test_a_row_may_name_its_own_place() -> None:
    make_region(YIBIN)

    assert need_of(地区=YIBIN).region_id == YIBIN


@pytest.mark.parametrize(
    ("cell", "level"), [("TRL 7", 7), ("TRL-6", 6), ("８级", 8), (5, 5), (5.0, 5), ("trl_9", 9)]
)
def test_a_readiness_is_a_whole_number_however_written(cell: Any, level: int) -> None:
    assert offer_of(成熟度=cell).trl == level


@pytest.mark.parametrize("cell", ["中试", "7.5", "1234567", "TRL"])
def test_a_readiness_that_is_no_number_is_refused(cell: str) -> None:
    assert fault_of(Side.OFFER, 成熟度=cell) == ("CELL_FORM", "trl")


@pytest.mark.parametrize(("cell", "hides"), [("是", True), ("Yes", True), ("否", False), (1, True)])
def test_yes_is_said_in_many_ways(cell: Any, hides: object) -> None:
    assert need_of(不公开单位名称=cell).hides_name is hides


@pytest.mark.parametrize(
    ("cell", "words"),
    [("脱盐，蒸发；结晶", ["脱盐", "蒸发", "结晶"]), (["脱盐", "", "蒸发 "], ["脱盐", "蒸发"])],
)
def test_keywords_are_lists_of_any_kind(cell: Any, words: list[str]) -> None:
    assert offer_of(关键词=cell).keywords == words


@pytest.mark.parametrize("cell", ["综合服务/1101", "1101", "综合服务>1101", " 综合服务／1101"])
def test_of_a_path_of_categories_the_last_counts(cell: str) -> None:
    assert offer_of(category=cell).category_id == "1101"


@pytest.mark.parametrize("cell", ["", "/"])
def test_a_category_of_nothing_is_none(cell: str) -> None:
    row = json_line(OFFER | {"category": cell}, side=Side.OFFER)

    assert [fault.field for fault in row.faults] == ["category"]


def test_a_number_and_a_day_in_a_column_of_text_are_written_as_people_write_them() -> None:
    table = rows(
        {
            "标题": 20261231100,
            "联系人": datetime.fromisoformat("2026-12-31"),  # a cell has no zone
            "需求背景": "上一行\r\n下一行\x00",
            "联系电话": 13800000001.0,
        }
    )
    bring(as_csv([[str(cell).replace("\x00", "") for cell in row] for row in table]))
    bring(
        as_xlsx(
            [[c.replace("\x00", "") if isinstance(c, str) else c for c in row] for row in table]
        ),
        name="b.xlsx",
    )

    need = Need.objects.get(source__endswith="/b")
    assert (need.title, need.contact_name) == ("20261231100", "2026-12-31")
    assert need.contact_channel == "13800000001"
    assert need.background == "上一行\n下一行"


def test_a_list_in_a_column_of_text_is_put_together() -> None:
    assert offer_of(advantage=["省电", "四成"]).advantage == "省电四成"
    assert need_of(编号=["A", 7]).external_id == "A7"


def test_a_title_stands_before_its_words() -> None:
    line = {"标题": "完整的标题在这里", "标题词": ["别的", "词"]}

    assert need_of(**line).title == "完整的标题在这里"
    assert need_of(标题="", 标题词="高温 涂层的附着力").title == "高温 涂层的附着力"


def test_a_day_is_read_from_text_and_from_a_number() -> None:
    assert need_of(希望完成日期="2026/12/31").deadline == date(2026, 12, 31)

"""Achievements that come in with a file of offers."""

from collections.abc import Sequence
from typing import Any

import pytest
from tests.market.rows import FILLER
from tests.market.tables import as_xlsx, bring

from kehui.market.models import Achievement, Offer, Side
from kehui.market.services.imports import Report

pytestmark = pytest.mark.django_db


def achievements(*lines: Sequence[Any], **values: Any) -> Report:
    head = ["标题", "描述", "类型", "类别", "报价（万元）", "解决什么问题", "优势", "技术成熟度"]
    told = ["研究阶段", "权属", "完成人", "专利号", "IPC 分类号", "学科", "转化方式", "DOI"]
    row = ["高盐废水电渗析工艺", FILLER, "科技成果", "0801", 45, "废水结垢", "省电四成", "TRL 7"]
    table = [[*head, *told], *([*row, *line] for line in lines)]
    return bring(as_xlsx(table), name="offers.xlsx", side=Side.OFFER, **values)


def test_an_achievement_comes_with_its_offer() -> None:
    report = achievements(
        ["应用研究", "本校", "李华、王芳", "ZL1、ZL2", "c02f1/469", "610.30", "许可，转让", ""]
    )

    kept = Achievement.objects.get()
    assert [row.sentence for row in report.rows] == [""]
    assert (kept.stage, kept.completers, kept.ipc) == ("applied", ["李华", "王芳"], ["C02F 1/469"])
    assert (kept.disciplines, kept.deal_modes) == (["61030"], ["license", "transfer"])
    assert kept.offer == Offer.objects.get()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (["", "本校", "", "", "", "", "", ""], "NEED_FIELD_MISSING"),
        (["应用研究", "", "", "", "TP391", "", "", ""], "IPC_FORM"),
        (["应用研究", "", "", "", "", "", "送人", ""], "ENUM_UNKNOWN"),
    ],
)
def test_an_achievement_that_cannot_stand_costs_its_row(line: Sequence[Any], code: str) -> None:
    report = achievements(line)

    assert [fault.code for row in report.rows for fault in row.faults] == [code]
    assert Offer.objects.count() == 0

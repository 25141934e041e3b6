"""What the columns of a table mean."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from kehui.core import names
from kehui.core.errors import Refused
from kehui.market.models import Need, Offer, Side

# Every name by which a column is known, the one we print in our template first.
HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "external_id": ("编号", "序号", "来源编号", "id", "external_id", "no"),
    "title": ("标题", "名称", "需求名称", "成果名称", "项目名称", "需求标题", "title", "name"),
    "title_tokens": ("标题词", "title_tokens"),
    "description": (
        "描述", "需求描述", "成果简介", "详细描述", "简介", "内容", "正文",
        "description", "body", "text", "abstract",
    ),
    "kind": ("类型", "需求类型", "成果类型", "供给类型", "kind", "type"),
    "category": ("类别", "分类", "category"),
    "label": ("标签", "label"),
    "industry": ("行业", "行业代码", "行业领域", "所属行业", "industry"),
    "keywords": ("关键词", "关键字", "keywords"),
    "region": ("地区", "所在地", "所在地区", "地区代码", "行政区划", "region"),
    "price": ("价格", "报价", "金额", "price"),
    "price_mode": ("价格方式", "price_mode"),
    "negotiable_reason": ("面议原因", "negotiable_reason"),
    "tier": ("谁能看详情", "公开范围", "tier"),
    "trl": ("成熟度", "技术成熟度", "trl"),
    "valid_until": ("有效期至", "有效期", "valid_until"),
    "region_requirement": ("地区要求", "region_requirement"),
    "background": ("需求背景", "背景", "background"),
    "main_problem": ("主要技术难题", "需解决的主要技术难题", "技术难题", "main_problem"),
    "target": ("主要技术目标", "期望实现的主要技术目标", "技术目标", "target"),
    "tried": ("已经试过", "tried"),
    "deadline": ("希望完成日期", "截止日期", "完成日期", "deadline"),
    "budget_low": ("预算下限", "budget_low"),
    "budget_high": ("预算上限", "budget_high"),
    "budget": ("预算", "投入预算", "拟投入资金", "budget"),
    "deliverable": ("交付物", "deliverable"),
    "acceptance": ("怎么验收", "验收方式", "acceptance"),
    "ip_wish": ("知识产权想法", "知识产权", "ip_wish"),
    "contact_name": ("联系人", "contact_name", "contact"),
    "contact_channel": ("联系方式", "联系电话", "联系电话或邮箱", "电话", "contact_channel"),
    "hides_name": ("不公开单位名称", "hides_name"),
    "indicators": ("指标", "技术指标", "indicators"),
    "problem_solved": ("解决什么问题", "problem_solved"),
    "advantage": ("优势", "比什么好、好多少", "advantage"),
    "for_whom": ("适合谁", "适用对象", "for_whom"),
    "regions_served": ("服务地区", "regions_served"),
    "capacity": ("同时能做几单", "capacity"),
    "available_from": ("最早可开始", "available_from"),
    "trl_evidence": ("成熟度依据", "trl_evidence"),
    "trl_assessed_by": ("成熟度评定方", "trl_assessed_by"),
    "trl_assessed_on": ("评定日期", "trl_assessed_on"),
    "price_low": ("参考价下限", "price_low"),
    "price_high": ("参考价上限", "price_high"),
    "evidence": ("佐证材料说明", "佐证", "evidence"),
    "adopters": ("已应用单位与效果", "应用案例", "adopters"),
    "employer_consent": ("单位意见", "employer_consent"),
    "stage": ("研究阶段", "stage"),
    "ownership": ("权属", "知识产权归属", "ownership"),
    "completers": ("完成人", "成果完成人", "completers"),
    "patents": ("专利号", "专利", "patents"),
    "registration": ("成果登记号", "登记号", "registration"),
    "doi": ("doi",),
    "ipc": ("IPC 分类号", "ipc"),
    "disciplines": ("学科", "学科代码", "disciplines"),
    "deal_modes": ("转化方式", "deal_modes"),
    "publicity": ("公示情况", "publicity"),
}  # fmt: skip
ONLY_NEEDS: Final = frozenset(
    {
        "region_requirement", "background", "main_problem", "target", "tried", "deadline",
        "budget_low", "budget_high", "budget", "deliverable", "acceptance", "ip_wish",
        "contact_name", "contact_channel", "hides_name", "indicators",
    }
)  # fmt: skip
OF_ACHIEVEMENT: Final = frozenset(
    {
        "stage", "ownership", "completers", "patents", "registration", "doi", "ipc",
        "disciplines", "deal_modes", "publicity",
    }
)  # fmt: skip
ONLY_OFFERS: Final = OF_ACHIEVEMENT | {
    "problem_solved", "advantage", "for_whom", "regions_served", "capacity", "available_from",
    "trl_evidence", "trl_assessed_by", "trl_assessed_on", "price_low", "price_high", "evidence",
    "adopters", "employer_consent",
}  # fmt: skip
_UNITS: Final = {"万元": "万元", "万": "万元", "元": "元", "分": "分"}


class ColumnsMissing(Refused):
    code = "COLUMNS_MISSING"
    message = _("没有找到“{missing}”这一列。第一行应是列名，这份表的列名是：{found}。")
    message_en = "There is no column “{missing}”. The first row names the columns: {found}."
    field = "file"


class ColumnTwice(Refused):
    code = "COLUMN_TWICE"
    message = _("“{one}”和“{other}”两列说的是同一项，请只留一列。")
    message_en = "The columns “{one}” and “{other}” mean the same; please keep one."
    field = "file"


@dataclass(frozen=True)
class Column:
    """One column of the file: its header as written, the field it fills, the unit it names."""

    header: str
    field: str
    unit: str = "元"


@dataclass(frozen=True)
class Columns:
    known: Sequence[Column]
    ignored: Sequence[str]


def recognize(headers: Sequence[str], *, side: str) -> Columns:
    """Find the field of each header, by its Chinese or English name, width and case aside.

    A unit may stand behind the name: `预算上限（万元）`.

    Raises:
        ColumnTwice: two columns fill one field.
        ColumnsMissing: nothing says what the items are called.
    """
    foreign = ONLY_OFFERS if side == Side.NEED else ONLY_NEEDS
    fields = {
        names.comparable(alias): name
        for name, aliases in HEADERS.items()
        if name not in foreign
        for alias in aliases
    }
    known: dict[str, Column] = {}
    ignored = []
    for header in headers:
        bare, unit = _unit_of(header)
        name = fields.get(names.comparable(bare))
        if name is None:
            ignored.append(header)
        elif name in known:
            raise ColumnTwice(one=known[name].header, other=header)
        else:
            known[name] = Column(header, name, unit)
    if "title" not in known and "title_tokens" not in known:
        raise ColumnsMissing(missing=HEADERS["title"][0], found="、".join(headers) or "—")
    return Columns(list(known.values()), ignored)


def _unit_of(header: str) -> tuple[str, str]:
    """Split `预算（万元）` into the name and the unit; 元 when none is said."""
    tidy = unicodedata.normalize("NFKC", header).strip().rstrip("*").strip()
    bare, bracket, rest = tidy.partition("(")
    unit = rest.rstrip(")").strip()
    if bracket and unit in _UNITS:
        return bare.strip(), _UNITS[unit]
    return (bare.strip(), "元") if bracket and unit in {"必填", "选填"} else (tidy, "元")


def template_headers(side: str) -> list[str]:
    """Return the headers of an empty table to fill in."""
    foreign = (ONLY_OFFERS if side == Side.NEED else ONLY_NEEDS) | {"title_tokens"}
    return [aliases[0] for name, aliases in HEADERS.items() if name not in foreign]


def blank(side: str) -> Need | Offer:
    return Need(side=Side.NEED) if side == Side.NEED else Offer(side=Side.OFFER)

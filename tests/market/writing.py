"""Items that are whole, with texts that speak of one thing, made through the services."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.makers import NOW, make_person, make_reviewer

from kehui.market import services
from kehui.market.models import (
    CRITERIA,
    Category,
    Indicator,
    Item,
    Need,
    NeedKind,
    Offer,
    OfferKind,
    PriceMode,
    Review,
    Side,
)
from kehui.people.models import Organization, Person, Team

LATER = NOW + timedelta(hours=1)
WORDS = "泡菜厂每天排出一百二十吨高盐废水，盐分高、结垢快，蒸发器三天就要停机清洗一次。"
LONG = (
    "我们厂的泡菜盐渍废水每天约 120 吨，含盐 8 %，化学需氧量 6000 毫克每升，蒸发结晶时结垢严重，"
    "三天就要停机清洗。希望把盐分回收再用，出水达到纳管标准，吨水成本降到 35 元以内，"
    "场地不超过 300 平方米，改造期间不能停产。可以提供水样和一年的运行数据。"
)
NEED: dict[str, Any] = {
    "title": "泡菜盐渍废水盐分回收与达标处理",
    "description": LONG,
    "background": "蒸发结晶段，每天 120 吨废水，含盐 8 %，三天停机一次。",
    "main_problem": "有机物和钙镁一起结垢，换热效率一周掉一半。",
    "target": "盐回收率 85 % 以上，吨水成本 35 元以内。",
    "tried": "加过阻垢剂，管用两周，之后照样结垢。",
    "industry": "14",
    "price_mode": PriceMode.NEGOTIATED,
    "negotiable_reason": "要看水样再定",
    "budget_low_fen": 60_000_000,
    "budget_high_fen": 100_000_000,
    "deadline": date(2026, 12, 31),
    "deliverable": "工艺方案和中试报告",
    "acceptance": "连续运行 30 天，第三方检测",
    "contact_name": "陈工",
    "contact_channel": "13800000001",
    "terms_accepted_at": NOW,
}
OFFER: dict[str, Any] = {
    "title": "高盐有机废水电渗析盐回收成套工艺",
    "description": "电渗析盐回收成套工艺，处理" + LONG[4:].replace("希望", "能够"),
    "problem_solved": "高盐有机废水蒸发结晶结垢、成本高。",
    "advantage": "比三效蒸发省电 40 %，清洗周期从 3 天拉长到 45 天。",
    "price_mode": PriceMode.FIXED,
    "price_fen": 45_000_000,
}


def category_for(kind: str) -> Category:
    top = Category.objects.filter(parent=None, kinds__contains=[kind]).first()
    assert top is not None
    return top.children.all()[0]


def indicator(**values: Any) -> Indicator:
    return Indicator(
        **{
            "name": "盐回收率",
            "current": "0 %",
            "comparison": Indicator.Comparison.AT_LEAST,
            "target": Decimal(85),
            "unit": "%",
            "verification": "第三方检测",
            **values,
        }
    )


def begin_need(
    person: Person | None = None,
    *,
    kind: str = NeedKind.SERVICE,
    organization: Organization | None = None,
    at: datetime = NOW,
) -> Need:
    person = person or make_person()
    draft = services.start_draft(
        side=Side.NEED,
        kind=kind,
        holder=person,
        entered_by=person,
        organization=organization,
        at=at,
    )
    assert isinstance(draft, Need)
    return draft


def write_need(
    person: Person | None = None,
    *,
    kind: str = NeedKind.SERVICE,
    organization: Organization | None = None,
    at: datetime = NOW,
    **values: Any,
) -> Need:
    """Return a draft that could be submitted, but for what `values` break."""
    draft = begin_need(person, kind=kind, organization=organization, at=at)
    wanted = {**NEED, "category": category_for(kind), **values}
    services.add_indicators(need=draft, person=draft.holder, indicators=[indicator()], at=at)
    services.save_draft(item=draft, person=draft.holder, values=wanted, at=at)
    return Need.objects.get(pk=draft.pk)


def write_offer(
    person: Person | None = None,
    *,
    kind: str = OfferKind.SERVICE,
    owner: Person | Team | Organization | None = None,
    at: datetime = NOW,
    **values: Any,
) -> Offer:
    person = person or make_person()
    draft = services.start_offer(owner=owner or person, person=person, kind=kind, at=at)
    wanted = {**OFFER, "category": category_for(kind), **values}
    services.save_draft(item=draft, person=person, values=wanted, at=at)
    return Offer.objects.get(pk=draft.pk)


def submit(item: Item, *, at: datetime = NOW) -> Need | Offer:
    return services.submit_item(item=item, person=item.entered_by, at=at)


def review(
    item: Item,
    *points: int,
    reviewer: Person | None = None,
    at: datetime = LATER,
    **options: Any,
) -> Review:
    """Decide with these points in the order of the criteria; 3 each unless given."""
    scores = dict(zip(CRITERIA, points or (3, 3, 3, 3), strict=True))
    return services.review_item(
        item=item,
        reviewer=reviewer or make_reviewer(),
        scores=scores,
        notes=dict.fromkeys(CRITERIA, "写得清楚。"),
        at=at,
        **options,
    )


def publish_need(person: Person | None = None, *, at: datetime = NOW, **values: Any) -> Need:
    need = write_need(person, at=at, **values)
    review(submit(need, at=at), at=at)
    return Need.objects.get(pk=need.pk)


def publish_offer(person: Person | None = None, *, at: datetime = NOW, **values: Any) -> Offer:
    offer = write_offer(person, at=at, **values)
    review(submit(offer, at=at), at=at)
    return Offer.objects.get(pk=offer.pk)


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, 4, tzinfo=UTC)

"""Rows of an item turned into what its page shows: crumbs, steps, key facts, the party."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kehui.core import regions
from kehui.market.models import Item, Need, Offer, Side, State, Studio
from kehui.people.models import Level, Team
from kehui.web.templatetags.dates import day, short_day
from kehui.web.templatetags.money import price, price_to

TRL_WORDS = {
    1: gettext_noop("原理清晰"),
    2: gettext_noop("方案明确"),
    3: gettext_noop("可行性已论证"),
    4: gettext_noop("实验室验证"),
    5: gettext_noop("相关环境部件"),
    6: gettext_noop("中试样机"),
    7: gettext_noop("现场样机"),
    8: gettext_noop("定型合格"),
    9: gettext_noop("批量应用"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A label and its value, for the components that show facts."""

    label: str
    value: str = ""
    lead: str = ""
    href: str = ""
    state: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who stands behind an item."""

    name: str
    place: str
    kind: str
    level: int
    href: str

    @property
    def is_identified(self) -> bool:
        return self.level >= Level.V2


def number_of(item: Item) -> str:
    """Return the number people read out: N-2026-05813."""
    letter = "N" if item.side == Side.NEED else "S"
    return f"{letter}-{item.created_at.year}-{item.pk:05d}"


def crumb(item: Need | Offer) -> list[Row]:
    is_need = item.side == Side.NEED
    rows = [
        Row(
            label=_("找需求") if is_need else _("找所能"),
            href=reverse("market:needs" if is_need else "market:offers"),
        )
    ]
    if item.category is not None:
        top = item.category.parent or item.category
        rows.append(Row(label=_(top.name), href=f"{rows[0].href}?category={top.code}"))
    return [*rows, Row(label=str(item))]


def crumb_of_studio(studio: Studio) -> list[Row]:
    return [Row(label=_("找工作室"), href=reverse("market:studios")), Row(label=studio.name)]


def steps(item: Need | Offer) -> list[Row]:
    """Return where the item stands, from what happened to it: never from a stored progress."""
    talks = item.interests.count()
    suggested = item.suggestions.count()
    passed = [
        (_("提交"), item.submitted_at is not None, short_day(item.submitted_at)),
        (_("审核发布"), item.published_at is not None, short_day(item.published_at)),
        (_("匹配"), suggested > 0, _("%d 条") % suggested),
        (_("约谈"), talks > 0, _("%d 次") % talks),
        (_("签约履约"), False, ""),
        (_("回访"), item.state == State.CLOSED, ""),
    ]
    now = next((i for i, (_name, is_done, _note) in enumerate(passed) if not is_done), len(passed))
    return [
        Row(
            label=name,
            state="done" if is_done else ("now" if place == now else "next"),
            note=note if is_done else "",
        )
        for place, (name, is_done, note) in enumerate(passed)
    ]


def key_facts(item: Need | Offer) -> list[Row]:
    if isinstance(item, Need):
        return [
            Row(label=_("预算"), value=price_to(item.budget_low_fen, item.budget_high_fen)),
            Row(label=_("希望时间"), value=_("%s 前") % day(item.deadline)),
            Row(label=_("地区要求"), value=places(item.region_requirement)),
            Row(label=_("要求成熟度"), value=readiness(item.trl) or _("不限")),
        ]
    return [
        Row(label=_("价格"), value=price_of(item)),
        Row(label=_("成熟度"), value=readiness(item.trl) or _("未说明")),
        Row(label=_("服务地区"), value=places(item.regions_served)),
        Row(label=_("同时可接"), value=_("%d 单") % item.capacity),
    ]


def price_of(offer: Offer) -> str:
    if offer.price_fen is not None:
        return price(offer.price_fen)
    return price_to(offer.price_low_fen, offer.price_high_fen)


def readiness(trl: int | None) -> str:
    return f"TRL {trl} · {_(TRL_WORDS[trl])}" if trl else ""


def places(codes: list[str]) -> str:
    return _("、").join(regions.name_of(code) for code in codes) if codes else _("全国")


def party(item: Need | Offer, *, is_mine: bool) -> Party:
    """Return who stands behind the item; a need may hide its organization's name."""
    if isinstance(item, Need) and item.hides_name and not is_mine:
        return Party(
            name=_("单位名称约谈后可见"),
            place=regions.full_name(item.region_id),
            kind="",
            level=item.organization.level if item.organization else item.holder.level,
            href="",
        )
    if isinstance(item, Offer):
        return _studio_party(item.studio)
    organization = item.organization
    return Party(
        name=organization.name if organization else item.holder.name,
        place=regions.full_name(item.region_id),
        kind=organization.get_kind_display() if organization else item.holder.title,
        level=organization.level if organization else item.holder.level,
        href="",
    )


def _studio_party(studio: Studio) -> Party:
    owner = studio.owner
    person = owner.lead if isinstance(owner, Team) else owner
    return Party(
        name=owner.name,
        place=regions.full_name(studio.region_id),
        kind=role_of(studio),
        level=person.level,
        href=reverse("market:studio", args=[studio.pk]),
    )


def role_of(studio: Studio) -> str:
    """Return what the owner is: title and employer of a person, host of a team, kind of a firm."""
    if studio.person is not None:
        employer = studio.person.employer
        return " · ".join(filter(None, [studio.person.title, employer.name if employer else ""]))
    if studio.team is not None:
        return " · ".join(
            filter(None, [_("团队"), studio.team.host.name if studio.team.host else ""])
        )
    assert studio.organization is not None  # a_studio_has_exactly_one_owner  # noqa: S101
    return str(studio.organization.get_kind_display())


def card(offer: Offer) -> dict[str, str]:
    """Return an offer as its card shows it."""
    return {
        "url": reverse("market:offer", args=[offer.pk]),
        "title": offer.title,
        "kind": offer.kind_label,
        "text": offer.description[:90],
        "price": price_of(offer),
        "trl": readiness(offer.trl),
        "place": regions.name_of(offer.region_id),
        "fresh": day(offer.published_at),
    }


def need_card(need: Need) -> dict[str, str]:
    """Return a need as its card shows it."""
    return {
        "url": reverse("market:need", args=[need.pk]),
        "title": need.title,
        "kind": need.kind_label,
        "text": need.description[:90],
        "price": price_to(need.budget_low_fen, need.budget_high_fen),
        "place": regions.name_of(need.region_id),
        "due": _("%s 前") % day(need.deadline),
        "fresh": day(need.published_at),
    }

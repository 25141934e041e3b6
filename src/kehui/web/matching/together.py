"""The combination of offers that a need's page suggests."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kehui.market.models import Item, Need
from kehui.matching.services import combination_for
from kehui.matching.services.combinations import Combination
from kehui.web import facts_shown
from kehui.web.templatetags.money import price_to


@dataclass(frozen=True, kw_only=True)
class Member:
    """One offer of the combination, with what it is there for."""

    pk: int
    url: str
    title: str
    who: str
    meets: str
    is_lead: bool
    is_asked: bool


@dataclass(frozen=True, kw_only=True)
class Together:
    """The combination in words; `price` is empty when nobody names one."""

    members: list[Member]
    said: str
    price: str
    missing: str


def together_for(item: Item, *, today: date) -> Together | None:
    """Return what the need's page says of a combination, if there is one worth saying."""
    found = combination_for(item if isinstance(item, Need) else item.need, today=today)
    if found is None:
        return None
    return Together(
        members=[
            Member(
                pk=each.suggestion.pk,
                url=reverse("market:offer", args=[each.suggestion.offer_id]),
                title=each.suggestion.offer.title,
                who=facts_shown.party(each.suggestion.offer, is_mine=False).name,
                meets=_("、").join(each.meets),
                is_lead=place == 0,
                is_asked=bool(getattr(each.suggestion, "is_asked", False)),
            )
            for place, each in enumerate(found.members)
        ],
        said=_said(found),
        price=_price(found),
        missing=_("、").join(found.missing),
    )


def _said(found: Combination) -> str:
    return _(
        "单独一家最多达到 %(alone)d 项指标。这 %(count)d 家合起来，"
        "%(all)d 项里达到 %(together)d 项，"
        "多 %(gain)d 项。"
    ) % {
        "alone": found.alone,
        "count": len(found.members),
        "all": found.indicators,
        "together": found.together,
        "gain": found.gain,
    }


def _price(found: Combination) -> str:
    """Add up the bands; say who is not among them, and that the budget may not do."""
    if found.unpriced == len(found.members):
        return ""
    words = _("合计 %s") % price_to(found.low_fen, found.high_fen)
    if found.unpriced:
        words += _("，另有 %d 家面议") % found.unpriced
    if found.is_over_budget:
        words += _("，可能超过预算上限")
    return words + _("。")

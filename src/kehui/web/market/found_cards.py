"""Items and studios that were found, as their cards show them."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from kehui.core import industries, regions
from kehui.market.models import Item, Side, Studio
from kehui.matching.services.search import Hit
from kehui.people.models import Level, Team
from kehui.web import facts_shown
from kehui.web.templatetags.dates import ago, day
from kehui.web.templatetags.money import price, price_to

SKILLS_SHOWN = 4
TEXT_SHOWN = 90


def home_region() -> str:
    return str(settings.REGION)


def card(hit: Hit) -> dict[str, Any]:
    item = hit.item
    return {
        "url": reverse(f"market:{item.side}", args=[item.pk]),
        "title": item.title,
        "title_spans": hit.title_spans,
        "kind": item.kind_label,
        "text": hit.teaser,
        "text_spans": hit.teaser_spans,
        "place": regions.name_of(item.region_id),
        "fresh": ago(item.published_at) if item.published_at else "",
        **(_of_offer(item) if item.side == Side.OFFER else _of_need(item)),
    }


def _of_offer(item: Item) -> dict[str, Any]:
    studio = item.offer.studio
    owner = item.organization or item.holder
    return {
        "price": facts_shown.price_of(item.offer),
        "trl": f"TRL {item.trl}" if item.trl else "",
        "owner": studio.name,
        "verified": owner.level >= Level.V2,
    }


def _of_need(item: Item) -> dict[str, Any]:
    need = item.need
    owner = item.organization or item.holder
    budget = price_to(need.budget_low_fen, need.budget_high_fen)
    return {
        "price": price(item.price_fen) if item.price_fen else budget,
        "industry": industries.name_of(item.industry[:2]) if item.industry else "",
        "due": _("%s 前") % day(need.deadline) if need.deadline else "",
        "owner": "" if need.hides_name else owner.name,
        "verified": owner.level >= Level.V2,
    }


def studio_card(studio: Studio) -> dict[str, Any]:
    owner = studio.owner
    known = owner.lead if isinstance(owner, Team) else owner
    return {
        "url": reverse("market:studio", args=[studio.pk]),
        "name": studio.name,
        "owner": owner.name,
        "verified": known.level >= Level.V2,
        "place": regions.name_of(studio.region_id),
        "text": studio.directions[:TEXT_SHOWN],
        "skills": studio.skills[:SKILLS_SHOWN],
        "offers": getattr(studio, "on_shelf", ""),
    }

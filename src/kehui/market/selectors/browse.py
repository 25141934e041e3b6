"""Published items by what they are and where: filters, and the words in them without an index."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self

from django.db.models import Q, QuerySet

from kehui.core import industries, regions
from kehui.core.money import FEN_PER_WAN
from kehui.market.models import Category, Item, NeedKind, OfferKind, PriceMode, Side, State, Tier

PAGE_SIZE: Final = 20
NEGOTIATED: Final = "negotiated"
# Each band holds its lower end and not its upper one; amounts of 万元
BANDS: Final[dict[str, tuple[int, int | None]]] = {
    "0-1": (0, 1),
    "1-10": (1, 10),
    "10-50": (10, 50),
    "50-200": (50, 200),
    "200-": (200, None),
}
DAYS: Final = (1, 7, 30, 90)
READINESS: Final = tuple(range(1, 10))


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the reader has narrowed the list to; an empty field does not narrow."""

    region: str = ""  # the place and everything below it
    industry: str = ""  # a section, division, group or class
    kind: str = ""
    category: str = ""  # of either level
    price: str = ""  # a band of BANDS, or "negotiated"
    trl: int | None = None  # at least
    days: int | None = None  # published at most so many days ago
    tier: int | None = None  # at most

    @classmethod
    def of(cls, values: Mapping[str, Any], *, side: str) -> Self:
        """Read filters from a page's address or a saved search; what makes no sense is left out.

        An address is typed, cut and passed on by people: a wrong part must not cost the page.
        """
        kinds = OfferKind.values if side == Side.OFFER else NeedKind.values
        kind, price = str(values.get("kind") or ""), str(values.get("price") or "")
        industry = str(values.get("industry") or "").upper()
        return cls(
            region=_code(values.get("region"), longest=24),
            industry=industry if industry in industries.tree() else "",
            kind=kind if kind in kinds else "",
            category=_code(values.get("category"), longest=8),
            price=price if price in BANDS or price == NEGOTIATED else "",
            trl=_one_of(values.get("trl"), READINESS),
            days=_one_of(values.get("days"), DAYS),
            tier=_one_of(values.get("tier"), Tier.values),
        )

    def plain(self) -> dict[str, str | int]:
        """Return what is set, as a saved search or an address holds it."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}

    def without(self, name: str) -> Self:
        """Return the same filters with this one lifted."""
        lifted: Any = None if name in {"trl", "days", "tier"} else ""
        return replace(self, **{name: lifted})


def _code(value: object, *, longest: int) -> str:
    text = str(value or "").strip().upper()
    return text if len(text) <= longest and text.replace("-", "").isalnum() else ""


def _one_of(value: object, known: tuple[int, ...] | list[int]) -> int | None:
    text = str(value if value is not None else "")
    return int(text) if text.isascii() and text.isdecimal() and int(text) in known else None


def published(side: str, filters: Filters, *, at: datetime) -> QuerySet[Item]:
    """Return the published items of a side that pass the filters, the newest first."""
    items = Item.objects.filter(condition(filters, at=at), side=side, state=State.PUBLISHED)
    return items.order_by("-published_at", "-pk")


def condition(filters: Filters, *, at: datetime) -> Q:
    """Return the filters as one condition; it asks at most twice, for parks and categories."""
    passes = Q()
    if filters.region:
        passes &= Q(region__in=regions.within(filters.region))
    if filters.industry:
        passes &= Q(industry__in=industries.tree().within(filters.industry))
    if filters.kind:
        passes &= Q(kind=filters.kind)
    if filters.category:
        passes &= Q(category__in=categories_within(filters.category))
    if filters.price:
        passes &= in_band(filters.price)
    if filters.trl is not None:
        passes &= Q(trl__gte=filters.trl)
    if filters.days is not None:
        passes &= Q(published_at__gt=at - timedelta(days=filters.days))
    if filters.tier is not None:
        passes &= Q(tier__lte=filters.tier)
    return passes


def categories_within(code: str) -> list[str]:
    rows = Category.objects.filter(Q(code=code) | Q(parent=code))
    return list(rows.values_list("code", flat=True))


def in_band(name: str) -> Q:
    if name == NEGOTIATED:
        return Q(price_mode=PriceMode.NEGOTIATED)
    low, high = BANDS[name]
    inside = Q(price_mode=PriceMode.FIXED, price_fen__gte=low * FEN_PER_WAN)
    return inside if high is None else inside & Q(price_fen__lt=high * FEN_PER_WAN)

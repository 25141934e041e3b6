"""How many items each choice of each filter would leave (分面)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from kehui.core import dates, industries, regions
from kehui.market.models import Category, Item, NeedKind, OfferKind, PriceMode, Side, Tier
from kehui.market.selectors import browse
from kehui.market.selectors.browse import BANDS, DAYS, NEGOTIATED, READINESS, Filters

NAMES: Final = ("region", "industry", "kind", "category", "price", "trl", "days", "tier")
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Choice:
    """One value of a filter, how it is called, and how many items it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    choices: list[Choice]


def facets(
    side: str,
    filters: Filters,
    *,
    at: datetime,
    narrow: Callable[[QuerySet[Item]], QuerySet[Item]] = lambda items: items,
) -> list[Facet]:
    """Count every choice of every filter, with the other filters as they stand.

    The filter itself is lifted for its own counts, so that the reader sees what a change of mind
    would give. One query for all filters that are not set and one for each that is, however many
    items and choices there are. `narrow` is the search for words, when there is one.
    """
    free = [name for name in NAMES if name not in filters.plain()]
    raw: dict[str, dict[str, int]] = {}
    whole = narrow(browse.published(side, filters, at=at))
    raw.update(_grouped(whole, free, at=at))
    for name in filters.plain():
        lifted = narrow(browse.published(side, filters.without(name), at=at))
        raw.update(_grouped(lifted, [name], at=at))
    return _shown(side, filters, raw, today=dates.day_of(at))


def _columns(at: datetime) -> dict[str, Case | F]:
    """Return what the counts go by, as expressions on an item."""
    return {
        "region": F("region_id"),
        "industry": F("industry"),
        "kind": F("kind"),
        "category": F("category_id"),
        "price": Case(
            *(When(browse.in_band(name), then=Value(name)) for name in (NEGOTIATED, *BANDS)),
            default=Value(""),
            output_field=CharField(),
        ),
        "trl": F("trl"),
        "days": Case(
            *(When(published_at__gt=at - timedelta(days=each), then=each) for each in DAYS),
            default=None,
            output_field=IntegerField(),
        ),
        "tier": F("tier"),
    }


def _grouped(
    items: QuerySet[Item], names: Sequence[str], *, at: datetime
) -> dict[str, dict[str, int]]:
    """Count the items by each of these columns, all in one pass over them."""
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    if not names:
        return found
    columns = {f"by_{name}": column for name, column in _columns(at).items() if name in found}
    rows = items.order_by().annotate(**columns).values_list(*(f"by_{name}" for name in names))
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:  # Django sees before the database that nothing can be found
        return found
    places = [f"c{place}" for place in range(len(names))]
    listed = ", ".join(places)
    sets = ", ".join(f"({place})" for place in places)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {listed}, grouping({listed}), count(*) "  # noqa: S608 # nosec B608 - names of our own
            f"FROM ({sql}) AS counted ({listed}) GROUP BY GROUPING SETS ({sets})",
            parameters,
        )
        for *values, hidden, count in cursor.fetchall():
            # grouping() sets one bit, from the left, for each column the row does not go by
            gone_by = ~hidden & (2 ** len(names) - 1)
            place = len(names) - gone_by.bit_length()
            value = values[place]
            found[names[place]]["" if value is None else str(value)] = count
    return found


def _shown(side: str, filters: Filters, raw: Counts, *, today: date) -> list[Facet]:
    return [
        Facet("region", _regions(filters.region, raw["region"], today=today)),
        Facet("industry", _industries(filters.industry, raw["industry"])),
        Facet("kind", _kinds(side, filters.kind, raw["kind"])),
        Facet("category", _categories(side, filters, raw["category"])),
        Facet("price", _bands(filters.price, raw["price"])),
        Facet("trl", _at_least(filters.trl, raw["trl"])),
        Facet("days", _at_most_days(filters.days, raw["days"])),
        Facet("tier", _tiers(filters.tier, raw["tier"])),
    ]


def _sum(counts: Mapping[str, int], codes: Iterable[str]) -> int:
    return sum(counts.get(code, 0) for code in codes)


def _regions(chosen: str, counts: Mapping[str, int], *, today: date) -> list[Choice]:
    """Offer the way up from the chosen place, and the places directly below it."""
    here = chosen or settings.REGION
    above = [code for code in regions.line(here) if chosen or code != here]
    below = [place.code for place in regions.children(here, on=today)]
    inside = regions.within_each([*above, *below])
    names = {code: regions.name_of(code) for code in (*above, *below)}
    return [
        Choice(code, names[code], count, is_chosen=code == chosen)
        for code in (*above, *below)
        if (count := _sum(counts, inside[code])) or code in above
    ]


def _industries(chosen: str, counts: Mapping[str, int]) -> list[Choice]:
    tree = industries.tree()
    above = tree.line(chosen) if chosen else []
    return [
        Choice(each.code, each.name, count, is_chosen=each.code == chosen)
        for each in (*above, *tree.children(chosen))
        if (count := _sum(counts, tree.within(each.code))) or each in above
    ]


def _kinds(side: str, chosen: str, counts: Mapping[str, int]) -> list[Choice]:
    kinds = OfferKind if side == Side.OFFER else NeedKind
    return [
        Choice(each.value, str(each.label), counts.get(each.value, 0), each.value == chosen)
        for each in kinds
    ]


def _categories(side: str, filters: Filters, counts: Mapping[str, int]) -> list[Choice]:
    """Offer the first level, or the way up from the chosen one and its second level."""
    known = set(OfferKind.values if side == Side.OFFER else NeedKind.values)
    wanted = {filters.kind} if filters.kind else known
    rows = {each.code: each for each in Category.objects.all()}
    chosen = rows.get(filters.category)
    top = (chosen.parent_id or chosen.code) if chosen else None
    offered = [
        each
        for each in rows.values()
        if each.code == top
        or (each.parent_id == top and (top is not None or wanted & set(each.kinds)))
    ]
    below = {
        each.code: [code for code, row in rows.items() if each.code in (code, row.parent_id)]
        for each in offered
    }
    return [
        Choice(each.code, each.name, count, is_chosen=each is chosen)
        for each in offered
        if (count := _sum(counts, below[each.code])) or each is chosen
    ]


def _bands(chosen: str, counts: Mapping[str, int]) -> list[Choice]:
    labels = {NEGOTIATED: str(PriceMode.NEGOTIATED.label)}
    for name, (low, high) in BANDS.items():
        if high is None:
            labels[name] = _("{low} 万元以上").format(low=low)
        elif low == 0:
            labels[name] = _("{high} 万元以下").format(high=high)
        else:
            labels[name] = _("{low}–{high} 万元").format(low=low, high=high)
    return [
        Choice(name, labels[name], counts.get(name, 0), name == chosen)
        for name in (*BANDS, NEGOTIATED)
    ]


def _at_least(chosen: int | None, counts: Mapping[str, int]) -> list[Choice]:
    return [
        Choice(
            str(level),
            _("{level} 级以上").format(level=level),
            _sum(counts, (str(each) for each in READINESS if each >= level)),
            is_chosen=level == chosen,
        )
        for level in READINESS
    ]


def _at_most_days(chosen: int | None, counts: Mapping[str, int]) -> list[Choice]:
    return [
        Choice(
            str(days),
            _("{days} 天内").format(days=days),
            _sum(counts, (str(each) for each in DAYS if each <= days)),
            is_chosen=days == chosen,
        )
        for days in DAYS
    ]


def _tiers(chosen: int | None, counts: Mapping[str, int]) -> list[Choice]:
    """Offer "all that everybody may read", and one step further each."""
    return [
        Choice(
            str(tier.value),
            str(tier.label),
            _sum(counts, (str(each) for each in Tier.values if each <= tier)),
            is_chosen=tier == chosen,
        )
        for tier in Tier
    ]

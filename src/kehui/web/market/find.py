"""The lists: find offers, find needs, find studios."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from kehui.core import regions
from kehui.market.models import Side, State, Studio
from kehui.market.selectors import items
from kehui.market.selectors.browse import PAGE_SIZE, Filters
from kehui.market.services.searches import ALERTS
from kehui.matching.services.search import Found, find
from kehui.web.fragments import wants_fragment
from kehui.web.market import found_cards

LONGEST_QUERY = 200


@require_GET
@vary_on_headers("HX-Request")
def offers(request: HttpRequest) -> HttpResponse:
    return _list(request, Side.OFFER)


@require_GET
@vary_on_headers("HX-Request")
def needs(request: HttpRequest) -> HttpResponse:
    return _list(request, Side.NEED)


def _list(request: HttpRequest, side: Side) -> HttpResponse:
    """Show what the words and filters of the address ask for; to htmx, only what changes."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    filters = Filters.of(request.GET.dict(), side=side)
    found = find(
        side=side,
        query=query,
        filters=filters,
        at=timezone.now(),
        page=request.GET.get("page", 1),
    )
    context = {
        "side": side,
        "is_offers": side == Side.OFFER,
        "address": reverse("market:offers" if side == Side.OFFER else "market:needs"),
        "query": query,
        "filters": filters.plain(),
        "found": found,
        "cards": [found_cards.card(hit) for hit in found.page],
        "facets": _facets(request, found),
        "chosen": _chosen(request, found),
        "alerts": ALERTS,
        "crumb": [
            {"label": _("首页"), "href": reverse("web:home")},
            {"label": _("找所能") if side == Side.OFFER else _("找需求")},
        ],
    }
    page = "market/_found.html" if wants_fragment(request) else "market/find.html"
    return render(request, page, context)


def _address(request: HttpRequest, **changes: str | None) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    for name, value in changes.items():
        asked.pop(name, None)
        if value:
            asked[name] = value
    return f"?{asked.urlencode()}"


def _facets(request: HttpRequest, found: Found) -> list[dict[str, Any]]:
    """Return every filter with its choices as links.

    A choice that leaves nothing, or everything, would be a click for nothing: it is not shown.
    """
    return [
        {
            "label": LABELS[facet.name](),
            "name": facet.name,
            "choices": [
                {
                    "label": choice.label,
                    "count": choice.count,
                    "on": choice.is_chosen,
                    "href": _address(
                        request, **{facet.name: None if choice.is_chosen else choice.value}
                    ),
                }
                for choice in facet.choices
                if 0 < choice.count < found.total or choice.is_chosen
            ],
        }
        for facet in found.facets
    ]


def _chosen(request: HttpRequest, found: Found) -> list[dict[str, str]]:
    """Return what the list is narrowed to, each with the way back."""
    return [
        {"label": choice.label, "href": _address(request, **{facet.name: None})}
        for facet in found.facets
        for choice in facet.choices
        if choice.is_chosen
    ]


LABELS = {
    "region": lambda: _("地区"),
    "industry": lambda: _("行业"),
    "kind": lambda: _("类型"),
    "category": lambda: _("类别"),
    "price": lambda: _("价格"),
    "trl": lambda: _("成熟度"),
    "days": lambda: _("发布时间"),
    "tier": lambda: _("公开范围"),
}


@require_GET
def studios(request: HttpRequest) -> HttpResponse:
    """Show the open studios, those with most on the shelf first."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    region = Filters.of(request.GET.dict(), side=Side.OFFER).region
    rows = _studios(query, region)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page", 1))
    here = regions.children(region or found_cards.home_region(), on=timezone.localdate())
    context = {
        "query": query,
        "region": region,
        "page": page,
        "cards": [found_cards.studio_card(studio) for studio in page],
        "places": [
            {
                "label": place.name,
                "on": place.code == region,
                "href": _address(request, region=place.code),
            }
            for place in here
        ],
        "region_name": regions.full_name(region) if region else "",
        "whole": _address(request, region=None),
        "crumb": [
            {"label": _("首页"), "href": reverse("web:home")},
            {"label": _("找工作室")},
        ],
    }
    return render(request, "market/find_studios.html", context)


def _studios(query: str, region: str) -> QuerySet[Studio]:
    rows = items.visible_studios(None, today=timezone.localdate()).annotate(
        on_shelf=Count("shelf", filter=Q(shelf__state=State.PUBLISHED))
    )
    if region:
        rows = rows.filter(region__in=regions.within(region))
    for word in query.split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(directions__icontains=word) | Q(skills__icontains=word)
        )
    return rows.order_by("-on_shelf", "pk")

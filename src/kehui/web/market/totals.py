"""How large the market is: a page, and the same table as CSV."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kehui.core import dates, regions
from kehui.core.errors import Refused
from kehui.core.tables import write_table
from kehui.market.models import NeedKind, OfferKind, Side, State
from kehui.market.selectors import totals
from kehui.market.selectors.totals import Total
from kehui.web.market.found_cards import home_region


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    as_of, rows, chosen = _asked(request)
    context = {
        "as_of": as_of,
        "chosen": chosen,
        "latest": timezone.localdate(),
        "total": totals.headline(rows),
        "offers": totals.headline(row for row in rows if row.side == Side.OFFER),
        "needs": totals.headline(row for row in rows if row.side == Side.NEED),
        "open": totals.headline(row for row in rows if row.state == State.PUBLISHED),
        "by_kind": _table(rows, "side_label", "line_label", "kind_label"),
        "kind_head": [_("供需"), _("服务线"), _("类型"), _("条数")],
        "region_head": [_("地区"), _("供需"), _("条数")],
        "state_head": [_("供需"), _("状态"), _("条数")],
        "by_region": _table(rows, "region_name", "side_label"),
        "by_state": _table(rows, "side_label", "state_label"),
        "sides": Side.choices,
        "kinds": list(dict([*OfferKind.choices, *NeedKind.choices]).items()),
        "states": [(each.value, each.label) for each in totals.COUNTED_STATES],
        "places": _places(),
        "csv": f"{reverse('market:totals_csv')}?{request.GET.urlencode()}",
        "crumb": [
            {"label": _("首页"), "href": reverse("web:home")},
            {"label": _("市场概况")},
        ],
    }
    return render(request, "market/totals.html", context)


@require_GET
def as_csv(request: HttpRequest) -> HttpResponse:
    """Give every row; the day it is of stands in each, so that a copied row keeps it."""
    as_of, rows, _chosen = _asked(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="totals-{as_of:%Y-%m-%d}.csv"'
    head = [
        _("供需"),
        _("服务线"),
        _("类型"),
        _("地区代码"),
        _("地区"),
        _("状态"),
        _("条数"),
        _("截至"),
    ]
    cells = (
        [
            row.side_label, row.line_label, row.kind_label, row.region, row.region_name,
            row.state_label, row.count, as_of.isoformat(),
        ]
        for row in rows
    )  # fmt: skip
    write_table(response, [head, *cells])
    return response


def _asked(request: HttpRequest) -> tuple[date, list[Total], dict[str, str]]:
    """Read the filters of the address; what makes no sense counts as not asked."""
    today = timezone.localdate()
    try:
        as_of = min(dates.parse(request.GET.get("as_of", "")), today)
    except Refused:
        as_of = today
    kinds = {*OfferKind.values, *NeedKind.values}
    allowed = {
        "side": set(Side.values),
        "kind": kinds,
        "state": {each.value for each in totals.COUNTED_STATES},
        "region": set(regions.places()),
    }
    chosen = {
        name: value
        for name, values in allowed.items()
        if (value := request.GET.get(name, "")) in values
    }
    return as_of, totals.totals(as_of=as_of, **chosen), chosen


def _table(rows: list[Total], *names: str) -> list[list[str | int]]:
    return [[*key, count] for key, count in totals.summed(rows, *names)]


def _places() -> list[tuple[str, str]]:
    here = home_region()
    below = regions.children(here, on=timezone.localdate())
    return [(here, regions.name_of(here)), *((each.code, each.name) for each in below)]

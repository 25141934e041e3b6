"""The page with the table of indicators: rows come and go without JavaScript."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from kehui.core.errors import Refused
from kehui.market import services
from kehui.market.models import Indicator, Need, NeedKind, Offer
from kehui.web.market import screens, wizard
from kehui.web.market.forms.indicators import (
    MOST_ROWS,
    IndicatorRow,
    and_one_more,
    place_in,
    rows_of,
    typed_rows,
    without,
)
from kehui.web.members import MemberRequest


def edit(request: MemberRequest, need: Need | Offer) -> HttpResponse:
    """Show the table, add or take a row, or save what is whole and go on."""
    if not isinstance(need, Need):  # an offer has no such page
        raise Http404
    if request.method != "POST":
        written = list(need.indicators.all())
        return _page(request, need, rows_of(written, blank=0 if written else 2))
    rows = typed_rows(request.POST)
    if "add" in request.POST:
        return _page(request, need, and_one_more(rows))
    if "remove" in request.POST:
        return _page(request, need, without(rows, place_in(request.POST)))
    return _write(request, need, rows)


def _write(request: MemberRequest, need: Need, rows: list[IndicatorRow]) -> HttpResponse:
    bad = [row for row in rows if not row.is_valid()]
    table = [row.indicator() for row in _whole(rows)]
    lacks = need.kind == NeedKind.PROBLEM and not table
    error = _("委托攻关的难题至少要有一项指标。") if lacks and not bad else ""
    try:
        if not (bad and wizard.is_out(need)):
            _store(request, need, table)
    except Refused as refusal:
        error = str(refusal)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=screens.REFUSED if error and not lacks else 204)
    if "later" in request.POST and not bad:
        return screens.put_aside(request)
    if bad or error:
        return _page(request, need, rows, error=error, status=screens.REFUSED)
    return screens.turn(request, need, wizard.INDICATORS)


def typed(data: QueryDict) -> list[Indicator]:
    """Return the indicators of the rows that are whole."""
    return [row.indicator() for row in _whole(typed_rows(data))]


def _whole(rows: Sequence[IndicatorRow]) -> list[IndicatorRow]:
    return [row for row in rows if row.is_valid() and not row.is_blank]


def _store(request: MemberRequest, need: Need, table: list[Indicator]) -> None:
    if wizard.is_out(need):
        services.revise_item(
            item=need, person=request.person, values={}, indicators=table, at=timezone.now()
        )
    else:
        services.add_indicators(
            need=need, person=request.person, indicators=table, at=timezone.now()
        )


def _page(
    request: MemberRequest,
    need: Need,
    rows: list[IndicatorRow],
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    has_errors = bool(error) or any(row.errors for row in rows if row.is_bound)
    for row in rows:
        row.mark_needed()
    context = {
        "rows": rows,
        "errors": [error] if error else [],
        "has_errors": has_errors,
        "may_add": len(rows) < MOST_ROWS,
    }
    return screens.page(request, need, wizard.INDICATORS, context, status=status)

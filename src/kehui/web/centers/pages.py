"""Open to everybody: which center serves a place, where it is, what it does, is it open now."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehui.core import regions
from kehui.core.errors import Refused
from kehui.core.models import Region
from kehui.people.models import Center
from kehui.people.selectors import centers as selectors
from kehui.people.selectors import library
from kehui.web.centers.forms import PlaceForm

LONGEST = 40
CITY = Region.Level.CITY


@require_safe
def centers(request: HttpRequest) -> HttpResponse:
    """List the centers of a city, or the province's and the cities'; name the one that serves."""
    today = localdate()
    asked = request.GET.get("region", "")[:LONGEST].strip()
    context: dict[str, Any] = {"form": PlaceForm(initial={"region": asked}), "asked": asked}
    code = ""
    if asked:
        try:
            code = regions.parse(asked, on=today, field="region")
        except regions.RegionAmbiguous as refusal:
            context["choices"] = [
                {"href": f"?region={each.code}", "label": regions.full_name(each.code)}
                for each in refusal.choices
            ]
            return render(request, "centers/list.html", context, status=422)
        except Refused as refusal:
            context["refusal"] = str(refusal)
            return render(request, "centers/list.html", context, status=422)
    line = regions.line(code)
    city = line[1] if len(line) > 1 else ""
    rows = selectors.open_centers(today=today)
    shown = (
        rows.filter(region__in=regions.within(city))
        if city
        else rows.filter(region__level__lte=CITY)
    )
    context |= {
        "place": regions.full_name(code) if code else "",
        "serving": selectors.serving(code, today=today) if code else None,
        "city": regions.name_of(city) if city else "",
        "centers": [_row(each) for each in shown],
        "groups": [
            {"name": each.name, "places": "、".join(map(regions.name_of, each.regions))}
            for each in selectors.groups_on(today)
        ],
    }
    return render(request, "centers/list.html", context)


def _row(center: Center) -> dict[str, Any]:
    return {
        "href": reverse("centers:center", args=[center.pk]),
        "name": center.name,
        "place": center.region.name,
        "city": f"?region={center.region_id}" if center.region.level == CITY else "",
        "address": center.address,
        "phone": center.phone,
    }


@require_safe
def center(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a center as people need it: where, when, who by post, how things are done."""
    at, today = now(), localdate()
    found = get_object_or_404(selectors.open_centers(today=today), pk=pk)
    day = selectors.day_at(found, at)
    context = {
        "center": found,
        "crumb": [
            {"label": _("服务中心"), "href": reverse("centers:centers")},
            {"label": found.name},
        ],
        "place": regions.full_name(found.region_id),
        "day": day,
        "is_open": day.is_open_at(at),
        "plates": [Center.Plate(each).label for each in found.plates],
        "week": week_of(found),
        "staff": selectors.staff_in_roles(found, today=today),
        "parent": selectors.parent_of(found, today=today),
        "served": [each.name for each in selectors.served_by(found, today=today)],
        "procedures": library.procedures_for(found.region_id),
        "policies": library.policies_for(found.region_id, today=today),
    }
    return render(request, "centers/center.html", context)


def week_of(center: Center) -> list[dict[str, str]]:
    """Return the days of the week that have hours, with their stretches as people write them."""
    days: dict[str, list[str]] = {}
    for each in center.hours.all():
        span = f"{each.opens:%H:%M}–{each.closes:%H:%M}"
        days.setdefault(str(each.get_weekday_display()), []).append(span)
    return [{"label": label, "value": " ".join(spans)} for label, spans in days.items()]

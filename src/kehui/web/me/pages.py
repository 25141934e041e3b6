"""My page: who I am, what I may do, for whom I act, what I have here."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from kehui.core.errors import Refused
from kehui.deals import selectors as deals
from kehui.deals.models import ENDED
from kehui.market.models import Item, SavedSearch, State
from kehui.market.selectors import items, saved
from kehui.market.services import searches
from kehui.matching.selectors import suggestions as matching
from kehui.people import policies, selectors, services
from kehui.people.models import Level, Person
from kehui.web.centers.keeping import doors_of_centers
from kehui.web.fragments import wants_fragment
from kehui.web.matching.advisers import suitable_needs
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.ways import way_back

ROWS = 20
LATEST = 6


@dataclass(frozen=True, kw_only=True)
class Step:
    """One level and what it allows, for the list of steps."""

    label: str
    note: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Search:
    """A saved search and the page that repeats it."""

    pk: int
    name: str
    href: str
    alert: str


@require_GET
@member_required
def home(request: MemberRequest) -> HttpResponse:
    today = timezone.localdate()
    person = request.person
    acting_for = selectors.acting_for(request.user, today=today)
    counts = items.own_counts(person, today=today)
    latest = items.own_items(person, today=today)[:LATEST]
    shown = matching.counts_of(latest)
    seats = list(selectors.seats_of(person, today=today))
    context = {
        "card": selectors.person_card(person),
        "acting_for": acting_for,
        "may_publish": policies.may_publish(person, acting_for),
        "organizations": selectors.organizations_of(person, today=today),
        "seats": seats,
        "teams": selectors.teams_of(person),
        "levels": _levels(policies.level_of(person, acting_for)),
        "states": [
            {"label": state.label, "value": state.value, "count": counts[state.value]}
            for state in State
            if counts.get(state.value)
        ],
        "latest": [_own(each, shown) for each in latest],
        "duties": [*_duties(person, today=today), *doors_of_centers(seats)],
        "deals": deals.visible_to(person, today=today).exclude(state__in=ENDED)[:LATEST],
        "searches": [_search(each) for each in saved.saved_by(person)],
    }
    return render(request, "me/home.html", context)


@require_GET
@vary_on_headers("HX-Request")
@member_required
def suitable(request: MemberRequest) -> HttpResponse:
    """Show the needs that suit me: compared now, so my page asks for the list by itself."""
    context = {
        "suitable": suitable_needs(request.person, at=now()),
        "crumb": [
            {"label": _("我的"), "href": reverse("me:home")},
            {"label": _("适合你的需求")},
        ],
    }
    page = "_suitable.html" if wants_fragment(request) else "suitable.html"
    return render(request, f"me/{page}", context)


def _own(item: Item, counts: dict[int, int]) -> dict[str, object]:
    """Return an own item as a row: where it stands, and how many matches wait."""
    return {
        "title": item.title or _("（还没有标题）"),
        "href": reverse("market:edit", args=[item.pk])
        if item.state == State.DRAFT
        else reverse(f"market:{item.side}", args=[item.pk]),
        "side": item.side,
        "state": item.get_state_display(),
        "is_public": item.state == State.PUBLISHED,
        "changed_at": item.changed_at,
        "matches": counts.get(item.pk, 0),
    }


def _duties(person: Person, *, today: date) -> list[dict[str, object]]:
    """Return the doors that this person's seats open, with what waits behind them."""
    doors: list[dict[str, object]] = []
    if policies.may_review(person, today=today):
        waiting = items.waiting_for_review(person, today=today).count()
        doors.append({"label": _("质量审核"), "href": reverse("office:gate"), "count": waiting})
    if policies.may_operate(person, today=today):
        doors += [
            {"label": _("后台"), "href": reverse("office:desk")},
            {"label": _("核验人员和单位"), "href": reverse("office:people")},
            {"label": _("导入表格"), "href": reverse("office:imports")},
            {"label": _("领域词典"), "href": reverse("office:terms")},
            {"label": _("权限表"), "href": reverse("office:rights")},
        ]
    return doors


def _levels(level: Level) -> list[Step]:
    """Return the three levels of somebody with an account, those reached marked as done."""
    notes = {
        Level.V1: _("可以收藏、订阅、留言"),
        Level.V2: _("可以发布、洽谈、确认"),
        Level.V3: _("可以签约、揭榜、评审、收款"),
    }
    return [
        Step(
            label=str(each.label),
            note=note,
            state="now" if each == level else "done" if each < level else "next",
        )
        for each, note in notes.items()
    ]


def _search(row: SavedSearch) -> Search:
    asked = {"q": row.query} | {name: value for name, value in row.filters.items() if value}
    return Search(
        pk=row.pk,
        name=row.name,
        href=f"{reverse(f'market:{row.side}s')}?{urlencode(asked, doseq=True)}",
        alert=row.get_alert_display(),
    )


@require_GET
@member_required
def own_items(request: MemberRequest) -> HttpResponse:
    """List my items and those of the organizations I act for, by state."""
    today = timezone.localdate()
    chosen = request.GET.get("state", "")
    rows = items.own_items(request.person, today=today)
    if chosen in State.values:
        rows = rows.filter(state=chosen)
    counts = items.own_counts(request.person, today=today)
    views = [{"label": _("全部"), "href": "?", "on": chosen not in State.values}] + [
        {"label": state.label, "href": f"?state={state}", "on": chosen == state, "count": number}
        for state in State
        if (number := counts.get(state.value))
    ]
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = [_row(each) for each in page.object_list]
    return render(request, "me/items.html", {"views": views, "page": page, "rows": shown})


def _row(item: Item) -> dict[str, object]:
    """Return a line of the list; a draft leads to where it is written."""
    door = "market:edit" if item.state == State.DRAFT else f"market:{item.side}"
    return {
        "title": item.title or _("还没有标题"),
        "side": item.get_side_display(),
        "state": item.get_state_display(),
        "organization": item.organization,
        "changed_at": item.changed_at,
        "href": reverse(door, args=[item.pk]),
    }


@require_POST
@member_required
def act_for(request: MemberRequest) -> HttpResponse:
    """Choose for whom I act; nothing chosen means for myself."""
    chosen = request.POST.get("organization", "")
    organization = None
    if chosen:
        ours = selectors.organizations_of(request.person, today=timezone.localdate())
        organization = get_object_or_404(ours, pk=int(chosen) if chosen.isdecimal() else 0)
    try:
        services.act_for(account=request.user, organization=organization, at=now())
        messages.success(request, _("已切换。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(way_back(request, reverse("me:home")))


@require_POST
@member_required
def forget_search(request: MemberRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(saved.saved_by(request.person), pk=pk)
    searches.forget_search(search=search, person=request.person)
    messages.success(request, _("已取消订阅。"))
    return redirect("me:home")

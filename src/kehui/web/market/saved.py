"""Saved searches: the list under 我的, and what one does with it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kehui.core.errors import Refused
from kehui.market.models import SavedSearch, Side
from kehui.market.selectors import saved
from kehui.market.services import searches
from kehui.people.models import Person
from kehui.web.market.pages import reader_of


def _person(request: HttpRequest) -> Person:
    person = reader_of(request)
    if person is None:
        raise Http404
    return person


@require_GET
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    context = {
        "searches": saved.saved_by(_person(request)),
        "alerts": searches.ALERTS,
        "hours": range(24),
        "crumb": [
            {"label": _("我的"), "href": reverse("me:home")},
            {"label": _("订阅的搜索")},
        ],
    }
    return render(request, "market/saved.html", context)


@require_GET
@login_required
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the list that the search stands for: where its notices lead."""
    search = get_object_or_404(saved.saved_by(_person(request)), pk=pk)
    return redirect(address_of(search))


def address_of(search: SavedSearch) -> str:
    page = reverse("market:offers" if search.side == Side.OFFER else "market:needs")
    asked = {**({"q": search.query} if search.query else {}), **search.filters}
    return f"{page}?{urlencode(asked)}"


@require_POST
@login_required
def save(request: HttpRequest) -> HttpResponse:
    side = request.POST.get("side", "")
    if side not in Side.values:
        raise Http404
    try:
        search = searches.save_search(
            person=_person(request),
            side=Side(side),
            query=request.POST.get("q", ""),
            filters=request.POST.dict(),
            alert=request.POST.get("alert", SavedSearch.Alert.DAILY),
            digest_hour=_hour(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("market:searches")
    messages.success(request, _("已订阅。有新的会在消息里告诉你。"))
    return redirect(address_of(search))


@require_POST
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request)
    search = get_object_or_404(saved.saved_by(person), pk=pk)
    try:
        searches.change_alert(
            search=search,
            person=person,
            alert=request.POST.get("alert", ""),
            digest_hour=_hour(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已改好。"))
    return redirect("market:searches")


@require_POST
@login_required
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request)
    search = get_object_or_404(saved.saved_by(person), pk=pk)
    searches.forget_search(search=search, person=person)
    messages.success(request, _("已取消订阅“{name}”。").format(name=search.name))
    return redirect("market:searches")


def _hour(request: HttpRequest) -> int:
    text = request.POST.get("digest_hour", "9")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 2 else -1

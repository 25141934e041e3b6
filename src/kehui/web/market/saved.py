"""Saved searches: the list under 我的, and what one does with it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kehui.core.errors import Refused
from kehui.market.models import SavedSearch, Side
from kehui.market.selectors import saved
from kehui.market.services import searches
from kehui.web.members import MemberRequest, member_required


@require_GET
@member_required
def listed(request: MemberRequest) -> HttpResponse:
    context = {
        "searches": saved.saved_by(request.person),
        "alerts": searches.ALERTS,
        "hours": range(24),
        "crumb": [
            {"label": _("我的"), "href": reverse("me:home")},
            {"label": _("订阅的搜索")},
        ],
    }
    return render(request, "market/saved.html", context)


@require_GET
@member_required
def opened(request: MemberRequest, pk: int) -> HttpResponse:
    """Go to the list that the search stands for: where its notices lead."""
    search = get_object_or_404(saved.saved_by(request.person), pk=pk)
    return redirect(address_of(search))


def address_of(search: SavedSearch) -> str:
    page = reverse("market:offers" if search.side == Side.OFFER else "market:needs")
    asked = {**({"q": search.query} if search.query else {}), **search.filters}
    return f"{page}?{urlencode(asked)}"


@require_POST
@member_required
def save(request: MemberRequest) -> HttpResponse:
    side = request.POST.get("side", "")
    if side not in Side.values:
        raise Http404
    try:
        search = searches.save_search(
            person=request.person,
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
@member_required
def change(request: MemberRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(saved.saved_by(request.person), pk=pk)
    try:
        searches.change_alert(
            search=search,
            person=request.person,
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
@member_required
def forget(request: MemberRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(saved.saved_by(request.person), pk=pk)
    searches.forget_search(search=search, person=request.person)
    messages.success(request, _("已取消订阅“{name}”。").format(name=search.name))
    return redirect("market:searches")


def _hour(request: MemberRequest) -> int:
    text = request.POST.get("digest_hour", "9")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 2 else -1

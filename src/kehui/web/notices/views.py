"""The inbox: why each notice came, and what to do with it."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kehui.notices import selectors, services
from kehui.notices.models import Notice
from kehui.notices.selectors import Only
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.ways import way_back

ROWS = 20


@require_GET
@member_required
def inbox(request: MemberRequest) -> HttpResponse:
    asked = request.GET.get("only", "")
    only = Only(asked) if asked in list(Only) else Only.OPEN
    rows = selectors.inbox(request.person, now=now(), only=only)
    labels = {
        Only.OPEN: _("待办"),
        Only.UNREAD: _("未读"),
        Only.SNOOZED: _("稍后提醒"),
        Only.DONE: _("已办"),
    }
    context = {
        "views": [
            {"label": label, "href": f"?only={each}", "on": each == only}
            for each, label in labels.items()
        ],
        "only": only.value,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
    }
    return render(request, "notices/inbox.html", context)


@require_GET
@member_required
def follow(request: MemberRequest, pk: int) -> HttpResponse:
    """Note that it was read, and go where it leads."""
    notice = _own(request, pk)
    services.mark_read(notice=notice, person=request.person, at=now())
    is_ours = url_has_allowed_host_and_scheme(notice.link, allowed_hosts={request.get_host()})
    return redirect(notice.link if is_ours else "notices:inbox")


@require_POST
@member_required
def done(request: MemberRequest, pk: int) -> HttpResponse:
    services.mark_done(notice=_own(request, pk), person=request.person, at=now())
    return _back(request)


@require_POST
@member_required
def reopen(request: MemberRequest, pk: int) -> HttpResponse:
    services.reopen(notice=_own(request, pk), person=request.person)
    return _back(request)


@require_POST
@member_required
def snooze(request: MemberRequest, pk: int) -> HttpResponse:
    """Hide it for one, three or seven days."""
    days = {"1": 1, "3": 3, "7": 7}.get(request.POST.get("days", ""), 1)
    at = now()
    services.snooze(
        notice=_own(request, pk), person=request.person, until=at + timedelta(days=days), at=at
    )
    messages.success(request, _("%(days)d 天后再提醒你。") % {"days": days})
    return _back(request)


@require_POST
@member_required
def read_all(request: MemberRequest) -> HttpResponse:
    services.mark_all_read(person=request.person, at=now())
    return _back(request)


def _own(request: MemberRequest, pk: int) -> Notice:
    return get_object_or_404(Notice, pk=pk, person=request.person)


def _back(request: MemberRequest) -> HttpResponse:
    return redirect(way_back(request, reverse("notices:inbox")))

"""What I agreed to: see it, give it, take it back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kehui.people import services
from kehui.people.models import Channel
from kehui.people.selectors import consents
from kehui.web.me.leaving import crumb
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.ways import way_back

SHOWN = 50


@require_GET
@member_required
def overview(request: MemberRequest) -> HttpResponse:
    titles = {code: each.title for code, each in consents.purposes().items()}
    context = {
        "said": consents.said_by(request.person),
        "receipts": [
            {
                "title": titles.get(each.purpose, each.purpose),
                "edition": each.edition,
                "channel": each.get_channel_display(),
                "given_at": each.given_at,
                "withdrawn_at": each.withdrawn_at,
            }
            for each in consents.receipts_of(request.person)[:SHOWN]
        ],
        "crumb": crumb(_("授权与个性化推荐")),
    }
    return render(request, "me/consents.html", context)


@require_POST
@member_required
def give(request: MemberRequest, purpose: str) -> HttpResponse:
    """Switch on what was refused. What is agreed to by giving it is given on its own page."""
    _refusable(purpose)
    at, channel = now(), Channel.SETTINGS
    services.give_consent(person=request.person, purpose=purpose, channel=channel, at=at)
    messages.success(request, _("已打开。"))
    return redirect(way_back(request, reverse("me:consents")))


@require_POST
@member_required
def withdraw(request: MemberRequest, purpose: str) -> HttpResponse:
    """Switch off with one click, from wherever the button stands."""
    _refusable(purpose)
    at, channel = now(), Channel.SETTINGS
    services.withdraw_consent(person=request.person, purpose=purpose, channel=channel, at=at)
    messages.success(request, _("已关闭，其他一切照旧。"))
    return redirect(way_back(request, reverse("me:consents")))


def _refusable(code: str) -> None:
    purpose = consents.purposes().get(code)
    if purpose is None or not purpose.is_refusable:
        raise Http404

"""Found a team, invite into it by a signed link, join it, leave it."""

from typing import cast
from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.forms import ModelChoiceField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.people import policies, selectors, services
from kehui.people.models import Organization, Team
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.forms import TeamForm
from kehui.web.people.ways import once

SALT = "kehui.team.invitation"
INVITED_SECONDS = 14 * 24 * 60 * 60


@require_http_methods(["GET", "POST"])
@member_required
def found(request: MemberRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    hosts = selectors.organizations_of(request.person, today=timezone.localdate())
    cast("ModelChoiceField[Organization]", form.fields["host"]).queryset = hosts
    if form.is_valid():
        with refusals_on(form):
            at = now()

            def act() -> str:
                team = services.found_team(lead=request.person, at=at, **form.cleaned_data)
                return reverse("people:team", args=[team.pk])

            return once(request, person=request.person.pk, at=at, action=act)[0]
    key = request.POST.get("key") or uuid4().hex
    return render(request, "people/found_team.html", {"form": form, "key": key})


@require_http_methods(["GET"])
@member_required
def team(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a team to those in it; its lead sees the link that invites."""
    ours = get_object_or_404(selectors.teams_of(request.person), pk=pk)
    leads = policies.may_lead(request.person, ours)
    invitation = reverse("people:join_team", args=[signing.dumps(ours.pk, salt=SALT)])
    context = {
        "team": ours,
        "members": selectors.members_of(ours),
        "leads": leads,
        "invitation": request.build_absolute_uri(invitation) if leads else "",
    }
    return render(request, "people/team.html", context)


@require_http_methods(["GET", "POST"])
@member_required
def join(request: MemberRequest, token: str) -> HttpResponse:
    """Ask who was invited, and give a place to who says yes."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=INVITED_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    inviting = get_object_or_404(Team.objects.select_related("lead", "host"), pk=pk)
    if request.method == "POST":
        try:
            services.join_team(team=inviting, person=request.person, at=now())
            messages.success(request, _("你已加入团队。"))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("people:team", pk=pk)
    return render(request, "people/join_team.html", {"team": inviting})


@require_POST
@member_required
def leave(request: MemberRequest, pk: int) -> HttpResponse:
    ours = get_object_or_404(selectors.teams_of(request.person), pk=pk)
    try:
        services.leave_team(team=ours, person=request.person, at=now())
        messages.success(request, _("你已退出团队。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:team", pk=pk)
    return redirect("me:home")

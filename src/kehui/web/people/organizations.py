"""Register an organization, and let its agents give seats to colleagues."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.people import selectors, services
from kehui.people.models import Organization, Seat
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.forms import ColleagueForm, OrganizationForm


@require_http_methods(["GET", "POST"])
@member_required
def register(request: MemberRequest) -> HttpResponse:
    initial = {"region": request.person.region_id}
    form = OrganizationForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            at = now()
            organization = services.register_organization(
                person=request.person, at=at, **form.cleaned_data
            )
            services.act_for(account=request.user, organization=organization, at=at)
            messages.success(request, _("单位已登记，你是它的经办人。"))
            alike = selectors.organizations_like(organization.name, besides=organization.pk)
            if alike.exists():
                messages.warning(request, _("名称与已入驻的单位相同或形近，要等平台核对证照。"))
            return redirect("people:organization", pk=organization.pk)
    return render(request, "people/register_organization.html", {"form": form})


@require_http_methods(["GET", "POST"])
@member_required
def organization(request: MemberRequest, pk: int) -> HttpResponse:
    """Show an organization to its agents, and let them give a colleague a seat."""
    today = timezone.localdate()
    ours = get_object_or_404(
        selectors.organizations_of(request.person, today=today).select_related("region"), pk=pk
    )
    form = ColleagueForm(request.POST or None)
    if form.is_valid() and _grant(request, ours, form):
        return redirect("people:organization", pk=pk)
    context = {
        "organization": ours,
        "agents": selectors.agents_of(ours, today=today),
        "form": form,
    }
    return render(request, "people/organization.html", context)


def _grant(request: MemberRequest, organization: Organization, form: ColleagueForm) -> bool:
    colleague = selectors.person_called(form.cleaned_data["username"])
    if colleague is None:
        form.add_error("username", _("没有这个用户名。请和同事核对。"))
        return False
    with refusals_on(form):
        services.grant_seat(
            person=colleague,
            role=Seat.Role.AGENT,
            organization=organization,
            region=organization.region_id,
            by=request.person,
            at=now(),
        )
        messages.success(request, _("已开通经办席位。"))
        return True
    return False


@require_POST
@member_required
def end_seat(request: MemberRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(
        selectors.seats_in_reach(request.person, today=timezone.localdate()), pk=pk
    )
    try:
        services.end_seat(seat=seat, by=request.person, at=now())
        messages.success(request, _("席位已结束。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    if seat.organization_id is None or seat.person_id == request.person.pk:
        return redirect("me:home")
    return redirect("people:organization", pk=seat.organization_id)

"""For who keeps centers: procedures in versions, and policy documents."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.people import services
from kehui.people.models import Center
from kehui.people.selectors import library
from kehui.web.centers.forms import PolicyForm, ProcedureForm
from kehui.web.centers.keeping import about, keeper_required
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest


@require_http_methods(["GET", "POST"])
@keeper_required
def procedures(request: MemberRequest, center: Center) -> HttpResponse:
    """List the versions of the center's own procedures; publish the next one."""
    form = ProcedureForm(request.POST or None)
    if form.is_valid():
        lists = {name: form.cleaned_data.pop(name).splitlines() for name in ("steps", "papers")}
        with refusals_on(form):
            services.publish_procedure(
                region=center.region_id,
                by=request.person,
                at=now(),
                **form.cleaned_data,
                **lists,
            )
            messages.success(request, _("新版本已发布。"))
            return redirect("centers:procedures", center.pk)
    context = {"form": form, "procedures": library.procedures_of(center.region_id)}
    return render(request, "centers/procedures.html", about(center, "procedures") | context)


@require_POST
@keeper_required
def withdraw(request: MemberRequest, center: Center, procedure: int) -> HttpResponse:
    row = get_object_or_404(library.procedures_of(center.region_id), pk=procedure)
    try:
        services.withdraw_procedure(procedure=row, by=request.person, at=now())
        messages.success(request, _("这一版已停用。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("centers:procedures", center.pk)


@require_http_methods(["GET", "POST"])
@keeper_required
def policy_documents(request: MemberRequest, center: Center) -> HttpResponse:
    """List the documents kept for this place with how they stand; keep another one."""
    form = PolicyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.add_policy(
                region=center.region_id, by=request.person, at=now(), **form.cleaned_data
            )
            messages.success(request, _("政策文件已收录。"))
            return redirect("centers:policies", center.pk)
    today = localdate()
    rows = [(each.standing_on(today), each) for each in library.policies_of(center.region_id)]
    context = {"form": form, "policies": rows}
    return render(request, "centers/policies.html", about(center, "policies") | context)

"""For operators: every organization, found by name or code, with its agents."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kehui.people import selectors
from kehui.people.models import Level, Organization
from kehui.web.members import MemberRequest
from kehui.web.office.cursor import sheet
from kehui.web.office.people import operator_required


@require_safe
@operator_required
def organizations(request: MemberRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:80]
    found = sheet(selectors.organizations_found(words), request.GET.get("before"))
    context = {"words": words, "rows": found.rows, "further": found.further}
    return render(request, "office/organizations.html", context)


@require_safe
@operator_required
def organization(request: MemberRequest, pk: int) -> HttpResponse:
    """Show one: what it says of itself, how well it is known, who acts for it."""
    row = get_object_or_404(Organization.objects.select_related("region", "parent"), pk=pk)
    context = {
        "organization": row,
        "waits": row.level < Level.V2,
        "seats": selectors.agents_of(row, today=timezone.localdate()),
        "alike": selectors.alike([row]).get(row.pk, ""),
    }
    return render(request, "office/organization.html", context)

"""For operators: complaints and suggestions, those overdue first."""

from typing import Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehui.core.errors import Refused
from kehui.operations import services
from kehui.operations.models import Complaint
from kehui.operations.selectors import complaints as selectors
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest
from kehui.web.office.people import operator_required

ROWS: Final = 20
REFUSED: Final = 422


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=lazy("答复"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=lazy("写清查明了什么、怎么处理。提出人凭编号和查询码能看到。"),
    )


@require_safe
@never_cache
@operator_required
def queue(request: MemberRequest) -> HttpResponse:
    """List what waits, or with `?answered` what was answered."""
    shows_answered = "answered" in request.GET
    rows = selectors.answered() if shows_answered else selectors.waiting()
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "page": page,
        "late": {each.pk for each in page.object_list if each.due_on < today},
        "shows_answered": shows_answered,
    }
    return render(request, "office/complaints.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@operator_required
def complaint(request: MemberRequest, pk: int) -> HttpResponse:
    """Show one, and answer it."""
    row = get_object_or_404(Complaint.objects.select_related("by", "answered_by"), pk=pk)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.answer_complaint(
                complaint=row, by=request.person, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("已答复：%(number)s") % {"number": row.number})
            return redirect("office:complaints")
    context = {
        "complaint": row,
        "form": form,
        "is_late": row.answered_at is None and row.due_on < timezone.localdate(),
    }
    status = REFUSED if request.method == "POST" else 200
    return render(request, "office/complaint.html", context, status=status)


@require_POST
@operator_required
def escalate(request: MemberRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Complaint, pk=pk)
    try:
        services.escalate_complaint(complaint=row, by=request.person, at=timezone.now())
        messages.success(request, _("已转上级办理：%(number)s") % {"number": row.number})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("office:complaints")

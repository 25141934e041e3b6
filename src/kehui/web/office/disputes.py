"""For operators: disputes about contracts, for those who have no part in them."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kehui.deals import policies, services
from kehui.deals.models import Dispute
from kehui.deals.selectors import disputes as selectors
from kehui.web.deals.room import contract_in_force
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest
from kehui.web.office.people import operator_required

REFUSED: Final = 422


class DecisionForm(forms.Form):
    use_required_attribute = False

    outcome = forms.ChoiceField(
        label=lazy("裁定"), choices=Dispute.Outcome.choices, widget=forms.RadioSelect
    )
    grounds = forms.CharField(
        label=lazy("理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=lazy("写清认定的事实和合同依据。双方都会看到。"),
    )


@require_safe
@never_cache
@operator_required
def listed(request: MemberRequest) -> HttpResponse:
    """List what waits for a decision that this person may make."""
    today = timezone.localdate()
    ready = set(selectors.to_decide(today=today).values_list("pk", flat=True))
    rows = [
        {"dispute": each, "is_ready": each.pk in ready}
        for each in selectors.undecided()
        if policies.may_decide_dispute(request.person, each.deal, each, today=today)
    ]
    return render(request, "office/disputes.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@never_cache
@operator_required
def decide(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a dispute with its contract, and decide it; who has part in it finds nothing."""
    row = get_object_or_404(selectors.undecided(), pk=pk)
    today = timezone.localdate()
    if not policies.may_decide_dispute(request.person, row.deal, row, today=today):
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.decide_dispute(
                deal=row.deal,
                person=request.person,
                outcome=Dispute.Outcome(form.cleaned_data["outcome"]),
                grounds=form.cleaned_data["grounds"],
                at=timezone.now(),
            )
            messages.success(request, _("已裁定，双方都会收到。"))
            return redirect("office:disputes")
    context: dict[str, Any] = {
        "dispute": row,
        "deal": row.deal,
        "contract": contract_in_force(row.deal),
        "form": form,
        "is_ready": selectors.to_decide(today=today).filter(pk=pk).exists(),
    }
    status = REFUSED if form.is_bound else 200
    return render(request, "office/dispute.html", context, status=status)

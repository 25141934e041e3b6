"""The page on which a contract is written, and later changed."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehui.deals import services
from kehui.deals.models import Contract, ContractState, Deal, QuoteState, Role
from kehui.web.deals import room
from kehui.web.deals.forms import (
    ChangeForm,
    ContractForm,
    PartRow,
    StepRow,
    shown,
    terms_of,
    typed,
)
from kehui.web.deals.pages import REFUSED, visible
from kehui.web.deals.papers import all_valid
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required

BLANK_ROWS: Final = 2


@require_http_methods(["GET", "POST"])
@member_required
def contract(request: MemberRequest, pk: int) -> HttpResponse:
    """Write the contract, or the change of one that is in force: terms, milestones, payments."""
    deal = visible(request, pk)
    force = room.contract_in_force(deal)
    kind = ChangeForm if force else ContractForm
    if request.method != "POST":
        draft = deal.contracts.filter(state=ContractState.DRAFT).first()
        written = draft or force
        today = timezone.localdate()
        side = room.side_of(deal, request.person, today=today)
        form = kind(initial=_terms(written) if written else _proposal(deal, side))
        steps = shown(StepRow, "step", _steps(written), blank=BLANK_ROWS)
        parts = shown(PartRow, "part", _parts(written), blank=BLANK_ROWS)
        return _page(request, deal, form, steps, parts)
    form = kind(request.POST)
    steps, parts = typed(StepRow, "step", request.POST), typed(PartRow, "part", request.POST)
    if _is_more(request):
        form = kind(initial={name: form[name].data for name in form.fields})
        steps = _grown(request, StepRow, "step", steps)
        parts = _grown(request, PartRow, "part", parts)
    elif all_valid(form, *steps, *parts):
        with refusals_on(form):
            _save(request, deal, form, steps, parts)
            messages.success(request, _("合同已保存。双方看过没问题，就提请签署。"))
            return redirect("deals:room", pk=pk)
    return _page(request, deal, form, steps, parts)


def _save(
    request: MemberRequest,
    deal: Deal,
    form: ContractForm,
    steps: list[StepRow],
    parts: list[PartRow],
) -> None:
    terms, at = terms_of(form, steps, parts), timezone.now()
    if isinstance(form, ChangeForm):
        reason = form.cleaned_data["change_reason"]
        services.draft_change(deal=deal, person=request.person, terms=terms, reason=reason, at=at)
    else:
        services.draft_contract(deal=deal, person=request.person, terms=terms, at=at)


def _is_more(request: MemberRequest) -> bool:
    return bool(request.POST.get("more-step") or request.POST.get("more-part"))


def _page(
    request: MemberRequest,
    deal: Deal,
    form: ContractForm,
    steps: list[Any],
    parts: list[Any],
) -> HttpResponse:
    title = _("变更合同") if isinstance(form, ChangeForm) else _("起草合同")
    context = {"deal": deal, "title": title, "form": form, "steps": steps, "parts": parts}
    status = REFUSED if form.is_bound else 200
    return render(request, "deals/contract.html", context, status=status)


def _grown(
    request: MemberRequest, kind: type[StepRow] | type[PartRow], prefix: str, rows: list[Any]
) -> list[Any]:
    """Return the rows as typed, and one more where that was asked for."""
    told = [{name: each[name].data for name in each.fields} for each in rows]
    return shown(kind, prefix, told, blank=1 if request.POST.get(f"more-{prefix}") else 0)


def _proposal(deal: Deal, side: Role | None) -> dict[str, Any]:
    """Return the terms that the accepted quote suggests, to the buyer also what the need says."""
    taken = deal.quotes.filter(state=QuoteState.ACCEPTED).first()
    need = deal.need if side == Role.BUYER else None
    return {
        "subject": taken.content if taken else "",
        "amount_total": taken.amount_total_fen if taken else None,
        "amount_technical": taken.amount_technical_fen if taken else None,
        "ownership": need.ip_wish if need else "",
        "acceptance": need.acceptance if need else "",
        "acceptance_days": 15,
    }


def _terms(written: Contract) -> dict[str, Any]:
    return {
        "kind": written.kind,
        "subject": written.subject,
        "amount_total": written.amount_total_fen,
        "amount_technical": written.amount_technical_fen,
        "ownership": written.ownership,
        "acceptance": written.acceptance,
        "acceptance_days": written.acceptance_days,
        "confidential_until": written.confidential_until,
        "change_reason": written.change_reason,
    }


def _steps(written: Contract | None) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "criterion": each.criterion, "due_on": each.due_on}
        for each in (written.milestones.all() if written else ())
    ]


def _parts(written: Contract | None) -> list[dict[str, Any]]:
    return [
        {
            "amount": each.amount_fen,
            "due_on": each.due_on,
            "step": each.milestone.position if each.milestone else None,
        }
        for each in (written.payments.select_related("milestone") if written else ())
    ]

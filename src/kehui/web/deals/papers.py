"""Pages with forms of their own: a quote, a contract and its signing, taking the work over."""

from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kehui.deals import services
from kehui.deals.models import Contract, ContractState, Deal, QuoteState
from kehui.deals.selectors import contracts as texts
from kehui.deals.services.work import indicators_of
from kehui.web.deals import room
from kehui.web.deals.forms import (
    ContractForm,
    PartRow,
    QuoteForm,
    ResultRow,
    SentenceForm,
    SignForm,
    StepRow,
    shown,
    terms_of,
    typed,
)
from kehui.web.deals.pages import REFUSED, visible
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required

BLANK_ROWS: Final = 2


@require_http_methods(["GET", "POST"])
@member_required
def quote(request: MemberRequest, pk: int) -> HttpResponse:
    """Write the seller's working version."""
    deal = visible(request, pk)
    staged = deal.quotes.filter(state=QuoteState.STAGED).first()
    initial = {
        "content": staged.content,
        "amount_total": staged.amount_total_fen,
        "amount_technical": staged.amount_technical_fen,
        "days": staged.days,
        "valid_until": staged.valid_until,
    } if staged else {}  # fmt: skip
    is_typed = request.method == "POST"
    form = QuoteForm(request.POST if is_typed else None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            services.stage_quote(
                deal=deal, person=request.person, price=form.price(), at=timezone.now()
            )
            messages.success(request, _("拟报价已保存，对方还看不到。看过没问题就发出。"))
            return redirect("deals:room", pk=pk)
    asked = deal.requests.order_by("-number").first()
    context = {"deal": deal, "form": form, "asked": asked}
    return render(request, "deals/quote.html", context, status=REFUSED if is_typed else 200)


@require_http_methods(["GET", "POST"])
@member_required
def contract(request: MemberRequest, pk: int) -> HttpResponse:
    """Write the contract: its terms, milestones and payments."""
    deal = visible(request, pk)
    is_typed = request.method == "POST"
    draft = deal.contracts.filter(state=ContractState.DRAFT).first()
    if is_typed:
        form = ContractForm(request.POST)
        steps, parts = typed(StepRow, "step", request.POST), typed(PartRow, "part", request.POST)
        if _is_more(request) or not _all_valid(form, *steps, *parts):
            return _contract_page(request, deal, form, steps, parts, is_more=_is_more(request))
        with refusals_on(form):
            services.draft_contract(
                deal=deal,
                person=request.person,
                terms=terms_of(form, steps, parts),
                at=timezone.now(),
            )
            messages.success(request, _("合同已保存。双方看过没问题，就提请签署。"))
            return redirect("deals:room", pk=pk)
        return _contract_page(request, deal, form, steps, parts)
    form = ContractForm(initial=_terms(draft) if draft else _proposal(deal))
    steps = shown(StepRow, "step", _steps(draft), blank=BLANK_ROWS)
    parts = shown(PartRow, "part", _parts(draft), blank=BLANK_ROWS)
    return _contract_page(request, deal, form, steps, parts)


@require_http_methods(["GET", "POST"])
@member_required
def sign(request: MemberRequest, pk: int) -> HttpResponse:
    """Show the whole text, and sign it."""
    deal = visible(request, pk)
    held = deal.contracts.filter(state=ContractState.PROPOSED).first()
    if held is None:
        raise Http404
    is_typed = request.method == "POST"
    form = SignForm(request.POST if is_typed else None, initial={"seen_hash": held.text_hash})
    if form.is_valid():
        with refusals_on(form):
            services.sign_contract(
                deal=deal,
                person=request.person,
                seen_hash=form.cleaned_data["seen_hash"],
                at=timezone.now(),
            )
            messages.success(request, _("已签署。"))
            return redirect("deals:room", pk=pk)
    context = {"deal": deal, "contract": held, "form": form}
    return render(request, "deals/sign.html", context, status=REFUSED if is_typed else 200)


@require_http_methods(["GET", "POST"])
@member_required
def accept(request: MemberRequest, pk: int) -> HttpResponse:
    """Write what was measured for each indicator, and take the work over."""
    deal = visible(request, pk)
    is_typed = request.method == "POST"
    data = request.POST if is_typed else None
    form = SentenceForm(data)
    lines = [
        (each, ResultRow(data, prefix=f"result-{place}"))
        for place, each in enumerate(indicators_of(deal))
    ]
    if _all_valid(form, *(row for _line, row in lines)):
        results = {
            each["name"]: (row.cleaned_data["measured"], row.cleaned_data["is_met"])
            for each, row in lines
        }
        with refusals_on(form):
            services.accept_delivery(
                deal=deal,
                person=request.person,
                results=results,
                sentence=form.cleaned_data["sentence"],
                at=timezone.now(),
            )
            messages.success(request, _("已验收。"))
            return redirect("deals:room", pk=pk)
    context = {"deal": deal, "form": form, "lines": lines}
    return render(request, "deals/accept.html", context, status=REFUSED if is_typed else 200)


@require_GET
def check_file(request: MemberRequest) -> HttpResponseBase:
    """Tell anybody whether a contract with this hash was signed here, and when; nothing else."""
    asked = request.GET.get("sha256", "").strip().lower()
    context = {"asked": asked, "at": texts.signed_with(asked) if asked else None}
    return render(request, "deals/check_file.html", context)


def _all_valid(*forms: Form) -> bool:
    wrong = [each for each in forms if not each.is_valid()]  # every one says what is wrong
    return not wrong


def _is_more(request: MemberRequest) -> bool:
    return bool(request.POST.get("more-step") or request.POST.get("more-part"))


def _contract_page(
    request: MemberRequest,
    deal: Deal,
    form: ContractForm,
    steps: list[Any],
    parts: list[Any],
    *,
    is_more: bool = False,
) -> HttpResponse:
    if is_more:
        steps, parts = (
            _grown(request, StepRow, "step", steps),
            _grown(request, PartRow, "part", parts),
        )
        form = ContractForm(initial={name: form[name].data for name in form.fields})
    context = {"deal": deal, "form": form, "steps": steps, "parts": parts}
    context["contract"] = room.current_contract(deal)
    status = REFUSED if form.is_bound else 200
    return render(request, "deals/contract.html", context, status=status)


def _grown(
    request: MemberRequest, kind: type[StepRow] | type[PartRow], prefix: str, rows: list[Any]
) -> list[Any]:
    """Return the rows as typed, and one more where that was asked for."""
    told = [{name: each[name].data for name in each.fields} for each in rows]
    return shown(kind, prefix, told, blank=1 if request.POST.get(f"more-{prefix}") else 0)


def _proposal(deal: Deal) -> dict[str, Any]:
    """Return the terms that the accepted quote and the need suggest."""
    taken = deal.quotes.filter(state=QuoteState.ACCEPTED).first()
    need = deal.need
    return {
        "subject": taken.content if taken else "",
        "amount_total": taken.amount_total_fen if taken else None,
        "amount_technical": taken.amount_technical_fen if taken else None,
        "ownership": need.ip_wish if need else "",
        "acceptance": need.acceptance if need else "",
        "acceptance_days": 15,
    }


def _terms(draft: Contract) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "subject": draft.subject,
        "amount_total": draft.amount_total_fen,
        "amount_technical": draft.amount_technical_fen,
        "ownership": draft.ownership,
        "acceptance": draft.acceptance,
        "acceptance_days": draft.acceptance_days,
        "confidential_until": draft.confidential_until,
    }


def _steps(draft: Contract | None) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "criterion": each.criterion, "due_on": each.due_on}
        for each in (draft.milestones.all() if draft else ())
    ]


def _parts(draft: Contract | None) -> list[dict[str, Any]]:
    return [
        {
            "amount": each.amount_fen,
            "due_on": each.due_on,
            "step": each.milestone.position if each.milestone else None,
        }
        for each in (draft.payments.select_related("milestone") if draft else ())
    ]

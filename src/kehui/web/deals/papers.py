"""Pages with forms of their own: a quote, the signing of a contract, taking the work over."""

from typing import Final

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehui.deals import services
from kehui.deals.models import ContractState, QuoteState
from kehui.deals.services.work import indicators_of
from kehui.web.deals.forms import (
    QuoteForm,
    ResultRow,
    SentenceForm,
    SignForm,
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
    if all_valid(form, *(row for _line, row in lines)):
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


def all_valid(*forms: Form) -> bool:
    """Ask every form, so that each says what is wrong with it."""
    wrong = [each for each in forms if not each.is_valid()]
    return not wrong

"""The list of one's deals, the room of one, and the pages on which something is done."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kehui.core.money import show
from kehui.deals import selectors
from kehui.deals.models import ENDED, Deal
from kehui.web.deals import room as rooms
from kehui.web.deals.acts import ACTS
from kehui.web.deals.choices import OF_QUOTES
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required

ROWS: Final = 20
OF_PAYMENTS: Final = {"tell", "confirm"}
REFUSED: Final = 422


def visible(request: MemberRequest, pk: int) -> Deal:
    """Return a deal that the person may read; others are not there."""
    today = timezone.localdate()
    return get_object_or_404(selectors.visible_to(request.person, today=today), pk=pk)


@require_GET
@member_required
def listed(request: MemberRequest) -> HttpResponse:
    """List what goes on first, then what has ended, each the latest first."""
    today = timezone.localdate()
    mine = selectors.visible_to(request.person, today=today)
    shows_ended = request.GET.get("ended") == "1"
    chosen = (
        mine.filter(state__in=ENDED) if shows_ended else mine.exclude(state__in=ENDED)
    ).order_by("-state_at", "-pk")
    page = Paginator(chosen, ROWS).get_page(request.GET.get("page"))
    rows = [
        (each, rooms.parties(each, rooms.side_of(each, request.person, today=today)))
        for each in page.object_list
    ]
    context = {"page": page, "rows": rows, "shows_ended": shows_ended}
    return render(request, "deals/list.html", context)


@require_GET
@member_required
def room(request: MemberRequest, pk: int) -> HttpResponse:
    deal = visible(request, pk)
    context = rooms.shown(deal, request.person, today=timezone.localdate())
    return render(request, "deals/room.html", context)


@require_http_methods(["GET", "POST"])
@member_required
def act(request: MemberRequest, pk: int, name: str, position: int | None = None) -> HttpResponse:
    """Ask once, and then do it."""
    wanted = ACTS.get(name)
    if wanted is None or wanted.needs_place != (position is not None):
        raise Http404
    deal = visible(request, pk)
    form = wanted.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = dict(form.cleaned_data)
        if position is not None:
            told["position"] = position
        with refusals_on(form):
            wanted.do(deal, request.person, told, timezone.now())
            messages.success(request, str(wanted.done))
            return redirect("deals:room", pk=pk)
    status = REFUSED if form.is_bound else 200
    context = {"deal": deal, "act": wanted, "form": form, "thing": _thing(deal, name, position)}
    return render(request, "deals/act.html", context, status=status)


def _thing(deal: Deal, name: str, position: int | None) -> dict[str, str] | None:
    """Return what the act is about, in the words of the page; None where the title says it.

    Raises:
        Http404: the deal has no such quote, milestone or payment.
    """
    if position is None:
        return None
    if name in OF_QUOTES:
        quote = get_object_or_404(deal.quotes.exclude(sent_at=None), version=position)
        return {
            "title": _("报价 v%d") % quote.version,
            "text": quote.content,
            "amount": show(quote.amount_total_fen),
        }
    force = rooms.contract_in_force(deal)
    if force is None:
        raise Http404
    if name in OF_PAYMENTS:
        payment = get_object_or_404(force.payments, position=position)
        return {
            "title": _("第 %d 笔") % position,
            "text": "",
            "amount": show(payment.amount_fen),
        }
    step = get_object_or_404(force.milestones, position=position)
    return {"title": step.name, "text": step.evidence or step.criterion, "amount": ""}

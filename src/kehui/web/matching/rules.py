"""How ranking works, for everybody to read; and why a given pair stands where it stands."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kehui.core.errors import Refused
from kehui.market.selectors import items
from kehui.matching import policies, services
from kehui.matching.models import Reason
from kehui.matching.selectors import exposure, sentences
from kehui.web.matching import shelf
from kehui.web.matching.balance import balance_of
from kehui.web.members import MemberRequest, member_required


@require_GET
def matching(request: HttpRequest) -> HttpResponse:
    rules = sentences.rules(services.published_rules())
    context = {
        "rules": rules,
        "reasons": Reason.choices,
        "ranker": services.published_order(),
        "rule": services.published_exposure(),
        "balance": balance_of(exposure.last_run()),
    }
    return render(request, "matching/rules.html", context)


@require_GET
@member_required
def why_not(request: MemberRequest, need: int, offer: int) -> HttpResponse:
    """Explain any pair to somebody who holds one of its sides."""
    today = timezone.localdate()
    person = request.person
    one = get_object_or_404(items.visible_needs(person, today=today), pk=need)
    other = get_object_or_404(items.visible_offers(person, today=today), pk=offer)
    if not any(policies.may_see_matches(person, each, today=today) for each in (one, other)):
        raise Http404
    try:
        compared = services.compare_pair(need=one, offer=other, at=timezone.now())
    except Refused as refusal:
        context = {"need": one, "offer": other, "refusal": str(refusal)}
        return render(request, "matching/why_not.html", context, status=refusal.status)
    context = {
        "need": one,
        "offer": other,
        "compared": compared,
        "m": shelf.shown_pair(one, other, compared.found),
        "gains": sentences.raises(compared.raises),
    }
    return render(request, "matching/why_not.html", context)


@require_GET
@member_required
def why_not_choose(request: MemberRequest) -> HttpResponse:
    need, offer = request.GET.get("need", ""), request.GET.get("offer", "")
    if not (need.isdecimal() and offer.isdecimal()):
        raise Http404
    return redirect("rules:why_not", need=int(need), offer=int(offer))

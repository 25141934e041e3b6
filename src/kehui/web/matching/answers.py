"""Say of a match that it fits, why it does not, or ask to talk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.deals.models import State
from kehui.deals.services import express_interest
from kehui.market.models import Item
from kehui.matching import services
from kehui.matching.models import Suggestion
from kehui.matching.selectors import suggestions
from kehui.matching.services.outcomes import REPLY_WORKING_DAYS
from kehui.people.models import Person
from kehui.web.members import MemberRequest, member_required


@require_POST
@member_required
def accept(request: MemberRequest, pk: int) -> HttpResponse:
    person = request.person
    suggestion = _mine(person, pk)
    try:
        services.accept_suggestion(
            suggestion=suggestion, person=person, position=_position(request), at=timezone.now()
        )
        messages.success(request, _("记下了：合适。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(person, suggestion)


@require_POST
@member_required
def decline(request: MemberRequest, pk: int) -> HttpResponse:
    person = request.person
    suggestion = _mine(person, pk)
    try:
        services.decline_suggestion(
            suggestion=suggestion,
            person=person,
            reason=request.POST.get("reason", ""),
            sentence=request.POST.get("sentence", ""),
            position=_position(request),
            at=timezone.now(),
        )
        messages.success(request, _("记下了：不合适。以后的排序会照这个原因调整。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(person, suggestion)


@require_POST
@member_required
def talk(request: MemberRequest, pk: int) -> HttpResponse:
    person = request.person
    suggestion = _mine(person, pk)
    try:
        deal = express_interest(
            need=suggestion.need,
            offer=suggestion.offer,
            person=person,
            message=request.POST.get("message", ""),
            through_steward=bool(request.POST.get("through_steward")),
            at=timezone.now(),
        )
        if deal.state == State.NEGOTIATING:
            messages.success(request, _("对方也约过你，现在就可以谈。"))
            return redirect("deals:room", pk=deal.pk)
        promised = dates.working_days_after(timezone.localdate(), REPLY_WORKING_DAYS)
        messages.success(request, _("已约，对方会在 %s 前答复。") % promised)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(person, suggestion)


def _mine(person: Person, pk: int) -> Suggestion:
    today = timezone.localdate()
    return get_object_or_404(suggestions.answerable_by(person, today=today), pk=pk)


def _position(request: HttpRequest) -> int | None:
    given = request.POST.get("position", "")
    return int(given) if given.isdecimal() and len(given) < 5 else None


def _back(person: Person, suggestion: Suggestion) -> HttpResponse:
    item: Item = suggestion.need
    own = person.pk in (item.holder_id, item.entered_by_id)
    if not own and suggestion.offer.holder_id == person.pk:
        item = suggestion.offer
    return redirect(f"/{item.side}s/{item.pk}/#matches")

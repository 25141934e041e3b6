"""For operators of a demonstration: what would have been sent to phones and mailboxes."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kehui.notices import selectors
from kehui.notices.models import Letter
from kehui.notices.services import is_on_terminal, read_letter
from kehui.web.members import MemberRequest
from kehui.web.office.people import operator_required

SHOWN = 20


@require_safe
@never_cache
@operator_required
def outbox(request: MemberRequest) -> HttpResponse:
    """Show them while they are good; where letters really leave the house there is nothing."""
    shown = [each for each in Letter.Channel.values if is_on_terminal(each)]
    kept = selectors.letters_shown(now=now()).filter(channel__in=shown)[:SHOWN]
    rows: list[dict[str, Any]] = [{"letter": each} | asdict(read_letter(each)) for each in kept]
    return render(request, "office/outbox.html", {"rows": rows})

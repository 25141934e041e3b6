"""Where a request comes from, and where the answer may send it."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from kehui.core.visitors import client_address
from kehui.ledger import services as ledger
from kehui.ledger.facts import canonical
from kehui.ledger.models import Response
from kehui.people.models import Account
from kehui.web.people.acts import PARTS

__all__ = ["client_address", "once", "remember", "way_back"]
YEAR_SECONDS = 365 * 24 * 60 * 60
UNSIGNED = {"csrfmiddlewaretoken", "key", *PARTS}


def way_back(request: HttpRequest, default: str) -> str:
    """Return the page that `next` names if it is one of ours, else the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # Without a slash it would be taken for the name of a page
    return wanted if is_ours and wanted.startswith("/") else default


def remember(response: HttpResponse, account: Account) -> HttpResponse:
    """Let this browser speak the account's language and show its mode from the next page on."""
    keep(response, settings.LANGUAGE_COOKIE_NAME, account.language)
    response.delete_cookie(settings.ELDER_COOKIE_NAME)  # the account knows
    return response


def keep(response: HttpResponse, cookie: str, value: str) -> None:
    """Let this browser remember a choice for a year; no script reads it, no other site sends it."""
    response.set_cookie(
        cookie, value, max_age=YEAR_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def once(
    request: HttpRequest, *, person: int, at: datetime, action: Callable[[], str]
) -> tuple[HttpResponse, bool]:
    """Do the action for the form's `key` and redirect to where it says; say whether it is a repeat.

    A second press of the button changes nothing and leads to the same place.
    """
    sent = {name: request.POST.getlist(name) for name in request.POST if name not in UNSIGNED}
    response = ledger.once(
        key=request.POST.get("key", ""),
        door="web",
        person=person,
        request=canonical({"path": request.path, "sent": sent}),
        at=at,
        action=lambda: Response(status=303, body={"location": action()}),
    )
    answer = HttpResponseRedirect(str(response.body["location"]), status=303)
    return answer, response.is_replayed

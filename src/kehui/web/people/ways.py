"""Where a request comes from, and where the answer may send it."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from kehui.ledger import services as ledger
from kehui.ledger.facts import canonical
from kehui.ledger.models import Response
from kehui.people.models import Account

YEAR_SECONDS = 365 * 24 * 60 * 60
UNSIGNED = {"csrfmiddlewaretoken", "key"}


def way_back(request: HttpRequest, default: str) -> str:
    """Return the page that `next` names if it is one of ours, else the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else default


def client_address(request: HttpRequest) -> str:
    """Return the address that the outermost of our own proxies saw.

    What stands further left in X-Forwarded-For was written by the client, and is not believed.
    """
    hops = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies: int = settings.TRUSTED_PROXIES
    if proxies and len(hops) >= proxies and hops[-proxies]:
        return str(hops[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))


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

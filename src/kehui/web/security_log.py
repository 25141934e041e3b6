"""What somebody who looks into an incident wants to read: who came in, who was turned away.

One line each: what, who (the number of an account), from where (the block of addresses that is
counted, not the address), by which way. No name, password, code, token or address of a thing.
"""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

from kehui.people.models import Account
from kehui.people.services.tries import block
from kehui.web.people.ways import client_address

Handler = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger("kehui.security")
TURNED_AWAY: Final[Mapping[int, str]] = {
    HTTPStatus.BAD_REQUEST: "malformed",
    HTTPStatus.UNAUTHORIZED: "no token",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too large",
    HTTPStatus.TOO_MANY_REQUESTS: "too many",
}
# Where somebody shows who it is; whoever succeeds is sent on
DOORS: Final = (
    "people:sign_in",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
)


def refusals(get_response: Handler) -> Handler:
    """Note who was turned away, and who of those signed in asked for what is not there for them."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if what := _turned_away(request, response.status_code):
            note(what, request)
        return response

    return answer


def _turned_away(request: HttpRequest, status: int) -> str:
    if what := TURNED_AWAY.get(status):
        return what
    if status == HTTPStatus.NOT_FOUND and _account(request) != "nobody":
        return "not there"
    match = request.resolver_match
    is_at_a_door = request.method == "POST" and match is not None and match.view_name in DOORS
    return "not let in" if is_at_a_door and not 300 <= status < 400 else ""


def note(what: str, request: HttpRequest, who: str = "") -> None:
    """Write one line; `who` where the request does not know it yet, or no longer."""
    match = request.resolver_match
    way = match.view_name if match else "no address"
    place = block(client_address(request))
    logger.info("%s: %s, %s, %s %s", what, who or _account(request), place, request.method, way)


def _account(request: HttpRequest) -> str:
    """Name the account of the session, or the person of the token."""
    token = getattr(request, "auth", None)
    if token is not None:
        return f"token {token.pk}"
    user = getattr(request, "user", None)
    return f"account {user.pk}" if user is not None and user.is_authenticated else "nobody"


@receiver(user_logged_in)
def on_entered(request: HttpRequest, user: Account, **_: Any) -> None:
    note("signed in", request, f"account {user.pk}")


@receiver(user_logged_out)
def on_left(request: HttpRequest, user: Account | None, **_: Any) -> None:
    note("signed out", request, f"account {user.pk}" if user else "")

"""Who calls: a personal token in the Authorization header, counted and limited."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from kehui.core.errors import Refused
from kehui.core.visitors import address_block, client_address
from kehui.people import selectors, services
from kehui.people.models import ApiToken, Person


class TokenUnknown(Refused):
    code = "TOKEN_UNKNOWN"
    message = _("没有令牌，或令牌无效、已到期、已撤销。请在请求头写 Authorization: Bearer 令牌。")
    message_en = "There is no token, or it is unknown, expired or revoked. Send it as a Bearer."
    status = 401


class TokenLacksScope(Refused):
    code = "TOKEN_SCOPE"
    message = _("这个令牌没有“{scope}”权限。请换一个，或新建一个有这项权限的令牌。")
    message_en = "This token lacks the right “{scope}”. Use or make one that has it."
    status = 403


class Caller(HttpRequest):
    """A request that came with a good token."""

    auth: ApiToken


class ReadToken(HttpBearer):
    """A personal token with the scope `read`."""

    scope = ApiToken.Scope.READ

    def __call__(self, request: HttpRequest) -> Any:
        # Chinese is the source language; English stands beside it in `detail_en`.
        translation.activate(settings.LANGUAGE_CODE)
        token = super().__call__(request)
        if token is None:
            raise TokenUnknown
        return token

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        at = timezone.now()
        used = self._use(token, at=at, block=address_block(client_address(request)))
        seen: Any = request  # `call_limits` reads what is added here
        seen.calls_left, seen.calls_left_for = 0, services.seconds_left(at)
        seen.calls_left = services.count_call(token=used, at=at)
        return used

    def _use(self, secret: str, *, at: datetime, block: str) -> ApiToken:
        try:
            return services.use_token(secret=secret, scope=self.scope, at=at, block=block)
        except services.TokenRefused:
            if selectors.usable_token(secret, at=at) is None:
                raise TokenUnknown from None
            raise TokenLacksScope(scope=self.scope.value) from None


class PublishToken(ReadToken):
    """A personal token with the scope `publish`."""

    scope = ApiToken.Scope.PUBLISH


def person_of(request: HttpRequest) -> Person:
    """Return who calls; the owner's rights are the program's."""
    return token_of(request).person


def token_of(request: HttpRequest) -> ApiToken:
    return cast("Caller", request).auth


def call_limits(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Say on each answer to a token how many calls are left, and for how many seconds.

    The names and the form are those of the IETF's draft on rate limit fields for HTTP.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        left = getattr(request, "calls_left", None)
        if left is not None:
            seconds = getattr(request, "calls_left_for", 1)
            response["RateLimit-Policy"] = f'"minute";q={settings.CALLS_PER_MINUTE};w=60'
            response["RateLimit"] = f'"minute";r={left};t={seconds}'
        return response

    return answer

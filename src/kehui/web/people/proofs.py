"""What a session has proved: when its person was last asked, and which device it belongs to.

Each time somebody shows anew who it is, the session gets a new name: a cookie that was copied
before opens nothing more.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from kehui.people import services
from kehui.people.models import Account, DeviceKey

DEVICE = "device"  # in the session: the number of its key
SUSPENDED = "account_reauthentication_state"  # where allauth would keep a form
NEW = "new"
PASSWORD_PAGE = "account_reauthenticate"  # noqa: S105 - a name of an address
FACTOR_PAGE = "mfa_reauthenticate"

View = Callable[..., HttpResponseBase]


def is_required() -> bool:
    return str(settings.DEVICE_KEYS) == "required"


def is_fresh(request: HttpRequest) -> bool:
    """Say whether the person showed who it is a few minutes ago, in this session."""
    asked: int = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return time.time() - _last(request) < asked


def mark(request: HttpRequest) -> str:
    """Return what a page tells its script: the key to sign with, NEW to make one, or nothing."""
    if not request.user.is_authenticated:
        return ""
    if number := request.session.get(DEVICE):
        return str(number)
    return NEW if is_fresh(request) else ""


def is_bound(request: HttpRequest) -> bool:
    return DEVICE in request.session


def device_of(request: HttpRequest, account: Account) -> DeviceKey | None:
    """Return the key of the session. None although it is bound means that the key is gone."""
    number: int = request.session.get(DEVICE, 0)
    name = request.session.session_key
    own = DeviceKey.objects.filter(pk=number, session__user=account, session__session_key=name)
    return own.first()


def missing(request: HttpRequest, account: Account) -> str:
    """Return the name of the page where the person still has to show who it is, or nothing.

    A session that has lost its key asks for all ways there are, one with a key for any.
    """
    if not is_lost(request, account):
        return "" if is_fresh(request) else PASSWORD_PAGE
    if not _shown(request, "password"):
        return PASSWORD_PAGE
    has_factor = Authenticator.objects.filter(user=account).exists()
    return FACTOR_PAGE if has_factor and not _shown(request, "mfa") else ""


def is_lost(request: HttpRequest, account: Account) -> bool:
    """Say whether somebody acted in this session without its key, or the key is gone."""
    device = device_of(request, account)
    return is_bound(request) and (device is None or device.doubted_at is not None)


def renewing(view: View) -> View:
    """Give the session a new name whenever this page has been told who it is.

    allauth's own memory of a form is emptied before: whoever holds a copy of the cookie could have
    put one there. A key that the session has lost is let go when all factors are shown.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.session.pop(SUSPENDED, None)
        before = _last(request)
        response = view(request, *args, **kwargs)
        account = request.user
        if isinstance(account, Account) and _last(request) > before:
            _let_go(request, account)
            renew(request, account)
        return response

    return answer


def renew(request: HttpRequest, account: Account) -> None:
    """Rename the session, and its row in the list of devices with it."""
    old = str(request.session.session_key)
    request.session.cycle_key()
    services.follow_session(account=account, old=old, new=str(request.session.session_key))


def _let_go(request: HttpRequest, account: Account) -> None:
    if is_lost(request, account) and not missing(request, account):
        if device := device_of(request, account):
            services.release_device(device=device)
        del request.session[DEVICE]


def _last(request: HttpRequest) -> float:
    return max((float(each["at"]) for each in _records(request)), default=0.0)


def _shown(request: HttpRequest, method: str) -> bool:
    """Say whether this way was shown again, a few minutes ago."""
    asked: int = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(
        each["method"] == method
        and each.get("reauthenticated")
        and time.time() - float(each["at"]) < asked
        for each in _records(request)
    )


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    account = request.user
    return get_authentication_records(request, account) if account.is_authenticated else []

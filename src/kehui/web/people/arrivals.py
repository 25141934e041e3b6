"""A mark in each browser, by which a strange sign-in is told from those before.

It says nothing of the person, opens nothing, and stays for a year after the last sign-in.
"""

import re
import secrets
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils.timezone import now

from kehui.people import services
from kehui.people.models import Account
from kehui.web.people.ways import client_address, keep
from kehui.web.templatetags.devices import device

Handler = Callable[[HttpRequest], HttpResponseBase]

MARK_BYTES: Final = 16
MARK: Final = re.compile(r"[0-9a-f]{32}")
NEW: Final = "device_mark"  # on the request of a sign-in


@receiver(user_logged_in)
def on_entered(request: HttpRequest, user: Account, **_: Any) -> None:
    """Note from where; a session that comes from no address is a program's of our own."""
    address = client_address(request)
    if not address:
        return
    mark = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    if not MARK.fullmatch(mark):
        mark = secrets.token_hex(MARK_BYTES)
    kind = device(request.headers.get("User-Agent", ""))
    services.note_arrival(account=user, mark=mark, address=address, kind=kind, at=now())
    setattr(request, NEW, mark)


def marks(get_response: Handler) -> Handler:
    """Leave the mark in the browser of whoever has just signed in."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if mark := getattr(request, NEW, ""):
            keep(response, settings.DEVICE_COOKIE_NAME, mark)
        return response

    return answer

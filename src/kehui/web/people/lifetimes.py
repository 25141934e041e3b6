"""How long a session lives: so long after signing in, and so long after its last request.

Whoever works here has the shorter limits (settings.STAFF_…); whether somebody does is asked of
the database only when these are over.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from kehui.people import policies

Handler = Callable[[HttpRequest], HttpResponseBase]

BEGAN: Final = "began"  # seconds of the epoch
SEEN: Final = "seen"
NOTED_EVERY: Final = 300  # seconds: a reader does not write at every page


@receiver(user_logged_in)
def on_entered(request: HttpRequest, **_: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


def sessions_end(get_response: Handler) -> Handler:
    """Sign out whoever was away too long or signed in too long ago; the answer is a stranger's."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            at = int(time.time())
            if is_over(request, at=at):
                logout(request)
                messages.info(request, _("为了安全，登录已到期。请重新登录。"))
            elif at - request.session.get(SEEN, 0) >= NOTED_EVERY:
                request.session[SEEN] = at
        return get_response(request)

    return answer


def is_over(request: HttpRequest, *, at: int) -> bool:
    """Say whether the session has reached a limit; one that does not say when it began has."""
    age = at - request.session.get(BEGAN, 0)
    idle = at - request.session.get(SEEN, 0)
    if age >= settings.SESSION_COOKIE_AGE or idle >= settings.SESSION_IDLE_SECONDS:
        return True
    if age < settings.STAFF_SESSION_SECONDS and idle < settings.STAFF_IDLE_SECONDS:
        return False
    person = getattr(request.user, "person", None)
    return policies.is_staff(person, today=timezone.localdate())

"""Two factors: who of the staff has shown only one goes to set up a second, and nowhere else."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from django.conf import settings
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _

from kehui.people import policies, services

Handler = Callable[[HttpRequest], HttpResponseBase]

PROVED = "two_factors"  # the account that has shown two in this session
# Where one factor is enough: setting up the second, leaving, and what belongs to every page.
# Programs come with a token, not with a session.
OPEN = (
    "/me/factors/",
    "/me/again/",
    "/me/devices/",
    "/sign-out/",
    "/language/",
    "/preferences/",
    "/static/",
    "/api/",
)


def staff_with_two(get_response: Handler) -> Handler:
    """Let nobody of the staff in with a password alone, whenever the seat was given."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(OPEN) or not lacks_a_factor(request):
            return get_response(request)
        messages.warning(request, _("工作人员登录要两步验证。请先设好第二步，再继续。"))
        return redirect("mfa_index")

    return answer


def lacks_a_factor(request: HttpRequest) -> bool:
    """Say whether somebody of the staff has shown only one factor in this session."""
    if settings.STAFF_FACTORS != "required" or not request.user.is_authenticated:
        return False
    if request.session.get(PROVED) == request.user.pk:
        return False
    return policies.is_staff(request.user.person, today=timezone.localdate())


@receiver(authenticator_used)
def on_used(request: HttpRequest, authenticator: Authenticator, **_: Any) -> None:
    request.session[PROVED] = authenticator.user_id


@receiver(authenticator_added)
def on_added(request: HttpRequest, authenticator: Authenticator, **_: Any) -> None:
    """Note it; whoever set it up has just shown that it works."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        request.session[PROVED] = authenticator.user_id
    if person := authenticator.user.person:
        services.note_factor_added(person=person, factor=authenticator.type, at=now())


@receiver(authenticator_removed)
def on_removed(request: HttpRequest, authenticator: Authenticator, **_: Any) -> None:
    """Note it; with the last one gone, one factor is all that this session has."""
    if not Authenticator.objects.filter(user=authenticator.user_id).exists():
        request.session.pop(PROVED, None)
    if person := authenticator.user.person:
        services.note_factor_removed(person=person, factor=authenticator.type, at=now())

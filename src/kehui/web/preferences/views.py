"""How pages look, for everybody: a cookie, and the account of who has one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from kehui.people import services
from kehui.web.people.ways import keep, way_back


@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    """Turn the elder mode on or off, here and wherever this account signs in."""
    is_on = request.POST.get("elder") == "1"
    response = redirect(way_back(request, reverse("web:home")))
    keep(response, settings.ELDER_COOKIE_NAME, "1" if is_on else "0")
    if request.user.is_authenticated:
        services.set_elder_mode(account=request.user, is_on=is_on)
    return response

"""Addresses for the style guide alone: every name the frame links to, each with an empty page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.i18n import set_language


def nothing(_request: HttpRequest, **_kwargs: object) -> HttpResponse:
    return HttpResponse("")


def _area(app: str, *names: str) -> Any:
    return include(([path(f"{name}/", nothing, name=name) for name in names], app))


urlpatterns = [
    path("styleguide/", include("kehui.web.styleguide.urls")),
    path("language/", set_language, name="set_language"),
    path("worker.js", lambda _request: HttpResponse("", content_type="text/javascript")),
    path("w/", _area("web", "home", "manifest")),
    path(
        "m/",
        _area("market", "offers", "needs", "studios", "totals", "publish"),
    ),
    path("d/", _area("deals", "list")),
    path("me/", _area("me", "home")),
    path("n/", _area("notices", "inbox")),
    path("p/", _area("people", "sign_in", "sign_out", "sign_up")),
    path("r/", _area("rules", "matching")),
    path("x/", _area("preferences", "elder")),
]

"""Every address of the platform."""

from django.conf import settings
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from kehui.api.v1 import api
from kehui.site import health

urlpatterns = [
    path("", include("kehui.web.home.urls")),
    path("", include("kehui.web.centers.urls")),
    path("", include("kehui.web.market.urls")),
    path("", include("kehui.web.matching.urls")),
    path("", include("kehui.web.deals.urls")),
    path("", include("kehui.web.people.urls")),
    path("", include("kehui.web.people.factor_urls")),
    path("me/", include("kehui.web.me.urls")),
    path("me/hooks/", include("kehui.web.hooks.urls")),
    path("preferences/", include("kehui.web.preferences.urls")),
    path("inbox/", include("kehui.web.notices.urls")),
    path("back-office/", include("kehui.web.office.urls")),
    path("styleguide/", include("kehui.web.styleguide.urls")),
    path("language/", require_POST(set_language), name="set_language"),
    path("api/v1/", api.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
if settings.DEBUG:
    from django.contrib import admin

    urlpatterns += [path("raw/", admin.site.urls)]

handler400 = "kehui.web.errors.bad_request"
handler403 = "kehui.web.errors.forbidden"
handler404 = "kehui.web.errors.not_found"
handler500 = "kehui.web.errors.broken"

"""The site on a home screen: what it is called there, and one page for when the line is gone.

Nothing but that page, its style sheet and its icons is kept on the device: phones are lent.
"""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from kehui.core import operator

INK = "#0a4749"  # the band of every page


@require_GET
@cache_control(max_age=3600)
def manifest(_request: HttpRequest) -> JsonResponse:
    """Describe the installed application (W3C Web Application Manifest)."""
    words = operator.words()
    return JsonResponse(
        {
            "id": "/",
            "name": words["brand"],
            "short_name": words["brand"],
            "description": words["tagline"],
            "lang": get_language(),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "theme_color": INK,
            "background_color": "#f1f3ee",
            "icons": [
                {"src": static(f"app-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
                for size in (192, 512)
            ],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@require_GET
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker from the root, for a worker governs only what lies below it."""
    kept = [reverse("web:offline"), *map(static, ("css/kehui.css", "icons.svg", "mark.svg"))]
    context = {"kept": json.dumps(kept)}
    return render(request, "home/worker.js", context, content_type="text/javascript; charset=utf-8")


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """Say that the line is gone; a device keeps this page, so it names nobody."""
    return render(request, "home/offline.html")

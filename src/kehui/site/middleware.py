"""What every request passes: headers for browsers, compression, the request log, elder mode."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from prometheus_client import Counter, Histogram

Handler = Callable[[HttpRequest], HttpResponseBase]

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What shrinks: a PDF or a picture is compressed already
TEXTS = frozenset(
    {
        "application/json",
        "application/problem+json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/plain",
    }
)

logger = logging.getLogger("kehui.web")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
requests = Counter("kehui_requests_total", "Requests answered.", ["method", "status"])
seconds = Histogram("kehui_request_seconds", "Seconds from request to answer.", ["view"])


def content_security_policy(get_response: Handler) -> Handler:
    """Allow nothing but our own files, and nothing inline."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer


def nothing_kept(get_response: Handler) -> Handler:
    """Let no browser and no cache keep what was answered to somebody known.

    A view that says itself how its answer may be kept is heard.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        known = (
            settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
        )
        if known:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return answer


def no_nul(get_response: Handler) -> Handler:
    """Refuse an address that holds a NUL, which nobody types and PostgreSQL cannot hold."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
            raise BadRequest
        return get_response(request)

    return answer


def compression(get_response: Handler) -> Handler:
    """Compress texts. A file keeps its length, so that a download can show how far it is."""
    gzip = GZipMiddleware(get_response)

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        media_type = response.get("Content-Type", "").partition(";")[0].strip()
        if response.streaming or media_type not in TEXTS:
            return response
        return gzip.process_response(request, response)

    return answer


def request_log(get_response: Handler) -> Handler:
    """Count and time each request; log those that failed or took long."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = get_response(request)
        spent = time.perf_counter() - began
        match = request.resolver_match
        method = request.method if request.method in METHODS else "other"  # anybody can invent one
        requests.labels(method, str(response.status_code)).inc()
        seconds.labels(match.view_name if match else "none").observe(spent)
        if response.status_code >= 500 or spent > 1:
            logger.warning(
                "%s %s %d %.3f s", request.method, request.path, response.status_code, spent
            )
        return response

    return answer


def elder_mode(get_response: Handler) -> Handler:
    """Set request.elder from the account, or from the cookie of a visitor."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.ELDER_COOKIE_NAME)
        seen: Any = request  # templates read what is added here
        if chosen is None and request.user.is_authenticated:
            seen.elder = request.user.elder_mode
        else:
            seen.elder = chosen == "1"
        return get_response(request)

    return answer

"""Pages for what went wrong, and refusals turned into form errors."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from kehui.core.errors import Refused


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Show a Refused on the form, at its field when the form has it, and go on after the block."""
    try:
        yield
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, str(refusal))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"csrf": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer without the database and without context: both may be what broke.

    A database that is gone comes back, so that is no error of ours but a pause.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        page = get_template("maintenance.html").render()
        return HttpResponse(page, status=503, headers={"Retry-After": "10"})
    return HttpResponse(get_template("500.html").render(), status=500)

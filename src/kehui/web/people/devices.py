"""The guard of acts that count, the page that binds a device, and the page that goes on after it.

A form that had to wait is kept in the session under a name that stands only in the address of the
page that goes on, so that nobody sends what somebody else had put there.
"""

import base64
import binascii
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kehui.core.errors import Refused
from kehui.people import services
from kehui.people.models import Account
from kehui.people.services import Act, ActReplayed, SignatureMissing
from kehui.web.members import MemberRequest, member_required
from kehui.web.people import proofs
from kehui.web.people.acts import COUNTED, PARTS, STEP_UP

Handler = Callable[[HttpRequest], HttpResponseBase]

NOT_TYPED = {"csrfmiddlewaretoken", *PARTS}
KEPT = "kept"
KEPT_FORMS = 3
TICKET_BYTES = 16


class Guard:
    """Let no act that counts pass on a cookie alone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        account, match = request.user, request.resolver_match
        if match is None or not isinstance(account, Account):
            return None
        steps_up = (match.view_name, request.method) in STEP_UP
        counts = match.view_name in COUNTED and request.method == "POST"
        try:
            is_signed = _accept(request, account) if counts else False
        except ActReplayed as refusal:
            context = {"refusal": refusal}
            return render(request, "people/go_on.html", context, status=refusal.status)
        except SignatureMissing:
            return _ask(request)
        needs = steps_up or (counts and not is_signed)
        if needs and proofs.is_required() and not proofs.is_fresh(request):
            return _ask(request)
        return None


def _accept(request: HttpRequest, account: Account) -> bool:
    """Check the signature of an act and take it from the form; a session without a key has none.

    Raises:
        SignatureMissing: the device of the session did not sign; its person will be told.
        ActReplayed: see accept_act.
    """
    if not proofs.is_bound(request):
        return False
    device = proofs.device_of(request, account)
    if device is None:
        raise SignatureMissing
    at, person = now(), account.person_id
    try:
        services.accept_act(device=device, person=person, act=_act(request), at=at)
    except SignatureMissing:
        if person:
            services.doubt_device(device=device, person=person, at=at)
        raise
    return True


def _act(request: HttpRequest) -> Act | None:
    """Return what was signed; None if there is no signature, or if files came with it."""
    seconds, nonce, signature = (str(request.POST.get(each, "")) for each in PARTS)
    raw = _bytes(signature)
    if request.FILES or not raw or not seconds.isascii() or not seconds.isdecimal():
        return None
    return Act(
        method=str(request.method),
        path=request.get_full_path(),
        fields=_fields(request.POST),
        seconds=int(seconds[:12]),
        nonce=nonce,
        signature=raw,
    )


def _fields(form: QueryDict) -> list[tuple[str, str]]:
    typed = (name for name in form if name not in NOT_TYPED)
    return [(name, str(value)) for name in typed for value in form.getlist(name)]


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _ask(request: HttpRequest) -> HttpResponse:
    """Ask who it is, and keep what was typed."""
    onward = request.get_full_path()
    if request.method == "POST":
        ticket = secrets.token_urlsafe(TICKET_BYTES)
        kept = dict(list(request.session.get(KEPT, {}).items())[1 - KEPT_FORMS :])
        request.session[KEPT] = kept | {ticket: {"path": onward, "fields": _fields(request.POST)}}
        onward = reverse("people:go_on", args=[ticket])
    question = f"{reverse('account_reauthenticate')}?{urlencode({'next': onward})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": question})
    return redirect(question)


@require_safe
@never_cache
@member_required
def go_on(request: MemberRequest, ticket: str) -> HttpResponse:
    """Show the form that had to wait, to be sent by its button, which signs it."""
    kept: dict[str, Any] = request.session.get(KEPT, {}).get(ticket, {})
    if not kept:
        raise Http404
    if page := proofs.missing(request, request.user):
        return redirect(f"{reverse(page)}?{urlencode({'next': request.path})}")
    return render(request, "people/go_on.html", {"kept": kept})


@require_POST
@login_required
def bind(request: HttpRequest) -> HttpResponse:
    """Bind the key that a browser has just made, minutes after its person signed in, once."""
    account, at = request.user, now()
    try:
        if not isinstance(account, Account) or proofs.is_bound(request):
            raise services.DeviceAlreadyBound
        if not proofs.is_fresh(request):
            raise services.DeviceTooLate
        device = services.bind_device(
            account=account,
            session_key=str(request.session.session_key),
            public_key=_bytes(request.POST.get("public_key", "")),
            at=at,
        )
    except Refused as refusal:
        said = {"code": refusal.code, "detail": str(refusal), "device": proofs.mark(request)}
        return JsonResponse(said, status=refusal.status)
    request.session[proofs.DEVICE] = device.pk
    return JsonResponse({"device": str(device.pk), "seconds": int(at.timestamp())})

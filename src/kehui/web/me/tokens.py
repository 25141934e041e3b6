"""My tokens: make one and see its key this once, put a new key in its place, end it."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.people import policies, selectors, services
from kehui.people.models import ApiToken
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.forms import TokenForm
from kehui.web.people.ways import once

KEY_BYTES = 32
LONGEST = 365  # days, for who does not say


@require_http_methods(["GET", "POST"])
@sensitive_variables("secret")
@never_cache
@member_required
def tokens(request: MemberRequest) -> HttpResponse:
    """List my tokens; make one and show its key this once."""
    form = _form(request)
    if form.is_valid():
        with refusals_on(form):
            if secret := _issue(request, form):
                return _page(request, _form(request, is_new=True), secret)
            return redirect("me:tokens")
    return _page(request, form)


@require_POST
@sensitive_variables("secret")
@never_cache
@member_required
def replace_token(request: MemberRequest, pk: int) -> HttpResponse:
    """Make a new key for a token and show it this once; the old one works for another day."""
    token = get_object_or_404(selectors.tokens_of(request.person), pk=pk)

    def act(secret: str, at: datetime) -> None:
        services.replace_token(token=token, person=request.person, secret=secret, at=at)

    try:
        secret = _made(request, act)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("me:tokens")
    if not secret:
        return redirect("me:tokens")
    return _page(request, _form(request, is_new=True), secret)


@require_POST
@member_required
def revoke_token(request: MemberRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(selectors.tokens_of(request.person), pk=pk)
    services.revoke_token(token=token, person=request.person, at=now())
    messages.success(request, _("令牌已撤销，马上失效。"))
    return redirect("me:tokens")


def _form(request: MemberRequest, *, is_new: bool = False) -> TokenForm:
    form = TokenForm(None if is_new else request.POST or None)
    if not policies.may_operate(request.person, today=timezone.localdate()):
        known = [each for each in ApiToken.Scope.choices if each[0] != ApiToken.Scope.METRICS]
        cast("forms.MultipleChoiceField", form.fields["scopes"]).choices = known
    return form


@sensitive_variables("secret")
def _page(request: MemberRequest, form: TokenForm, secret: str = "") -> HttpResponse:
    context = {
        "form": form,
        "secret": secret,
        "key": uuid4().hex,
        "tokens": selectors.tokens_of(request.person),
        "now": now(),
    }
    return render(request, "me/tokens.html", context)


def _issue(request: MemberRequest, form: TokenForm) -> str:
    def act(secret: str, at: datetime) -> None:
        services.issue_token(
            person=request.person,
            name=form.cleaned_data["name"],
            scopes=[ApiToken.Scope(each) for each in form.cleaned_data["scopes"]],
            secret=secret,
            at=at,
            lifetime=timedelta(days=form.cleaned_data["days"] or LONGEST),
        )

    return _made(request, act)


def _made(request: MemberRequest, make: Callable[[str, datetime], None]) -> str:
    """Return the new key, or nothing when the button was pressed twice."""
    secret, at = f"kehui_{secrets.token_urlsafe(KEY_BYTES)}", now()

    def act() -> str:
        make(secret, at)
        return reverse("me:tokens")

    _answer, is_repeat = once(request, person=request.person.pk, at=at, action=act)
    return "" if is_repeat else secret

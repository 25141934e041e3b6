"""My settings: profile, language, password, tokens."""

import secrets
from typing import cast
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from kehui.people import policies, selectors, services
from kehui.people.models import ApiToken
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.forms import PasswordForm, ProfileForm, TokenForm
from kehui.web.people.ways import once, remember

KEY_BYTES = 32


@require_http_methods(["GET", "POST"])
@member_required
def profile(request: MemberRequest) -> HttpResponse:
    person = request.person
    initial = {
        "name": person.name,
        "title": person.title,
        "region": person.region_id,
        "is_sci_tech_worker": person.is_sci_tech_worker,
    }
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            services.describe_person(person=person, at=now(), **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("me:settings")
    return render(request, "me/settings.html", {"form": form})


@require_POST
@member_required
def language(request: MemberRequest) -> HttpResponse:
    services.set_language(account=request.user, language=request.POST.get("language", ""))
    with override(request.user.language):
        messages.success(request, _("已保存。"))
    return remember(redirect("me:settings"), request.user)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
@member_required
def password(request: MemberRequest) -> HttpResponse:
    """Change the password; this session goes on, every other one ends."""
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            account = services.change_password(account=request.user, at=now(), **form.cleaned_data)
            old = str(request.session.session_key)
            update_session_auth_hash(request, account)
            new = str(request.session.session_key)
            services.follow_session(account=account, old=old, new=new)
            messages.success(request, _("密码已更换，其他设备上的登录已失效。"))
            return redirect("me:settings")
    return render(request, "me/password.html", {"form": form})


@require_http_methods(["GET", "POST"])
@sensitive_variables("secret")
@never_cache
@member_required
def tokens(request: MemberRequest) -> HttpResponse:
    """List my tokens; make one and show its key this once."""
    secret = ""
    form = TokenForm(request.POST or None)
    if not policies.may_operate(request.person, today=timezone.localdate()):
        known = [each for each in ApiToken.Scope.choices if each[0] != ApiToken.Scope.METRICS]
        cast("forms.MultipleChoiceField", form.fields["scopes"]).choices = known
    if form.is_valid():
        with refusals_on(form):
            if made := _issue(request, form):
                secret, form = made, TokenForm()
            else:
                return redirect("me:tokens")
    context = {
        "form": form,
        "secret": secret,
        "key": uuid4().hex,
        "tokens": selectors.tokens_of(request.person),
        "now": now(),
    }
    return render(request, "me/tokens.html", context)


def _issue(request: MemberRequest, form: TokenForm) -> str:
    """Return the new key, or nothing when the button was pressed twice."""
    secret, at = f"kehui_{secrets.token_urlsafe(KEY_BYTES)}", now()

    def act() -> str:
        services.issue_token(
            person=request.person,
            name=form.cleaned_data["name"],
            scopes=[ApiToken.Scope(each) for each in form.cleaned_data["scopes"]],
            secret=secret,
            at=at,
        )
        return reverse("me:tokens")

    _answer, is_repeat = once(request, person=request.person.pk, at=at, action=act)
    return "" if is_repeat else secret


@require_POST
@member_required
def revoke_token(request: MemberRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(selectors.tokens_of(request.person), pk=pk)
    services.revoke_token(token=token, person=request.person, at=now())
    messages.success(request, _("令牌已撤销，马上失效。"))
    return redirect("me:tokens")

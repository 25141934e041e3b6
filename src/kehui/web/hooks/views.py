"""Hooks: addresses that are told what happens; make, try, watch and end them."""

import base64
import secrets
from collections.abc import Callable
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehui.core.errors import Refused
from kehui.hooks import selectors, services
from kehui.hooks.models import Attempt, Delivery, Hook
from kehui.hooks.policies import PING, kinds
from kehui.people.selectors import organizations_of
from kehui.web.errors import refusals_on
from kehui.web.hooks.forms import HookForm
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.ways import once

SECRET_BYTES = 32
ROWS = 20


@require_http_methods(["GET", "POST"])
@sensitive_variables("secret")
@never_cache
@member_required
def hooks(request: MemberRequest) -> HttpResponse:
    """List my hooks and those of my organizations; make one and show its secret this once."""
    today = timezone.localdate()
    ours = organizations_of(request.person, today=today)
    form = HookForm(request.POST or None, organizations=ours)
    if form.is_valid():
        secret = fresh_secret()

        def act() -> str:
            hook = services.make_hook(
                person=request.person, secret=secret, at=now(), **form.cleaned_data
            )
            return reverse("hooks:hook", args=[hook.pk])

        with refusals_on(form):
            answer, is_repeat = once(request, person=request.person.pk, at=now(), action=act)
            if is_repeat:
                return answer
            made = selectors.hooks_of(request.person, today=today)[0]
            return _page(request, made, secret)
    context = {
        "form": form,
        "key": uuid4().hex,
        "hooks": selectors.hooks_of(request.person, today=today),
        "crumb": _crumb(),
    }
    return render(request, "hooks/hooks.html", context)


@require_safe
@never_cache
@member_required
def hook(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, _own(request, pk))


@require_POST
@member_required
def ping(request: MemberRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    said = _("测试消息一分钟内送出，结果见下面的记录。")
    return _done(
        request,
        found,
        lambda: services.ping(hook=found, person=request.person, at=now()),
        said,
    )


@require_POST
@sensitive_variables("secret")
@never_cache
@member_required
def replace_secret(request: MemberRequest, pk: int) -> HttpResponse:
    """Make a new secret and show it this once; the one before signs beside it for a day."""
    found, secret = _own(request, pk), fresh_secret()

    def act() -> str:
        services.replace_secret(hook=found, person=request.person, secret=secret, at=now())
        return reverse("hooks:hook", args=[pk])

    try:
        answer, is_repeat = once(request, person=request.person.pk, at=now(), action=act)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("hooks:hook", pk)
    return answer if is_repeat else _page(request, _own(request, pk), secret)


@require_POST
@member_required
def resume(request: MemberRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    return _done(
        request,
        found,
        lambda: services.resume_hook(hook=found, person=request.person, at=now()),
        _("已重新启用，没送到的会接着送。"),
    )


@require_POST
@member_required
def end(request: MemberRequest, pk: int) -> HttpResponse:
    services.end_hook(hook=_own(request, pk), person=request.person, at=now())
    messages.success(request, _("回调已删除，不再送出任何消息。"))
    return redirect("hooks:hooks")


@require_POST
@member_required
def send_again(request: MemberRequest, pk: int, delivery: int) -> HttpResponse:
    found = _own(request, pk)
    message = get_object_or_404(selectors.deliveries_of(found), pk=delivery)
    return _done(
        request,
        found,
        lambda: services.send_again(delivery=message, person=request.person, at=now()),
        _("一分钟内重新送出，编号不变。"),
    )


def fresh_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def _own(request: MemberRequest, pk: int) -> Hook:
    mine = selectors.hooks_of(request.person, today=timezone.localdate())
    return get_object_or_404(mine, pk=pk)


def _done(
    request: MemberRequest, found: Hook, act: Callable[[], object], said: str
) -> HttpResponse:
    try:
        act()
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("hooks:hook", found.pk)


@sensitive_variables("secret")
def _page(request: MemberRequest, found: Hook, secret: str = "") -> HttpResponse:
    names = {code: str(each.word) for code, each in kinds().items()} | {PING: _("测试消息")}
    page = Paginator(selectors.deliveries_of(found), ROWS).get_page(request.GET.get("page"))
    context = {
        "hook": found,
        "secret": secret,
        "key": uuid4().hex,
        "kinds": [names.get(each, each) for each in found.kinds],
        "page": page,
        "rows": [
            {"delivery": each, "name": names.get(each.kind, each.kind), "tries": _tries(each)}
            for each in page.object_list
        ],
        "crumb": [*_crumb(), {"label": found.name}],
    }
    return render(request, "hooks/hook.html", context)


def _tries(delivery: Delivery) -> list[Attempt]:
    return sorted(delivery.attempts.all(), key=lambda each: each.pk, reverse=True)


def _crumb() -> list[dict[str, str]]:
    return [
        {"label": _("我的"), "href": reverse("me:home")},
        {"label": _("事件回调"), "href": reverse("hooks:hooks")},
    ]

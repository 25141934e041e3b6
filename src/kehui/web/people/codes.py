"""Sign in, sign up, or set a new password with a code sent to a phone or an address."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import cast

from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kehui.core.errors import Refused
from kehui.people import services
from kehui.people.models import Account, Code, Detail
from kehui.people.selectors import consents, personal
from kehui.people.services import CodeMissing, Contact
from kehui.web.errors import refusals_on
from kehui.web.people import posting
from kehui.web.people.code_forms import (
    ContactForm,
    DigitsForm,
    JoinForm,
    NewPasswordForm,
    WhichAccountForm,
)
from kehui.web.people.posting import Waiting
from kehui.web.people.ways import client_address, remember, way_back

ENTER, RESET = Code.Use.ENTER, Code.Use.RESET
View = Callable[[HttpRequest], HttpResponse]


def for_strangers(view: View) -> View:
    """Send on who is signed in; whoever lost the thread begins anew and is told so."""

    @require_http_methods(["GET", "POST"])
    @sensitive_post_parameters()
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(way_back(request, reverse("me:home")))
        try:
            return view(request)
        except CodeMissing as missing:
            messages.warning(request, str(missing))
            return redirect("people:code")

    return answer


@for_strangers
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a code to sign in; who has no account yet signs up with it."""
    return _ask(request, ENTER)


@for_strangers
def forgot(request: HttpRequest) -> HttpResponse:
    """Ask for a code to set a new password."""
    return _ask(request, RESET)


def _ask(request: HttpRequest, use: Code.Use) -> HttpResponse:
    onward = way_back(request, reverse("me:home"))
    form = ContactForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            typed = form.cleaned_data["contact"]
            posting.send_code(request, typed=typed, use=use, onward=onward, at=now())
        except Refused as refusal:
            form.add_error("contact", str(refusal))
            status = refusal.status
        else:
            return redirect("people:answer_code")
    context = {"form": form, "next": onward, "is_reset": use == RESET}
    return render(request, "people/code.html", context, status=status)


@for_strangers
def answer(request: HttpRequest) -> HttpResponse:
    """Check the digits, and go where they lead."""
    waiting = posting.waiting_for(request, ENTER, RESET)
    form = DigitsForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            at = now()
            contact = services.answer_code(
                ticket=waiting.ticket,
                digits=form.cleaned_data["digits"],
                use=Code.Use(waiting.use),
                address=client_address(request),
                at=at,
            )
            return _onward(request, waiting, contact, at=at)
    again = "people:forgot_password" if waiting.use == RESET else "people:code"
    context = {"form": form, "waiting": waiting, "again": reverse(again)}
    return render(request, "people/answer_code.html", context)


def _onward(
    request: HttpRequest, waiting: Waiting, contact: Contact, *, at: datetime
) -> HttpResponse:
    """Go where the proof leads: to a new password, to signing up, in, or to the choice of who."""
    accounts = _accounts(contact)
    if waiting.use == RESET:
        return redirect("people:new_password")
    if len(accounts) == 1:
        return _enter(request, waiting, accounts[0], at=at)
    return redirect("people:which_account" if accounts else "people:join")


def _accounts(contact: Contact) -> list[Account]:
    return personal.confirmed_accounts_of(Detail(contact.way), contact.value)


def _enter(
    request: HttpRequest, waiting: Waiting, account: Account, *, at: datetime
) -> HttpResponse:
    account = services.enter_by_code(ticket=waiting.ticket, account=account, use=ENTER, at=at)
    posting.forget(request)
    return remember(perform_login(request, account, redirect_url=waiting.onward), account)


def _which(request: HttpRequest, accounts: list[Account]) -> WhichAccountForm:
    form = WhichAccountForm(request.POST or None)
    field = cast("forms.ChoiceField", form.fields["account"])
    field.choices = [(str(each.pk), f"{each.shown_name} · {each.username}") for each in accounts]
    return form


@for_strangers
def which_account(request: HttpRequest) -> HttpResponse:
    """Let who shares a phone say who it is."""
    waiting = posting.waiting_for(request, ENTER)
    accounts = _accounts(services.proved(ticket=waiting.ticket, use=ENTER, at=now()))
    form = _which(request, accounts)
    if form.is_valid():
        chosen = {str(each.pk): each for each in accounts}[form.cleaned_data["account"]]
        return _enter(request, waiting, chosen, at=now())
    return render(request, "people/which_account.html", {"form": form, "waiting": waiting})


@for_strangers
def join(request: HttpRequest) -> HttpResponse:
    """Sign up: the phone or address is proved, the rest is asked for here."""
    waiting = posting.waiting_for(request, ENTER)
    contact = services.proved(ticket=waiting.ticket, use=ENTER, at=now())
    form = JoinForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            at, given = now(), form.cleaned_data
            services.count_sign_up(address=client_address(request), at=at)
            account = services.sign_up_by_code(
                ticket=waiting.ticket,
                username=f"kh-{secrets.token_hex(6)}",
                password=given["password"],
                name=given["name"],
                region=given["region"],
                language=get_language() or "zh-hans",
                at=at,
            )
            posting.forget(request)
            return remember(perform_login(request, account, redirect_url=waiting.onward), account)
    said = consents.purposes()
    words = [said[each].newest.words for each in (consents.BASICS, contact.way.value)]
    context = {"form": form, "waiting": waiting, "words": words}
    return render(request, "people/join.html", context)


@for_strangers
def new_password(request: HttpRequest) -> HttpResponse:
    """Set a new password, and go on to sign in with it: a second factor is asked for there."""
    waiting = posting.waiting_for(request, RESET)
    accounts = _accounts(services.proved(ticket=waiting.ticket, use=RESET, at=now()))
    if not accounts:
        posting.forget(request)
        messages.warning(request, str(services.NoAccountThere()))
        return redirect("people:code")
    which = _which(request, accounts) if len(accounts) > 1 else None
    form = NewPasswordForm(request.POST or None)
    if form.is_valid() and (which is None or which.is_valid()):
        chosen = which.cleaned_data["account"] if which else str(accounts[0].pk)
        with refusals_on(form):
            services.reset_password_by_code(
                ticket=waiting.ticket,
                account={str(each.pk): each for each in accounts}[chosen],
                new=form.cleaned_data["new"],
                at=now(),
            )
            posting.forget(request)
            messages.success(request, _("密码已重设，其他设备上的登录已失效。请用新密码登录。"))
            return redirect("people:sign_in")
    context = {"form": form, "which": which, "waiting": waiting}
    return render(request, "people/new_password.html", context)

"""Sign in, sign up, sign out."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.people import services
from kehui.people.selectors import consents
from kehui.web.errors import refusals_on
from kehui.web.people.forms import SignInForm, SignUpForm
from kehui.web.people.ways import client_address, remember, way_back


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open a session with a fresh key, after a second factor where one is set up.

    `next` may lead to a page of ours only.
    """
    onward = way_back(request, reverse("me:home"))
    if request.user.is_authenticated:
        return redirect(onward)
    form = SignInForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            account = services.check_sign_in(
                **form.cleaned_data, address=client_address(request), at=now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            record_authentication(request, account, method="password")
            return remember(perform_login(request, account, redirect_url=onward), account)
    return render(request, "people/sign_in.html", {"form": form, "next": onward}, status=status)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@never_cache
def sign_up(request: HttpRequest) -> HttpResponse:
    """Enter a person and sign in; who opens for an organization goes on to register it."""
    onward = way_back(request, reverse("me:home"))
    if request.user.is_authenticated:
        return redirect(onward)
    form = SignUpForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            at, given = now(), form.cleaned_data
            services.count_sign_up(address=client_address(request), at=at)
            account = services.sign_up(
                username=given["username"],
                password=given["password"],
                name=given["name"],
                title=given["title"],
                region=given["region"],
                is_sci_tech_worker=given["is_sci_tech_worker"],
                language=get_language() or "zh-hans",
                at=at,
            )
            if given["opening"] == "organization":
                onward = reverse("people:register_organization")
            record_authentication(request, account, method="password")
            return remember(perform_login(request, account, redirect_url=onward), account)
    words = consents.purposes()[consents.BASICS].newest.words
    context = {"form": form, "next": onward, "words": words}
    return render(request, "people/sign_up.html", context)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    answer = redirect("web:home")
    answer.headers["Clear-Site-Data"] = '"cache"'  # phones are lent
    return answer

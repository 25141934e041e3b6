"""Close my account: what goes, what stays and why, the password once more, and it is done."""

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from kehui.people import services
from kehui.privacy import register
from kehui.privacy.selectors.obstacles import obstacles
from kehui.privacy.services.erasure import erase_person
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.forms import LeavingForm
from kehui.web.people.ways import client_address


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@never_cache
@member_required
def leave(request: MemberRequest) -> HttpResponse:
    """Not `once`: the second press finds nobody signed in, and no receipt is kept."""
    form = LeavingForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            at, person = now(), request.person
            services.confirm_password(
                account=request.user,
                password=form.cleaned_data["password"],
                address=client_address(request),
                at=at,
            )
            erase_person(person=person, by=person, at=at)
            logout(request)
            return redirect("me:left")
    context = {
        "form": form,
        "obstacles": [
            {
                "sentence": each.sentence,
                "href": reverse("people:organization", args=[each.organization])
                if each.organization
                else "",
            }
            for each in obstacles(request.person, today=timezone.localdate())
        ],
        "head": [_("用途"), _("信息"), _("注销后")],
        "rows": [[each.purpose, "、".join(each.labels), each.erasure] for each in register.lines()],
        "crumb": crumb(_("注销账号")),
    }
    return render(request, "me/leave.html", context)


@require_GET
def left(request: MemberRequest) -> HttpResponse:
    """Say that it is done, to somebody who is signed in no more."""
    return render(request, "me/left.html")


def crumb(label: str) -> list[dict[str, str]]:
    return [
        {"label": _("我的"), "href": reverse("me:home")},
        {"label": _("个人设置"), "href": reverse("me:settings")},
        {"label": label},
    ]

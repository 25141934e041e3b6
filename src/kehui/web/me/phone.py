"""My mobile number: give it, take it back, and see who looked at it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kehui.people import services
from kehui.people.models import Detail
from kehui.people.selectors import consents, personal
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.forms import PhoneForm

SHOWN = 20


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("phone")
@never_cache
@member_required
def phone(request: MemberRequest) -> HttpResponse:
    """Not `once`: to give the same number again changes nothing, and no receipt keeps its hash."""
    form = PhoneForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.give_phone(person=request.person, at=now(), **form.cleaned_data)
            messages.success(request, _("手机号已保存，登录时可以用它代替用户名。"))
            return redirect("me:phone")
    context = {
        "form": form,
        "phone": personal.masked(request.person).phone,
        "words": consents.purposes()[consents.PHONE].newest.words,
        "looks": personal.unmaskings_of(request.person)[:SHOWN],
    }
    return render(request, "me/phone.html", context)


@require_POST
@member_required
def remove(request: MemberRequest) -> HttpResponse:
    services.take_back(person=request.person, detail=Detail.PHONE, at=now())
    messages.success(request, _("手机号已删除。"))
    return redirect("me:phone")

"""My settings: profile, language, password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kehui.people import services
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.forms import PasswordForm, ProfileForm
from kehui.web.people.ways import remember


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

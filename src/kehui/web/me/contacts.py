"""My phone and my e-mail address: proved with a code, changed with a code, taken back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.people import services
from kehui.people.models import CONTACTS, Code, Detail
from kehui.people.selectors import consents, personal
from kehui.web.errors import refusals_on
from kehui.web.me.leaving import crumb
from kehui.web.members import MemberRequest, member_required
from kehui.web.people import posting
from kehui.web.people.code_forms import ContactForm, DigitsForm
from kehui.web.people.ways import client_address


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
@member_required
def contacts(request: MemberRequest) -> HttpResponse:
    """Show what is known, and send a code to what is given."""
    form = ContactForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            posting.send_code(
                request,
                typed=form.cleaned_data["contact"],
                use=Code.Use.CONTACT,
                onward=reverse("me:contacts"),
                at=now(),
                person=request.person,
            )
        except Refused as refusal:
            form.add_error("contact", str(refusal))
            status = refusal.status
        else:
            return redirect("me:answer_contact")
    masked, details = personal.masked(request.person), personal.details_of(request.person)
    context = {
        "form": form,
        "rows": [
            {
                "way": each,
                "label": Detail(each).label,
                "value": getattr(masked, each),
                "is_confirmed": getattr(details, f"{each}_confirmed_at", None) is not None,
            }
            for each in CONTACTS
        ],
        "words": [consents.purposes()[each].newest.words for each in CONTACTS],
        "crumb": crumb(_("联系方式")),
    }
    return render(request, "me/contacts.html", context, status=status)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
@member_required
def answer(request: MemberRequest) -> HttpResponse:
    """Check the digits; the contact is kept in the same step."""
    try:
        waiting = posting.waiting_for(request, Code.Use.CONTACT, person=request.person)
    except services.CodeMissing as missing:
        messages.warning(request, str(missing))
        return redirect("me:contacts")
    form = DigitsForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            at = now()
            services.answer_code(
                ticket=waiting.ticket,
                digits=form.cleaned_data["digits"],
                use=Code.Use.CONTACT,
                address=client_address(request),
                at=at,
            )
            services.confirm_by_code(ticket=waiting.ticket, person=request.person, at=at)
            posting.forget(request)
            messages.success(request, _("已确认，登录和找回密码都可以用它。"))
            return redirect("me:contacts")
    context = {"form": form, "waiting": waiting, "again": reverse("me:contacts")}
    return render(request, "people/answer_code.html", context)


@require_POST
@member_required
def remove(request: MemberRequest, way: str) -> HttpResponse:
    if way not in CONTACTS:
        raise Http404
    services.take_back(person=request.person, detail=Detail(way), at=now())
    messages.success(request, _("已删除。"))
    return redirect("me:contacts")

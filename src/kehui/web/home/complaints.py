"""Complaints and suggestions: anybody brings one, and reads the answer with a number and a code."""

import secrets
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kehui.operations import services
from kehui.operations.models import Complaint
from kehui.people.models import Person
from kehui.web.errors import refusals_on
from kehui.web.people.ways import client_address

SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
CODE: Final = rf"[{SIGNS}]{{12}}"
FILED: Final = "complaint"  # in the session: the number, the code and the day
REFUSED: Final = 422


class ComplaintForm(forms.Form):
    """What happened; only that is asked for."""

    kind = forms.ChoiceField(label=_("类别"), choices=Complaint.Kind.choices)
    text = forms.CharField(
        label=_("发生了什么，或者你的建议"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    about = forms.CharField(
        label=_("有关的编号或网址"),
        max_length=200,
        required=False,
        help_text=_("如果说的是某条信息。"),
    )
    contact = forms.CharField(
        label=_("联系方式"),
        max_length=80,
        required=False,
        help_text=_("可以不填：凭编号和查询码就能看到答复。"),
    )
    code = forms.RegexField(regex=f"^{CODE}$", widget=forms.HiddenInput)


class StatusForm(forms.Form):
    number = forms.CharField(label=_("编号"), max_length=20)
    code = forms.CharField(
        label=_("查询码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "POST"])
@never_cache
def complaints(request: HttpRequest) -> HttpResponse:
    """Take a complaint in, with or without an account."""
    initial: dict[str, Any] = {"code": _drawn(), "about": request.GET.get("about", "")[:200]}
    form = ComplaintForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            complaint = services.file_complaint(
                **{**said, "kind": Complaint.Kind(said["kind"])},
                by=_person(request),
                address=client_address(request),
                at=now(),
            )
            day = complaint.due_on.isoformat()
            request.session[FILED] = [complaint.number, said["code"], day]
            return redirect("web:complaint_filed")
    return _answer(request, "home/complaints.html", form)


@require_GET
@never_cache
def filed(request: HttpRequest) -> HttpResponse:
    """Show the number and the code to whoever has just complained in this browser."""
    told = request.session.get(FILED)
    if told is None:
        return redirect("web:complaints")
    number, code, day = told
    groups = "-".join(code[at : at + 4] for at in range(0, len(code), 4))
    context = {"number": number, "code": groups, "due_on": day}
    return render(request, "home/complaint_filed.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """Show how far a complaint is; number and code come by post, so that no log keeps them."""
    form = StatusForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            complaint = services.open_complaint(
                **form.cleaned_data, address=client_address(request), at=now()
            )
            return render(request, "home/complaint.html", {"complaint": complaint})
    return _answer(request, "home/complaint_status.html", form)


def _answer(request: HttpRequest, page: str, form: forms.Form) -> HttpResponse:
    wrong = REFUSED if request.method == "POST" else 200
    return render(request, page, {"form": form}, status=wrong)


def _person(request: HttpRequest) -> Person | None:
    return request.user.person if request.user.is_authenticated else None


def _drawn() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(12))

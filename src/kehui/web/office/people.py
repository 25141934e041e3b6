"""For operators: confirm persons and organizations; and the security admin: seats."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehui.core import uscc
from kehui.core.errors import Refused
from kehui.people import policies, selectors, services
from kehui.people.models import Detail, Organization, Person, Seat
from kehui.people.selectors import personal
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.forms import SeatForm, UnmaskForm

ROWS = 20


def operator_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send visitors to sign in; everybody but operators finds nothing here."""

    @wraps(view)
    def answer(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policies.may_operate(request.person, today=timezone.localdate()):
            raise Http404
        return view(request, *args, **kwargs)

    return member_required(answer)


def seater_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in who looks after the seats: operators and the security admin."""

    @wraps(view)
    def answer(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policies.may_seat(request.person, today=timezone.localdate()):
            raise Http404
        return view(request, *args, **kwargs)

    return member_required(answer)


@require_GET
@operator_required
def people(request: MemberRequest) -> HttpResponse:
    """List who waits to be identified: persons and organizations, the longest waiting first."""
    persons = Paginator(personal.with_details(selectors.persons_to_identify()), ROWS)
    waiting = persons.get_page(request.GET.get("page"))
    organizations = Paginator(selectors.organizations_to_identify(), ROWS)
    firms = organizations.get_page(request.GET.get("firms"))
    alike = selectors.alike(list(firms.object_list))
    context = {
        "persons": waiting,
        "waiting": _waiting(list(waiting.object_list)),
        "firms": firms,
        "rows": [
            {"organization": each, "warning": _warning(each, alike.get(each.pk, ""))}
            for each in firms.object_list
        ],
    }
    return render(request, "office/people.html", context)


def _waiting(persons: list[Person]) -> list[dict[str, object]]:
    """Return each person with the phone masked, and how many others gave the same one."""
    shared = personal.sharing(persons)
    return [
        {"person": each, "phone": personal.masked(each).phone, "shared": shared.get(each.pk, 0)}
        for each in persons
    ]


@require_http_methods(["GET", "POST"])
@sensitive_variables("number")
@never_cache
@operator_required
def unmask_phone(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask why, then show a phone in full this once."""
    person = get_object_or_404(selectors.persons_to_identify(), pk=pk)
    form = UnmaskForm(request.POST or None)
    number = ""
    if form.is_valid():
        with refusals_on(form):
            number = services.unmask(
                person=person, detail=Detail.PHONE, by=request.person, at=now(), **form.cleaned_data
            )
    context = {"form": form, "person": person, "number": number}
    return render(request, "office/unmask_phone.html", context)


def _warning(organization: Organization, alike: str) -> str:
    """Say what an operator should look at before confirming."""
    if alike:
        return _("名称与“%(name)s”相同或形近，请核对是不是同一家。") % {"name": alike}
    if not organization.uscc:
        return _("没有统一社会信用代码，请核对其他证照。")
    if uscc.parse(organization.uscc).needs_review:
        return _("代码合规但少见，请对照证照核对。")
    return ""


@require_POST
@operator_required
def identify_person(request: MemberRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(selectors.persons_to_identify(), pk=pk)
    try:
        services.identify_person(person=person, by=request.person, at=now())
        messages.success(request, _("已核验：%(name)s") % {"name": person.name})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("office:people")


@require_POST
@operator_required
def identify_organization(request: MemberRequest, pk: int) -> HttpResponse:
    organization = get_object_or_404(selectors.organizations_to_identify(), pk=pk)
    try:
        services.identify_organization(organization=organization, by=request.person, at=now())
        messages.success(request, _("已核验：%(name)s") % {"name": organization.name})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("office:people")


@require_http_methods(["GET", "POST"])
@seater_required
def seats(request: MemberRequest) -> HttpResponse:
    """List the platform's own seats; give one."""
    form = SeatForm(request.POST or None)
    if form.is_valid() and _grant(request, form):
        return redirect("office:seats")
    rows = selectors.platform_seats(today=timezone.localdate())
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "office/seats.html", {"form": form, "page": page})


def _grant(request: MemberRequest, form: SeatForm) -> bool:
    person = selectors.person_called(form.cleaned_data["username"])
    if person is None:
        form.add_error("username", _("没有这个用户名。"))
        return False
    with refusals_on(form):
        services.grant_seat(
            person=person,
            role=Seat.Role(form.cleaned_data["role"]),
            organization=None,
            region=form.cleaned_data["region"],
            by=request.person,
            at=now(),
        )
        messages.success(request, _("席位已开通。"))
        return True
    return False


@require_POST
@seater_required
def end_seat(request: MemberRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(selectors.platform_seats(today=timezone.localdate()), pk=pk)
    try:
        services.end_seat(seat=seat, by=request.person, at=now())
        messages.success(request, _("席位已结束。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("office:seats")

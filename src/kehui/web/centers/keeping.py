"""For who keeps centers: profile, hours, staff, checklist, of the own node and those below."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.people import policies, services
from kehui.people import selectors as people
from kehui.people.models import Center, Seat
from kehui.people.selectors import centers, standard
from kehui.web.centers.forms import (
    CheckForm,
    HolidayForm,
    OpeningForm,
    ProfileForm,
    StaffForm,
    WeekForm,
)
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest, member_required

ROWS = 30


def keeper_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand over the center to who keeps it; everybody else finds nothing here.

    Who kept it until a few days ago, and has the page still open, is told what happened.
    """

    @wraps(view)
    def answer(request: MemberRequest, pk: int, **kwargs: Any) -> HttpResponse:
        today = localdate()
        center = get_object_or_404(centers.open_centers(today=today), pk=pk)
        if policies.may_keep_center(request.person, center.region_id, today=today):
            return view(request, center, **kwargs)
        if request.method == "POST" and policies.kept_lately(
            request.person, center.region_id, today=today
        ):
            reason = str(services.SeatRevoked())
            return render(request, "403.html", {"reason": reason}, status=403)
        raise Http404

    return member_required(answer)


@require_http_methods(["GET", "POST"])
@member_required
def kept(request: MemberRequest) -> HttpResponse:
    """List the centers that I keep; who keeps the tree opens further ones."""
    today = localdate()
    seats = people.seats_of(request.person, today=today)
    roles = {each.role for each in seats}
    if not roles & {*policies.KEEPERS}:
        raise Http404
    form = OpeningForm(request.POST or None) if roles & {*policies.FOUNDERS} else None
    if form is not None and form.is_valid():
        with refusals_on(form):
            center = services.open_center(
                region=form.cleaned_data["region"],
                profile=services.CenterProfile(**form.told()),
                by=request.person,
                at=now(),
            )
            messages.success(request, _("服务中心已启用。"))
            return redirect("centers:profile", center.pk)
    rows = centers.kept_by(request.person, today=today)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "centers/kept.html", {"form": form, "page": page})


@require_http_methods(["GET", "POST"])
@keeper_required
def profile(request: MemberRequest, center: Center) -> HttpResponse:
    names = ("name", "plates", "address", "phone", "area_m2")
    said = {name: getattr(center, name) for name in names}
    said |= {name: "、".join(getattr(center, name)) for name in ("departments", "services")}
    form = ProfileForm(request.POST or None, initial=said)
    if form.is_valid():
        with refusals_on(form):
            told = services.CenterProfile(**form.told())
            services.describe_center(center=center, profile=told, by=request.person, at=now())
            messages.success(request, _("已改好，马上公开。"))
            return redirect("centers:profile", center.pk)
    today = localdate()
    may_close = policies.may_open_center(request.person, center.region_id, today=today)
    context = {"form": form, "may_close": may_close}
    return render(request, "centers/profile.html", about(center, "profile") | context)


@require_POST
@keeper_required
def close(request: MemberRequest, center: Center) -> HttpResponse:
    try:
        services.close_center(center=center, by=request.person, at=now())
        messages.success(request, _("服务中心已停用，上级中心接着服务。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("centers:kept")


@require_http_methods(["GET", "POST"])
@keeper_required
def hours(request: MemberRequest, center: Center) -> HttpResponse:
    form = WeekForm(request.POST or None, initial=_week(center))
    if form.is_valid():
        with refusals_on(form):
            services.set_hours(center=center, hours=form.spans, by=request.person, at=now())
            messages.success(request, _("开放时间已改。"))
            return redirect("centers:hours", center.pk)
    return _hours(request, center, form, HolidayForm())


@require_POST
@keeper_required
def note_holiday(request: MemberRequest, center: Center) -> HttpResponse:
    form = HolidayForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.note_holiday(
                region=center.region_id, by=request.person, at=now(), **form.cleaned_data
            )
            messages.success(request, _("日历已记下。"))
            return redirect("centers:hours", center.pk)
    return _hours(request, center, WeekForm(initial=_week(center)), form)


def _week(center: Center) -> dict[str, str]:
    said: dict[str, str] = {}
    for each in center.hours.all():
        name = f"day{each.weekday}"
        said[name] = f"{said.get(name, '')} {each.opens:%H:%M}-{each.closes:%H:%M}".strip()
    return said


def _hours(
    request: MemberRequest, center: Center, form: WeekForm, holiday_form: HolidayForm
) -> HttpResponse:
    context = about(center, "hours") | {
        "form": form,
        "days": [form[name] for name in form.fields],
        "holiday_form": holiday_form,
        "holidays": centers.holidays_ahead(center.region_id, today=localdate()),
    }
    return render(request, "centers/hours.html", context)


@require_http_methods(["GET", "POST"])
@keeper_required
def staff(request: MemberRequest, center: Center) -> HttpResponse:
    """List who sits at this node; give a seat here."""
    form = StaffForm(request.POST or None)
    if form.is_valid() and _grant(request, center, form):
        return redirect("centers:staff", center.pk)
    seats = centers.staff_of(center, today=localdate())
    context = {"form": form, "seats": seats}
    return render(request, "centers/staff.html", about(center, "staff") | context)


def _grant(request: MemberRequest, center: Center, form: StaffForm) -> bool:
    person = people.person_called(form.cleaned_data["username"])
    if person is None:
        form.add_error("username", _("没有这个用户名。"))
        return False
    with refusals_on(form):
        services.grant_seat(
            person=person,
            role=Seat.Role(form.cleaned_data["role"]),
            organization=None,
            region=center.region_id,
            by=request.person,
            at=now(),
            valid_until=form.cleaned_data["valid_until"],
        )
        messages.success(request, _("席位已开通。"))
        return True
    return False


@require_POST
@keeper_required
def end_seat(request: MemberRequest, center: Center, seat: int) -> HttpResponse:
    row = get_object_or_404(centers.staff_of(center, today=localdate()), pk=seat)
    try:
        services.end_seat(seat=row, by=request.person, at=now())
        messages.success(request, _("席位已结束。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("centers:staff", center.pk)


@require_http_methods(["GET", "POST"])
@keeper_required
def check(request: MemberRequest, center: Center) -> HttpResponse:
    """Show the checklist; whoever looks from above writes down what was found."""
    may_check = policies.may_check_center(request.person, center.region_id, today=localdate())
    form = CheckForm(request.POST or None) if may_check else None
    if request.method == "POST" and form is None:
        messages.error(request, str(services.NotYourCenter()))
    if form is not None and form.is_valid():
        with refusals_on(form):
            services.check_standard(center=center, by=request.person, at=now(), **form.cleaned_data)
            messages.success(request, _("检查结果已记下。"))
            return redirect("centers:standard", center.pk)
    found = centers.checklist_of(center)
    lines = [
        {"word": word, "result": found.get(code)}
        for code, word in standard.checklist().lines.items()
    ]
    context = {"form": form, "lines": lines}
    return render(request, "centers/standard.html", about(center, "standard") | context)


TABS = ("profile", "hours", "staff", "procedures", "policies", "standard")


def about(center: Center, tab: str) -> dict[str, Any]:
    """Return what every page of a kept center shows: its name and the way to the others."""
    labels = (
        _("资料"),
        _("开放时间"),
        _("人员"),
        _("办事指南"),
        _("政策文件"),
        _("标准化检查"),
    )
    return {
        "center": center,
        "tabs": [
            {
                "label": label,
                "href": reverse(f"centers:{name}", args=[center.pk]),
                "on": name == tab,
            }
            for name, label in zip(TABS, labels, strict=True)
        ],
        "crumb": [
            {"label": _("管理服务中心"), "href": reverse("centers:kept")},
            {"label": center.name},
        ],
    }


def doors_of_centers(seats: Iterable[Seat]) -> list[dict[str, object]]:
    """Return the doors to centers and seats that these seats open, for the own page."""
    roles = {each.role for each in seats}
    doors: list[dict[str, object]] = []
    if roles & {*policies.KEEPERS}:
        doors.append({"label": _("管理服务中心"), "href": reverse("centers:kept")})
    if Seat.Role.SECURITY_ADMIN in roles:
        doors.append({"label": _("管理席位"), "href": reverse("office:seats")})
    return doors

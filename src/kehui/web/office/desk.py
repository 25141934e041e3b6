"""The entry of the back office: what waits, and where everything is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehui.deals.selectors import disputes
from kehui.market.selectors import items
from kehui.operations.selectors import complaints, queue, sites
from kehui.people import policies, selectors
from kehui.people.models import Person
from kehui.web.members import MemberRequest, member_required


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """So many wait behind this door."""

    label: str
    count: int
    unit: str
    href: str
    note: str = ""


def staff_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send visitors to sign in; who works neither for the platform nor a center finds nothing."""

    @wraps(view)
    def answer(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policies.is_staff(request.person, today=timezone.localdate()):
            raise Http404
        return view(request, *args, **kwargs)

    return member_required(answer)


@require_safe
@staff_required
def desk(request: MemberRequest) -> HttpResponse:
    """Show what waits for this person's seats, then every screen they open."""
    at = timezone.now()
    today = timezone.localdate(at)
    waiting: list[Waiting] = []
    areas: list[dict[str, Any]] = []
    if policies.may_review(request.person, today=today):
        waiting.append(_gate(request.person, today=today))
    if policies.may_operate(request.person, today=today):
        waiting += _of_operators(at=at, today=today)
        areas = _areas()
    return render(request, "office/desk.html", {"waiting": waiting, "areas": areas})


def _gate(person: Person, *, today: date) -> Waiting:
    count = items.waiting_for_review(person, today=today).count()
    return Waiting(label=_("质量审核"), count=count, unit=_("条"), href=reverse("office:gate"))


def _of_operators(*, at: datetime, today: date) -> list[Waiting]:
    late = complaints.overdue(today=today).count()
    failed = queue.counts().get("failed", 0)
    people = reverse("office:people")
    return [
        Waiting(
            label=_("投诉与建议"),
            count=complaints.waiting().count(),
            unit=_("件"),
            href=reverse("office:complaints"),
            note=_("其中 %(count)d 件已超期") % {"count": late} if late else "",
        ),
        Waiting(
            label=_("待裁定的争议"),
            count=disputes.to_decide(today=today).count(),
            unit=_("件"),
            href=reverse("office:disputes"),
        ),
        Waiting(
            label=_("待核验的人员"),
            count=selectors.persons_to_identify().count(),
            unit=_("人"),
            href=people,
        ),
        Waiting(
            label=_("待核验的单位"),
            count=selectors.organizations_to_identify().count(),
            unit=_("家"),
            href=people,
        ),
        Waiting(
            label=_("失败的任务"),
            count=failed,
            unit=_("个"),
            href=reverse("office:jobs"),
            note=_("另有任务停住了") if queue.stalled(at=at).exists() else "",
        ),
        Waiting(
            label=_("等第二人确认的设置"),
            count=sites.undecided().count(),
            unit=_("项"),
            href=reverse("office:site"),
        ),
    ]


def _areas() -> list[dict[str, Any]]:
    """Return the screens of operators, grouped as one looks for them."""

    def links(*pairs: tuple[str, str]) -> list[dict[str, str]]:
        return [{"label": label, "href": reverse(f"office:{name}")} for name, label in pairs]

    return [
        {
            "title": _("人和单位"),
            "links": links(
                ("people", _("核验人员和单位")),
                ("organizations", _("单位")),
                ("seats", _("角色与席位")),
                ("complaints", _("投诉与建议")),
                ("disputes", _("合同争议")),
            ),
        },
        {
            "title": _("内容"),
            "links": links(
                ("imports", _("导入表格")),
                ("terms", _("领域词典")),
                ("codes", _("行业、学科、地区代码")),
            ),
        },
        {
            "title": _("运行"),
            "links": links(("jobs", _("后台任务")), ("audit", _("审计")), ("rights", _("权限表"))),
        },
        {
            "title": _("设置"),
            "links": links(("site", _("站点信息")), ("policy", _("政策档位"))),
        },
    ]

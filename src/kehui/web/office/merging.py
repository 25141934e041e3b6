"""For operators: find persons, compare entries that may be one, merge them and undo it."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.people import policies
from kehui.people.models import MergeLog, Organization, Person
from kehui.people.selectors import duplicates, personal
from kehui.people.selectors.references import Thing
from kehui.people.selectors.search import find_persons
from kehui.people.services import merging, splitting
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest
from kehui.web.office.people import operator_required
from kehui.web.people import choices
from kehui.web.people.forms import text

KINDS: Final[dict[str, type[Thing]]] = {"person": Person, "organization": Organization}
WHY: Final = {
    duplicates.Reason.SAME_IDENTITY_NUMBER: lazy("身份证号相同"),
    duplicates.Reason.SAME_NUMBER: lazy("证照号相同"),
    duplicates.Reason.SAME_PHONE: lazy("手机号相同"),
    duplicates.Reason.SAME_LOOK_AND_EMPLOYER: lazy("姓名形近，同一单位"),
    duplicates.Reason.SAME_LOOK_AND_PLACE: lazy("名字形近，同一地区"),
}


class FindForm(forms.Form):
    """Whom one looks for."""

    name = text(lazy("姓名"), max_length=30, required=False)
    region = forms.ChoiceField(label=lazy("所在地"), choices=choices.places, required=False)
    discipline = text(
        lazy("学科代码"),
        max_length=8,
        required=False,
        help_text=lazy("GB/T 13745 的三、五或七位代码。"),
    )

    def clean_discipline(self) -> str:
        code = str(self.cleaned_data["discipline"]).replace(".", "").strip()
        if code and not (code.isascii() and code.isdigit() and len(code) in (3, 5, 7)):
            raise forms.ValidationError(_("请填三、五或七位数字。"))
        return code


class MergeForm(forms.Form):
    """On what one decides."""

    reason = text(
        lazy("凭什么认定"),
        max_length=120,
        required=False,
        help_text=lazy("例如：当面核对了同一证件。姓名或名称相同不能作为依据。"),
    )


@require_GET
@operator_required
def find(request: MemberRequest) -> HttpResponse:
    """Find persons by name, place and discipline; phones are masked."""
    form = FindForm(request.GET or None)
    found: list[Person] = []
    if form.is_valid() and any(form.cleaned_data.values()):
        found = find_persons(
            form.cleaned_data["name"],
            region=form.cleaned_data["region"],
            discipline=form.cleaned_data["discipline"],
        )
    details = personal.with_details(Person.objects.all()).in_bulk([each.pk for each in found])
    rows = [{"person": each, "phone": personal.masked(details[each.pk]).phone} for each in found]
    context = {"form": form, "rows": rows, "is_asked": form.is_bound}
    return render(request, "office/find_people.html", context)


@require_GET
@operator_required
def doubles(request: MemberRequest) -> HttpResponse:
    """List entries that may be one with the reasons, and the latest merges."""
    pairs = [*duplicates.persons_to_compare(), *duplicates.organizations_to_compare()]
    context = {
        "pairs": [
            {
                "pair": each,
                "why": "、".join(str(WHY[reason]) for reason in each.reasons),
                "page": _page(each.entry, each.other),
            }
            for each in pairs
        ],
        "merges": duplicates.merges(),
    }
    return render(request, "office/doubles.html", context)


def _page(one: Thing, other: Thing) -> str:
    """Return the page that compares the two; to keep is the better known, the one with a code."""

    def rank(each: Thing) -> tuple[int, bool, int]:
        return -each.level, not getattr(each, "uscc", ""), each.pk

    kept, gone = sorted((one, other), key=rank)
    thing = "person" if isinstance(one, Person) else "organization"
    return f"{reverse('office:merge')}?thing={thing}&one={kept.pk}&other={gone.pk}"


@require_http_methods(["GET", "POST"])
@operator_required
def merge(request: MemberRequest) -> HttpResponse:
    """Show two entries beside each other; merge them, or keep them apart."""
    if "one" not in request.GET:
        return redirect("office:doubles")
    one, other = _two(request)
    form = MergeForm(request.POST or None)
    if form.is_valid():
        said = {"by": request.person, "reason": form.cleaned_data["reason"], "at": now()}
        with refusals_on(form):
            if "apart" in request.POST:
                merging.keep_apart(one=one, other=other, **said)
                messages.success(request, _("已记下：不是同一个，以后不再提示。"))
            elif merging.ask_to_merge(survivor=one, absorbed=other, **said).waits:
                messages.success(request, _("已提出，等另一位运营人员复核。"))
            else:
                messages.success(request, _("已合并。发现有误可以撤销，所有数据会回到原处。"))
            return redirect("office:doubles")
    context = {
        "form": form,
        "sides": [(_("保留"), one), (_("并入"), other)],
        "needs_two": policies.needs_two(one, other),
        "turned": _turned(request),
    }
    return render(request, "office/merge.html", context)


def _two(request: MemberRequest) -> tuple[Thing, Thing]:
    kind = KINDS.get(request.GET.get("thing", ""))
    numbers = [request.GET.get(each, "") for each in ("one", "other")]
    if kind is None or not all(each.isascii() and each.isdigit() for each in numbers):
        raise Http404
    rows = kind.objects.select_related("region")
    one, other = (rows.filter(pk=min(int(each), 2**62)).first() for each in numbers)
    if one is None or other is None:
        raise Http404
    return one, other


def _turned(request: MemberRequest) -> str:
    said: dict[str, Any] = request.GET.dict()
    return f"?thing={said['thing']}&one={said['other']}&other={said['one']}"


@require_POST
@operator_required
def decide_merge(request: MemberRequest) -> HttpResponse:
    """Approve a merge that waits, or undo one that stands."""
    number = request.POST.get("merge", "")
    if not (number.isascii() and number.isdigit()):
        return redirect("office:doubles")
    log = get_object_or_404(MergeLog, pk=min(int(number), 2**62))
    try:
        if log.waits:
            merging.approve_merge(log=log, by=request.person, at=now())
            messages.success(request, _("已复核并合并。"))
        else:
            kept = len(log.left)
            log = splitting.undo_merge(log=log, by=request.person, at=now())
            messages.success(request, _("已撤销，两条各归原处。"))
            if changed := len(log.left) - kept:
                said = _("%(count)s 处后来被改过，保持现状。") % {"count": changed}
                messages.info(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("office:doubles")

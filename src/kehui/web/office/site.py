"""For operators: what the platform says of itself, and the policy profile it runs under."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehui.core import operator, policies
from kehui.core.errors import Refused
from kehui.operations import services
from kehui.operations.models import SiteChange
from kehui.operations.selectors import sites
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest
from kehui.web.office.cursor import sheet
from kehui.web.office.people import operator_required

REFUSED: Final = 422
HINTS: Final = {
    "icp": lazy("页脚显示；空着不显示。"),
    "map_review_no": lazy("显示在每张地图下面。空着时公众只看到表格。"),
    "policy_profile": lazy("要另一位运营人员确认才生效。"),
}


class SiteForm(forms.Form):
    """Every word of the operator's, and why it is changed."""

    def __init__(self, data: Any, *, initial: dict[str, str]) -> None:
        super().__init__(data, initial=initial)
        for name, label in operator.LABELS.items():
            self.fields[name] = forms.CharField(
                label=label, max_length=200, required=False, help_text=HINTS.get(name, "")
            )
        self.fields["policy_profile"] = forms.ChoiceField(
            label=operator.LABELS["policy_profile"],
            choices=[(code, str(word)) for code, word in policies.profiles().profiles.items()],
            help_text=HINTS["policy_profile"],
        )
        self.fields["reason"] = forms.CharField(label=lazy("为什么改"), max_length=200)


@require_http_methods(["GET", "POST"])
@operator_required
def site(request: MemberRequest) -> HttpResponse:
    """Show what stands, change it, and list who changed what."""
    words = operator.words() | {"policy_profile": policies.in_force()}
    form = SiteForm(request.POST or None, initial=words)
    if form.is_valid() and _change(request, form):
        return redirect("office:site")
    found = sheet(sites.changes(), request.GET.get("before"))
    context = {
        "form": form,
        "fields": [form[name] for name in (*operator.LABELS, "reason")],
        "changes": [
            {"change": each, "label": operator.LABELS.get(each.name, each.name)}
            for each in found.rows
        ],
        "further": found.further,
    }
    status = REFUSED if request.method == "POST" else 200
    return render(request, "office/site.html", context, status=status)


def _change(request: MemberRequest, form: SiteForm) -> bool:
    with refusals_on(form):
        values = {name: form.cleaned_data[name] for name in operator.LABELS}
        done = services.change_site(
            values=values,
            reason=form.cleaned_data["reason"],
            by=request.person,
            at=timezone.now(),
        )
        waits = any(each.state == SiteChange.State.WAITING for each in done)
        said = _("已保存。") if done else _("没有改动。")
        messages.success(request, _("已提交，等另一位运营人员确认。") if waits else said)
        return True
    return False


@require_POST
@operator_required
def decide(request: MemberRequest, pk: int) -> HttpResponse:
    """Confirm what another operator proposed, or not."""
    change = get_object_or_404(SiteChange, pk=pk)
    agrees = request.POST.get("agrees") == "yes"
    try:
        services.decide_change(change=change, agrees=agrees, by=request.person, at=timezone.now())
        messages.success(request, _("已生效。") if agrees else _("没有同意，一切照旧。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("office:site")


@require_safe
@operator_required
def policy(request: MemberRequest) -> HttpResponse:
    """Show the self-declaration: every switch, its state in each profile, and the rule behind."""
    known = policies.profiles()
    context = {
        "profile": known.profiles[policies.in_force()],
        "head": [_("事项"), *map(str, known.profiles.values()), _("依据")],
        "rows": [
            [
                str(rule.word),
                *(str(known.states[rule.states[each]]) for each in known.profiles),
                str(rule.article),
            ]
            for rule in known.rules.values()
        ],
    }
    return render(request, "office/policy.html", context)

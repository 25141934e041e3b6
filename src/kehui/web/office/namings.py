"""For operators: names that the market's own texts taught, to accept or refuse."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kehui.core.errors import Refused
from kehui.market.models.namings import LONGEST
from kehui.market.selectors import namings as selectors
from kehui.market.services import namings as services
from kehui.web.members import MemberRequest
from kehui.web.office.people import operator_required

ROWS = 20
STANDINGS = {
    "taught": gettext_lazy("多家这样写"),
    "few": gettext_lazy("写的单位还少"),
    "contested": gettext_lazy("各家写法不一"),
}
VERDICTS = {"right": True, "wrong": False, "open": None}


class VerdictForm(forms.Form):
    """What an operator says of a pair of names."""

    name = forms.CharField(max_length=LONGEST)
    other = forms.CharField(max_length=LONGEST)
    verdict = forms.ChoiceField(choices=[(each, each) for each in VERDICTS])


@require_safe
@operator_required
def namings(request: MemberRequest) -> HttpResponse:
    """List what was learned, those of most owners first, with the words that teach it."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    page = Paginator(selectors.learned(words), ROWS).get_page(request.GET.get("page", 1))
    rows = [{"pair": each, "standing": STANDINGS[each.standing]} for each in page]
    context = {"page": page, "rows": rows, "words": words, "edition": selectors.in_force()}
    return render(request, "office/namings.html", context)


@require_POST
@operator_required
def judge(request: MemberRequest) -> HttpResponse:
    form = VerdictForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("没有看懂要裁定哪一对，请刷新再试。"))
        return redirect("office:namings")
    said = form.cleaned_data
    try:
        services.judge_naming(
            name=said["name"],
            other=said["other"],
            is_right=VERDICTS[said["verdict"]],
            person=request.person,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已记下，搜索和匹配马上照办。"))
    return redirect("office:namings")

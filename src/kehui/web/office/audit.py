"""For operators: who looked at what is not for everybody, and how far the log is sealed."""

from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kehui.core import dates
from kehui.ledger import selectors
from kehui.people.selectors import names_of
from kehui.web.members import MemberRequest
from kehui.web.office.cursor import sheet
from kehui.web.office.people import operator_required

LARGEST: Final = 2**63 - 1


class SearchForm(forms.Form):
    """Whose data, who looked, when; all may stay empty."""

    person = forms.IntegerField(
        label=lazy("被查看人的编号"), required=False, min_value=1, max_value=LARGEST
    )
    actor = forms.IntegerField(
        label=lazy("查看人的编号"), required=False, min_value=1, max_value=LARGEST
    )
    since = forms.DateField(
        label=lazy("从"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=lazy("到"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


@require_safe
@never_cache
@operator_required
def audit(request: MemberRequest) -> HttpResponse:
    """Show the state of the log, and the accesses that were asked for, the latest first."""
    form = SearchForm(request.GET or None)
    said: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    found = sheet(
        selectors.accesses(
            person=said.get("person"),
            actor=said.get("actor"),
            since=_begin(said.get("since")),
            until=_end(said.get("until")),
        ),
        request.GET.get("before"),
    )
    last = selectors.last_checkpoint()
    named = names_of(
        {each.actor for each in found.rows if each.actor}
        | {each.number for each in found.rows if each.thing == "person"}
    )
    context = {
        "form": form if form.is_bound else SearchForm(),
        "rows": [
            {
                "access": each,
                "actor": named.get(each.actor or 0, _("平台")),
                "subject": named.get(each.number, "") if each.thing == "person" else "",
            }
            for each in found.rows
        ],
        "further": found.further,
        "last": last,
        "unsealed": selectors.unsealed(),
        "witnesses": selectors.witnesses(),
    }
    return render(request, "office/audit.html", context)


def _begin(day: date | None) -> Any:
    return dates.start_of(day) if day else None


def _end(day: date | None) -> Any:
    return dates.end_of(day) if day else None

"""For operators: look up the national codes. Nobody may add or change one."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from kehui.core import disciplines, industries, regions
from kehui.web.members import MemberRequest
from kehui.web.office.people import operator_required

SHOWN: Final = 100
Rows = Iterator[tuple[str, str]]


def _industries() -> Rows:
    return ((each.code, each.name) for each in industries.tree())


def _disciplines() -> Rows:
    return ((disciplines.dotted(each.code), each.name) for each in disciplines.tree())


def _regions() -> Rows:
    return ((code, regions.full_name(code)) for code in regions.places())


SCHEMES: Final[dict[str, tuple[Any, str, Callable[[], Rows]]]] = {
    "industries": (lazy("行业"), industries.SCHEME, _industries),
    "disciplines": (lazy("学科"), disciplines.SCHEME, _disciplines),
    "regions": (lazy("地区"), "GB/T 2260", _regions),
}


@require_safe
@operator_required
def codes(request: MemberRequest, scheme: str = "industries") -> HttpResponse:
    """Show the codes that begin with, or the names that hold, what was asked for."""
    if scheme not in SCHEMES:
        raise Http404
    label, source, rows = SCHEMES[scheme]
    words = request.GET.get("q", "").strip()[:40]
    found = list(islice((row for row in rows() if _fits(row, words)), SHOWN + 1))
    context = {
        "label": label,
        "source": source,
        "words": words,
        "head": [_("代码"), _("名称")],
        "rows": [list(row) for row in found[:SHOWN]],
        "is_cut": len(found) > SHOWN,
        "tabs": [
            {
                "label": title,
                "href": reverse("office:codes_of", args=[code]),
                "on": code == scheme,
            }
            for code, (title, _source, _rows) in SCHEMES.items()
        ],
    }
    return render(request, "office/codes.html", context)


def _fits(row: tuple[str, str], words: str) -> bool:
    code, name = row
    return not words or code.startswith(words.upper()) or words in name

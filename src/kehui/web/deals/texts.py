"""The text that was signed, to keep; and the page on which anybody checks it."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kehui.deals import selectors
from kehui.deals.models import ContractState, Deal
from kehui.deals.selectors import contracts as texts
from kehui.web.members import MemberRequest, member_required


@require_GET
@member_required
def contract_text(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Return the text of a version, byte by byte as it was hashed and signed."""
    mine = selectors.visible_to(request.person, today=timezone.localdate())
    deal: Deal = get_object_or_404(mine, pk=pk)
    found = get_object_or_404(deal.contracts.exclude(state=ContractState.DRAFT), number=number)
    answer = HttpResponse(found.text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="contract-{pk}-{number}.json"'
    return answer


@require_http_methods(["GET", "POST"])
def check_file(request: HttpRequest) -> HttpResponse:
    """Tell anybody whether this was signed here by both, and when; nothing else.

    A file is hashed as it comes and not kept.
    """
    asked = request.GET.get("sha256", "").strip().lower()
    missing = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            missing = _("请选一个文件。")
        else:
            asked = hashlib.file_digest(file.open("rb"), "sha256").hexdigest()
    context = {
        "asked": asked,
        "missing": missing,
        "at": texts.signed_with(asked) if asked else None,
    }
    return render(request, "deals/check_file.html", context, status=422 if missing else 200)

"""Files of an item: taken in with a page of the wizard, and handed out to who may see them."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from kehui.core.errors import Refused
from kehui.market import services
from kehui.market.models import Item
from kehui.market.models.attachments import MOST_BYTES
from kehui.market.selectors import attachments
from kehui.web.market.forms.steps import StepForm
from kehui.web.market.pages import reader_of
from kehui.web.members import MemberRequest

LONGEST_NUMBER = 18


@require_safe
def download(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """Hand out a file to be saved, never to be shown as a page of ours; else it is not there."""
    item = get_object_or_404(Item, pk=pk)
    seen = attachments.seen_by(reader_of(request), item, today=timezone.localdate())
    found = next((each for each in seen if each.pk == file), None)
    if found is None:
        raise Http404
    etag = f'"{found.sha256}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        path = attachments.path_of(found.sha256)
        if not path.is_file():
            raise Http404
        response = FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=found.safe_name,
            content_type=found.media_type,
        )
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"  # asked again: the right may end
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def is_about_files(request: HttpRequest) -> bool:
    """Say whether a button of the list of files was pressed, rather than one of the page."""
    return "upload" in request.POST or "remove" in request.POST


def take(request: MemberRequest, item: Item, form: StepForm) -> list[Refused]:
    """Take away the file whose button was pressed, take in those chosen; return what was refused.

    Each is judged by itself: one that is too large does not cost the others.
    """
    if "attached" not in form.fields:
        return []
    refused: list[Refused] = []
    at = timezone.now()
    if "remove" in request.POST:
        number = _number(request.POST["remove"])
        try:
            services.remove_attachment(item=item, person=request.person, attachment=number, at=at)
        except Refused as refusal:
            refused.append(refusal)
    for file in request.FILES.getlist("attached"):
        name, content = str(file.name), file.read(MOST_BYTES + 1)
        try:
            services.add_attachment(
                item=item, person=request.person, name=name, content=content, at=at
            )
        except Refused as refusal:
            refused.append(refusal)
    return refused


def _number(text: str) -> int:
    fits = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if fits else 0

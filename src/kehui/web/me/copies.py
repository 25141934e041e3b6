"""A copy of everything about me: what is inside, the password once more, and a file for a while.

Nothing is kept: the file is made when it is fetched, for the person who asked, in those minutes.
"""

import json
import secrets
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core import signing
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from kehui.market.models import Attachment
from kehui.market.selectors.attachments import path_of
from kehui.people import services
from kehui.people.models import Person
from kehui.privacy.selectors import copies
from kehui.privacy.selectors.copies import Table
from kehui.privacy.services.copies import give_copy
from kehui.web.errors import refusals_on
from kehui.web.me.leaving import crumb
from kehui.web.members import MemberRequest, member_required
from kehui.web.people.forms import ConfirmForm
from kehui.web.people.ways import client_address

SALT = "kehui.me.copy"
MINUTES = 10
SALT_BYTES = 16


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@never_cache
@member_required
def copy(request: MemberRequest) -> HttpResponse:
    """Show what is inside; after the password, a link that serves this person for ten minutes."""
    form, ticket = ConfirmForm(request.POST or None), ""
    if form.is_valid():
        with refusals_on(form):
            services.confirm_password(
                account=request.user,
                password=form.cleaned_data["password"],
                address=client_address(request),
                at=now(),
            )
            ticket = signing.dumps(request.person.pk, salt=SALT)
    context = {
        "form": form,
        "link": reverse("me:download_copy", args=[ticket]) if ticket else "",
        "minutes": MINUTES,
        "head": [_("内容"), _("条数")],
        "rows": [[label, number] for label, number in copies.counts(request.person)],
        "crumb": crumb(_("导出我的信息")),
    }
    return render(request, "me/copy.html", context)


@require_safe
@never_cache
@member_required
def download(request: MemberRequest, ticket: str) -> HttpResponseBase:
    """Make the file and hand it out; an old link leads back, another person's is not there."""
    try:
        owner = signing.loads(ticket, salt=SALT, max_age=60 * MINUTES)
    except signing.SignatureExpired:
        return redirect("me:copy")
    except signing.BadSignature:
        raise Http404 from None
    if owner != request.person.pk:
        raise Http404
    at = now()
    tables = give_copy(person=request.person, salt=secrets.token_bytes(SALT_BYTES), at=at)
    name = _("我的信息-{day}.zip").format(day=localtime(at).date().isoformat())
    packed = _packed(tables, request.person)
    return FileResponse(packed, as_attachment=True, filename=name, content_type="application/zip")


def _packed(tables: list[Table], person: Person) -> IO[bytes]:
    """Write JSON for programs, a page for people, and the files the person put beside items."""
    said = {
        each.model: {
            "label": each.label,
            "columns": {column.name: column.label for column in each.columns},
            "rows": each.rows,
        }
        for each in tables
    }
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(said, ensure_ascii=False, indent=1))
        archive.writestr("index.html", render_to_string("me/copy_document.html", _shown(tables)))
        files = Attachment.objects.filter(uploaded_by=person).order_by("pk")
        for each in files:
            if (path := path_of(each.sha256)).is_file():
                ending = each.safe_name.rpartition(".")[2]
                archive.write(path, f"files/{each.pk}.{ending}")
    stream.seek(0)
    return stream


def _shown(tables: list[Table]) -> dict[str, Any]:
    return {
        "tables": [
            {
                "label": each.label,
                "head": [column.label for column in each.columns],
                "rows": [[row[column.name] for column in each.columns] for row in each.rows],
            }
            for each in tables
        ]
    }

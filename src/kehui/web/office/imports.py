"""For operators: bring a table in. First the verdict on every row, then the confirmation."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.core.tables import write_table
from kehui.market.models import ImportRow, ImportRun, NeedKind, OfferKind, Side
from kehui.market.services.arrivals import Order, Outcome
from kehui.market.services.columns import template_headers
from kehui.market.services.imports import Report, import_items
from kehui.market.services.sheets import SUFFIXES
from kehui.people.models import Organization, Person
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest
from kehui.web.office.people import operator_required

ROWS = 50
PREVIEW_ROWS = 100
MOST_BYTES = 10 * 2**20
MOST_ROWS = 5_000
KEPT_SECONDS = 24 * 60 * 60
SALT = "office.imports"


class ImportForm(forms.Form):
    """What to bring in, for whom, and how far."""

    file = forms.FileField(label=gettext_lazy("表格文件"))
    side = forms.ChoiceField(label=gettext_lazy("供需"), choices=Side.choices)
    organization = forms.CharField(
        label=gettext_lazy("归哪个单位"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("统一社会信用代码或全称；不填则归你本人。"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("没写类型时按"),
        required=False,
        choices=[
            ("", gettext_lazy("默认")),
            *{**dict(OfferKind.choices), **dict(NeedKind.choices)}.items(),
        ],
    )
    source = forms.CharField(
        label=gettext_lazy("来源名称"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("同一来源、同一编号只导入一次。不填则用文件名。"),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("导入后"),
        choices=[
            (Outcome.DRAFT.value, gettext_lazy("存为草稿")),
            (Outcome.SUBMITTED.value, gettext_lazy("提交审核")),
            (Outcome.PUBLISHED.value, gettext_lazy("免审发布")),
        ],
    )
    terms_accepted = forms.BooleanField(
        label=gettext_lazy("表中各需求方已同意发布规则"), required=False
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("网页上传最多 10 MB，更大的请用 kehui import 命令。"))
        return file

    def clean_organization(self) -> Organization | None:
        text = self.cleaned_data["organization"].strip()
        if not text:
            return None
        found = Organization.objects.filter(uscc=text.upper())
        found = found or Organization.objects.filter(name=text, merged_into=None)
        if len(found) != 1:
            raise forms.ValidationError(_("没有或不止一个这样的单位，请填统一社会信用代码。"))
        return found[0]

    def clean_kind(self) -> str:
        kind, side = str(self.cleaned_data["kind"]), self.data.get("side")
        known = OfferKind.values if side == Side.OFFER else NeedKind.values
        return kind if kind in known else ""


@require_http_methods(["GET", "POST"])
@operator_required
def imports(request: MemberRequest) -> HttpResponse:
    """Ask for a file; with one, show what would become of every row."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            return _preview(request, form)
    runs = ImportRun.objects.select_related("by").order_by("-pk")[:10]
    context = {"form": form, "runs": runs, "limit": _("CSV、XLSX 或 JSONL，最多 10 MB、5000 行")}
    return render(request, "office/imports.html", context)


def _preview(request: MemberRequest, form: ImportForm) -> HttpResponse:
    file = form.cleaned_data["file"]
    content = file.read()
    said = {
        "side": form.cleaned_data["side"],
        "organization": getattr(form.cleaned_data["organization"], "pk", None),
        "kind": form.cleaned_data["kind"],
        "source": form.cleaned_data["source"],
        "outcome": form.cleaned_data["outcome"],
        "terms_accepted": form.cleaned_data["terms_accepted"],
        "name": file.name,
        "hash": hashlib.sha256(content).hexdigest(),
        "person": request.person.pk,
    }
    report = import_items(
        content=content,
        name=file.name,
        order=_order(said, request.person),
        clock=timezone.now,
        dry_run=True,
    )
    if len(report.rows) > MOST_ROWS:
        form.add_error("file", _("网页一次最多 5000 行，更多的请用 kehui import 命令。"))
        return render(request, "office/imports.html", {"form": form})
    _keep(said, content)
    shown = sorted(report.rows, key=lambda row: (row.verdict != ImportRow.Verdict.BAD, row.number))
    context = {
        "file_name": file.name,
        "token": signing.dumps(said, salt=SALT),
        "counts": _counts(report),
        "ignored": report.ignored,
        "head": [_("行号"), _("结论"), _("标题"), _("说明")],
        "rows": [_cells(row) for row in shown[:PREVIEW_ROWS]],
        "left_out": max(0, len(shown) - PREVIEW_ROWS),
        "looks_like_corpus": report.looks_like_corpus,
    }
    return render(request, "office/import_preview.html", context)


def _cells(row: Any) -> list[str | int]:
    label = _("可导入") if row.verdict == ImportRow.Verdict.ADDED else str(row.verdict.label)
    return [row.number, label, row.title or "–", row.sentence or "–"]


def _counts(report: Report) -> dict[str, int]:
    return {verdict.value: report.count(verdict) for verdict in ImportRow.Verdict}


def _order(said: dict[str, Any], person: Person) -> Order:
    organization = said["organization"]
    return Order(
        side=Side(said["side"]),
        person=person,
        organization=Organization.objects.get(pk=organization) if organization else None,
        kind=said["kind"],
        source=said["source"],
        outcome=Outcome(said["outcome"]),
        terms_accepted=said["terms_accepted"],
    )


def _place(said: dict[str, Any]) -> Path:
    suffix = said["name"].lower().rpartition(".")[2]
    if suffix not in SUFFIXES:
        raise Http404
    return Path(settings.MEDIA_ROOT) / "imports" / f"{said['hash']}.{suffix}"


def _keep(said: dict[str, Any], content: bytes) -> None:
    """Keep the file until it is confirmed; what nobody confirmed within a day goes."""
    place = _place(said)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = timezone.now().timestamp() - KEPT_SECONDS
    for old in place.parent.iterdir():
        if old.stat().st_mtime < before:
            old.unlink(missing_ok=True)
    place.write_bytes(content)
    place.chmod(0o600)


@require_POST
@operator_required
def confirm(request: MemberRequest) -> HttpResponse:
    """Bring in the file that was looked at, by the same person and within a day."""
    try:
        said = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=KEPT_SECONDS)
        content = _place(said).read_bytes()
    except (signing.BadSignature, OSError):
        messages.warning(request, _("预览已过期，请重新上传。"))
        return redirect("office:imports")
    if said["person"] != request.person.pk:
        raise Http404
    try:
        report = import_items(
            content=content,
            name=said["name"],
            order=_order(said, request.person),
            clock=timezone.now,
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("office:imports")
    _place(said).unlink(missing_ok=True)
    messages.success(request, _("已导入 {n} 行。").format(n=report.count(ImportRow.Verdict.ADDED)))
    return redirect("office:import_run", report.run)


@require_GET
@operator_required
def run(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ImportRun.objects.select_related("by"), pk=pk)
    verdict = request.GET.get("verdict", "")
    rows = found.rows.all()
    if verdict in ImportRow.Verdict.values:
        rows = rows.filter(verdict=verdict)
    page = Paginator(rows.select_related("item"), ROWS).get_page(request.GET.get("page", 1))
    context = {
        "run": found,
        "page": page,
        "verdict": verdict,
        "verdicts": [
            {"value": each.value, "label": each.label, "on": each.value == verdict}
            for each in ImportRow.Verdict
        ],
        "head": [_("行号"), _("结论"), _("代码"), _("字段"), _("说明"), _("信息")],
        "rows": [
            [row.number, row.get_verdict_display(), row.code or "–", row.field or "–",
             row.message or "–", str(row.item) if row.item else "–"]
            for row in page
        ],
    }  # fmt: skip
    return render(request, "office/import_run.html", context)


@require_GET
@operator_required
def run_csv(_request: MemberRequest, pk: int) -> HttpResponse:
    """Give the verdicts as a table for a spreadsheet."""
    found = get_object_or_404(ImportRun, pk=pk)
    head = [_("行号"), _("结论"), _("代码"), _("字段"), _("说明")]
    rows = (
        [row.number, row.get_verdict_display(), row.code, row.field, row.message]
        for row in found.rows.all()
    )
    return _sheet(f"import-{found.pk}.csv", [head, *rows])


@require_GET
@operator_required
def template(_request: MemberRequest, side: str) -> HttpResponse:
    """Give an empty table with the names of all columns."""
    if side not in Side.values:
        raise Http404
    return _sheet(f"{side}s.csv", [template_headers(side)])


def _sheet(name: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    write_table(response, rows)
    return response

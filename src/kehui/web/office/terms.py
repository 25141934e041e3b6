"""For operators: the domain dictionary."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.market.models import DomainTerm
from kehui.market.selectors import terms as selectors
from kehui.market.services import terms as services
from kehui.market.services.sheets import decoded
from kehui.web.errors import refusals_on
from kehui.web.members import MemberRequest
from kehui.web.office.people import operator_required

ROWS = 20
MOST_BYTES = 2 * 2**20
REFUSED_SHOWN = 20


class TermForm(forms.Form):
    """A term and its other names, separated by commas."""

    term = forms.CharField(label=gettext_lazy("术语"), max_length=40)
    synonyms = forms.CharField(
        label=gettext_lazy("同义说法"),
        required=False,
        max_length=900,
        help_text=gettext_lazy("用逗号或顿号隔开，如：热障涂层、TBC"),
    )

    def names(self) -> list[str]:
        return services.split(self.cleaned_data["synonyms"])


class ListForm(forms.Form):
    """Many terms at once: a file or a text, a term a line."""

    file = forms.FileField(label=gettext_lazy("词表文件"))


@require_http_methods(["GET", "POST"])
@operator_required
def terms(request: MemberRequest) -> HttpResponse:
    """List the dictionary, and add a term."""
    form = TermForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.add_term(
                term=form.cleaned_data["term"],
                synonyms=form.names(),
                person=request.person,
                at=timezone.now(),
            )
            messages.success(request, _("已加入词典，搜索和匹配马上认得。"))
            return redirect("office:terms")
    words = request.GET.get("q", "").strip()[:40]
    page = Paginator(selectors.listed(words), ROWS).get_page(request.GET.get("page", 1))
    context = {"form": form, "list_form": ListForm(), "page": page, "words": words}
    return render(request, "office/terms.html", context)


@require_http_methods(["GET", "POST"])
@operator_required
def term(request: MemberRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(DomainTerm, pk=pk)
    said = {"term": entry.term, "synonyms": "、".join(entry.synonyms)}
    form = TermForm(request.POST or None, initial=said)
    if form.is_valid():
        with refusals_on(form):
            services.change_term(
                entry=entry,
                term=form.cleaned_data["term"],
                synonyms=form.names(),
                person=request.person,
                at=timezone.now(),
            )
            messages.success(request, _("已改好，马上生效。"))
            return redirect("office:terms")
    return render(request, "office/term.html", {"form": form, "entry": entry})


@require_POST
@operator_required
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(DomainTerm, pk=pk)
    services.remove_term(entry=entry, person=request.person, at=timezone.now())
    messages.success(request, _("已删除“{term}”。").format(term=entry.term))
    return redirect("office:terms")


@require_POST
@operator_required
def import_list(request: MemberRequest) -> HttpResponse:
    """Add a list; the lines that were refused are named with their reasons."""
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid() or form.cleaned_data["file"].size > MOST_BYTES:
        messages.warning(request, _("请选一个 2 MB 以内的文本文件，每行一个术语。"))
        return redirect("office:terms")
    try:
        lines = decoded(form.cleaned_data["file"].read()).splitlines()
        verdicts = services.import_terms(lines=lines, person=request.person, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("office:terms")
    refused = [each for each in verdicts if each.refusal]
    done = _("加入 {good} 条，{bad} 条没有加入。").format(
        good=len(verdicts) - len(refused), bad=len(refused)
    )
    context = {
        "done": done,
        "head": [_("行号"), _("内容"), _("原因")],
        "rows": [[each.number, each.text[:60], str(each.refusal)] for each in refused],
    }
    return render(request, "office/terms_imported.html", context)

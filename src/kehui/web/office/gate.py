"""For reviewers: what waits at the quality gate, and one decision after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehui.core import dates
from kehui.market import services
from kehui.market.models import CRITERIA, Item, Need, Offer, State
from kehui.market.selectors import items
from kehui.market.selectors.doubles import doubles_of
from kehui.market.services.gate import HOLD, PASS, outcome_of
from kehui.people import policies as people
from kehui.web import facts_shown
from kehui.web.errors import refusals_on
from kehui.web.market.details import details
from kehui.web.members import MemberRequest, member_required

ROWS: Final = 20
REFUSED: Final = 422
POINTS: Final = [
    (0, lazy("0 · 没写")),
    (1, lazy("1 · 很弱")),
    (2, lazy("2 · 偏弱")),
    (3, lazy("3 · 够用")),
    (4, lazy("4 · 好")),
    (5, lazy("5 · 很好")),
]
ASKED: Final = {
    "advantages": (lazy("优势"), lazy("新在哪、好在哪，和哪种办法比，有没有数字。")),
    "clarity": (lazy("清楚"), lazy("外行看得懂问题、对象和限制。")),
    "cooperation": (lazy("合作期望"), lazy("找谁、做什么、什么条件。")),
    "language": (lazy("语言"), lazy("通顺，没有口号，没有单位介绍的套话。")),
}
FLAGS: Final = {
    "COHERENCE_LOW": lazy("标题和描述说的不像一件事"),
    "DUPLICATE_FOREIGN": lazy("和别人的信息几乎一样"),
    "DUPLICATE_PART": lazy("和自己的另一条信息大段相同"),
}


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One line of the queue."""

    item: Item
    due: date
    flags: list[str]

    @property
    def is_late(self) -> bool:
        return self.due < timezone.localdate()


class ReviewForm(forms.Form):
    """Points and a sentence for each criterion, and the revision that the reviewer has read."""

    use_required_attribute = False

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, item: Item) -> None:
        super().__init__(data, initial={"revision": item.revision})
        for name in CRITERIA:
            label, asked = ASKED[name]
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=POINTS,
                coerce=int,
                empty_value=None,
                required=False,
                help_text=asked,
                widget=forms.RadioSelect,
            )
            self.fields[f"{name}_note"] = forms.CharField(
                label=_("%s：一句话说明") % label, max_length=200, required=False
            )

    def rows(self) -> Iterator[tuple[BoundField, BoundField]]:
        for name in CRITERIA:
            yield self[name], self[f"{name}_note"]

    def mark_needed(self) -> None:
        """Let the labels say that all is needed; call it after the form was validated."""
        for field in self.fields.values():
            field.required = True

    def scores(self) -> dict[str, int]:
        """Return the points given so far."""
        given = {name: self.cleaned_data.get(name) for name in CRITERIA}
        return {name: points for name, points in given.items() if points is not None}

    def notes(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(f"{name}_note", "") for name in CRITERIA}

    def complain(self) -> None:
        """Say at each criterion what is not there yet."""
        for name in CRITERIA:
            if self.cleaned_data.get(name) is None:
                self.add_error(name, _("给“%s”打 0 到 5 分。") % ASKED[name][0])
            if not self.cleaned_data.get(f"{name}_note", "").strip():
                self.add_error(f"{name}_note", _("给“%s”写一句话，作者会看到。") % ASKED[name][0])


def reviewer_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send visitors to sign in; everybody but reviewers finds nothing here."""

    @wraps(view)
    def answer(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not people.may_review(request.person, today=timezone.localdate()):
            raise Http404
        return view(request, *args, **kwargs)

    return member_required(answer)


@require_GET
@reviewer_required
def queue(request: MemberRequest) -> HttpResponse:
    """List what waits, the longest waiting first, with the day by which it is promised."""
    waiting = items.waiting_for_review(request.person, today=timezone.localdate())
    page = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [_waiting(item) for item in page.object_list]}
    return render(request, "office/gate.html", context)


@require_http_methods(["GET", "POST"])
@reviewer_required
def review(request: MemberRequest, pk: int) -> HttpResponse:
    """Show the item as others see it beside the rubric, decide, and go on to the next."""
    item = _reviewed(request, pk)
    form = ReviewForm(request.POST or None, item=item)
    if form.is_valid():
        form.complain()
    if form.is_bound and not form.errors:
        with refusals_on(form):
            decided = services.review_item(
                item=item,
                reviewer=request.person,
                scores=form.scores(),
                notes=form.notes(),
                revision=form.cleaned_data["revision"],
                at=timezone.now(),
            )
            said = {"title": item, "outcome": decided.get_outcome_display()}
            messages.success(request, _("“%(title)s”：%(outcome)s") % said)
            return redirect(_next(request))
    if form.is_bound:  # shown again with what stands there now
        form.data = {**request.POST.dict(), "revision": str(item.revision)}
    status = REFUSED if form.is_bound else 200
    context = _context(item, form)
    form.mark_needed()
    return render(request, "office/gate_review.html", context, status=status)


@require_POST
@reviewer_required
def outcome(request: MemberRequest, pk: int) -> HttpResponse:
    """Say what the points given so far would mean; nothing is decided."""
    form = ReviewForm(request.POST, item=_reviewed(request, pk))
    form.is_valid()
    return render(request, "office/_gate_outcome.html", _outcome(form))


def _reviewed(request: MemberRequest, pk: int) -> Need | Offer:
    """Return an item that this reviewer may decide; decided and own ones are not there."""
    today = timezone.localdate()
    item = items.waiting_for_review(request.person, today=today).filter(pk=pk).first()
    if item is None:
        raise Http404
    rows = items.visible_needs if item.side == "need" else items.visible_offers
    return rows(request.person, today=today).get(pk=pk)


def _waiting(item: Item) -> Waiting:
    since = dates.day_of(item.submitted_at or item.changed_at)
    flags = [str(FLAGS.get(flag, flag)) for flag in item.flags]
    return Waiting(item=item, due=items.decision_due(since), flags=flags)


def _next(request: MemberRequest) -> str:
    waiting = items.waiting_for_review(request.person, today=timezone.localdate()).first()
    if waiting is None:
        messages.info(request, _("都审完了。"))
        return reverse("office:gate")
    return reverse("office:gate_review", args=[waiting.pk])


def _context(item: Need | Offer, form: ReviewForm) -> dict[str, Any]:
    return {
        "item": item,
        item.side: item,
        "form": form,
        "waiting": _waiting(item),
        **details(item, sees=True, files=[*item.attachments.all()]),
        "key_facts": facts_shown.key_facts(item),
        "party": facts_shown.party(item, is_mine=False),
        "doubles": doubles_of(item),
        "earlier": item.reviews.order_by("-decided_at")[:3],
        **_outcome(form),
    }


def _outcome(form: ReviewForm) -> dict[str, Any]:
    scores = form.scores() if form.is_bound else {}
    is_whole = len(scores) == len(CRITERIA)
    return {
        "total": sum(scores.values()),
        "left": len(CRITERIA) - len(scores),
        "outcome": State(outcome_of(scores)) if is_whole else None,
        "has_zero": 0 in scores.values(),
        "pass_at": PASS,
        "hold_at": HOLD,
    }

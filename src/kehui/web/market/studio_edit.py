"""The studio from behind the counter: open, describe, pause, choose best works, hand over."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from kehui.core.errors import Refused
from kehui.market import services
from kehui.market.models import OfferKind, Studio
from kehui.market.selectors import items
from kehui.market.services.studios import MOVES
from kehui.web.errors import refusals_on
from kehui.web.market import screens
from kehui.web.market.forms.inputs import DayInput, WordsInput, lines
from kehui.web.market.forms.starts import StartForm
from kehui.web.members import MemberRequest, member_required

VERBS = {
    Studio.State.OPEN: lazy("开始接单"),
    Studio.State.PAUSED: lazy("暂停接单"),
    Studio.State.CLOSED: lazy("关闭工作室"),
}


class StudioForm(forms.Form):
    """What a studio says of itself."""

    use_required_attribute = False

    name = forms.CharField(label=lazy("工作室名称"), max_length=60)
    directions = forms.CharField(
        label=lazy("做什么方向"), max_length=1000, required=False, widget=lines()
    )
    skills = WordsInput(
        label=lazy("会什么"), required=False, help_text=lazy("几个词，中间空一格。")
    )
    languages = WordsInput(
        label=lazy("能用的语言"), required=False, help_text=lazy("例如：中文 英语 四川话。")
    )
    available_from = DayInput(label=lazy("最早哪天可以接单"), required=False)
    weekly_hours = forms.IntegerField(
        label=lazy("每周可投入几小时"), min_value=0, max_value=80, required=False
    )


class OwnerForm(StartForm):
    """Who owns the studio: the same choices as for an offer, without its kind."""

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, kinds=OfferKind, **options)
        del self.fields["kind"]


class WorksForm(forms.Form):
    works = forms.MultipleChoiceField(
        label=lazy("代表作"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, studio: Studio) -> None:
        super().__init__(data)
        self.shelf = {str(offer.pk): offer for offer in items.shelf(studio)[:200]}
        works = cast("forms.MultipleChoiceField", self.fields["works"])
        works.choices = [(key, offer.title) for key, offer in self.shelf.items()]
        self.initial["works"] = [str(each.pk) for each in studio.best_works.all()]


@require_http_methods(["GET", "POST"])
@member_required
def open_one(request: MemberRequest) -> HttpResponse:
    """Open a studio for oneself, one's team or one's organization."""
    form = _owner_form(request)
    if form.is_valid():
        with refusals_on(form):
            studio = services.open_studio(
                owner=form.owner_chosen, person=request.person, values={}, at=timezone.now()
            )
            messages.success(request, _("工作室开张了，介绍一下自己吧。"))
            return redirect("market:studio_edit", studio.pk)
    return _answer(request, "market/studio_edit_open.html", {"form": form})


@require_http_methods(["GET", "POST"])
@member_required
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    studio = _own(request, pk)
    initial = {name: getattr(studio, name) for name in StudioForm.base_fields}
    form = StudioForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            services.edit_studio(
                studio=studio, person=request.person, values=form.cleaned_data, at=timezone.now()
            )
            messages.success(request, _("已保存。"))
            return redirect("market:studio", studio.pk)
    moves = [(state.value, VERBS[state]) for state in MOVES[Studio.State(studio.state)]]
    return _answer(
        request, "market/studio_edit.html", {"studio": studio, "form": form, "moves": moves}
    )


@require_POST
@member_required
def move(request: MemberRequest, pk: int) -> HttpResponse:
    """Open, pause or close it."""
    studio = _own(request, pk)
    wanted = request.POST.get("state", "")
    if wanted not in Studio.State.values:
        raise Http404
    try:
        services.move_studio(
            studio=studio, person=request.person, to=Studio.State(wanted), at=timezone.now()
        )
        messages.success(request, _("工作室现在是“%s”。") % Studio.State(wanted).label)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("market:studio_edit", studio.pk)


@require_http_methods(["GET", "POST"])
@member_required
def best_works(request: MemberRequest, pk: int) -> HttpResponse:
    """Choose at most five works of the shelf to stand in front."""
    studio = _own(request, pk)
    form = WorksForm(request.POST if request.method == "POST" else None, studio=studio)
    if form.is_valid():
        with refusals_on(form):
            services.choose_best_works(
                studio=studio,
                person=request.person,
                offers=[form.shelf[key] for key in form.cleaned_data["works"]],
                at=timezone.now(),
            )
            messages.success(request, _("代表作已更新。"))
            return redirect("market:studio", studio.pk)
    return _answer(request, "market/studio_edit_works.html", {"studio": studio, "form": form})


@require_http_methods(["GET", "POST"])
@member_required
def transfer(request: MemberRequest, pk: int) -> HttpResponse:
    """Hand the studio to another owner in whose name one may speak."""
    studio = _own(request, pk)
    form = _owner_form(request)
    if form.is_valid():
        with refusals_on(form):
            services.transfer_studio(
                studio=studio, person=request.person, to=form.owner_chosen, at=timezone.now()
            )
            messages.success(request, _("工作室已转到“%s”名下。") % form.owner_chosen)
            return redirect("market:studio", studio.pk)
    return _answer(request, "market/studio_edit_transfer.html", {"studio": studio, "form": form})


def _own(request: MemberRequest, pk: int) -> Studio:
    found = items.own_studios(request.person, today=timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _owner_form(request: MemberRequest) -> OwnerForm:
    return OwnerForm(request.POST or None, account=request.user, today=timezone.localdate())


def _answer(request: MemberRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    is_refused = context["form"].is_bound
    return render(request, template, context, status=screens.REFUSED if is_refused else 200)

"""What the owner does with an item that is out: close, withdraw, renew, confirm, discard."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kehui.market import services
from kehui.market.models import CloseReason
from kehui.web.errors import refusals_on
from kehui.web.market import screens, wizard
from kehui.web.members import MemberRequest, member_required

REASONS = [each for each in CloseReason.choices if each[0] != CloseReason.CONTACT_LOST]


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(label=_("原因"), choices=REASONS, widget=forms.RadioSelect)


class SureForm(forms.Form):
    """Nothing but the button."""


def _action(
    name: str,
    *,
    service: Callable[..., Any],
    form_class: type[forms.Form],
    title: Promise,
    verb: Promise,
    done: Promise,
    leads_home: bool = False,
) -> Callable[..., HttpResponse]:
    """Return the page that asks once and then calls the service."""

    @require_http_methods(["GET", "POST"])
    @member_required
    def page(request: MemberRequest, pk: int) -> HttpResponse:
        item = wizard.own(request.person, pk)
        form = form_class(request.POST if request.method == "POST" else None)
        if form.is_valid():
            with refusals_on(form):
                service(item=item, person=request.person, at=timezone.now(), **form.cleaned_data)
                messages.success(request, str(done))
                return redirect("me:home") if leads_home else redirect(screens.address_of(item))
        context = {"item": item, "form": form, "title": title, "verb": verb, "name": name}
        context["back"] = screens.address_of(item)
        status = screens.REFUSED if form.is_bound else 200
        return render(request, "market/publish/action.html", context, status=status)

    return page


close = _action(
    "close",
    service=services.close_item,
    form_class=ReasonForm,
    title=_("办结这条信息"),
    verb=_("办结"),
    done=_("已办结，不再出现在搜索和匹配里。"),
)
withdraw = _action(
    "withdraw",
    service=services.withdraw_item,
    form_class=ReasonForm,
    title=_("撤回这条信息"),
    verb=_("撤回"),
    done=_("已撤回，只有你自己还能看到。"),
)
renew = _action(
    "renew",
    service=services.renew_item,
    form_class=SureForm,
    title=_("续期"),
    verb=_("续期"),
    done=_("已续期。"),
)
confirm_contact = _action(
    "confirm_contact",
    service=services.confirm_contact,
    form_class=SureForm,
    title=_("联系人还在吗"),
    verb=_("还在，继续找"),
    done=_("已确认，信息继续有效。"),
)
discard = _action(
    "discard",
    service=services.discard_draft,
    form_class=SureForm,
    title=_("扔掉草稿"),
    verb=_("扔掉草稿"),
    done=_("草稿已扔掉。"),
    leads_home=True,
)

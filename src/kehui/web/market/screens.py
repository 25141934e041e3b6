"""What the pages of the wizard show around their form."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kehui.market.models import Indicator, Need, Offer
from kehui.market.selectors import clinic
from kehui.market.selectors.doubles import doubles_of
from kehui.matching import services as matching
from kehui.web.market import wizard
from kehui.web.members import MemberRequest

REFUSED: Final = 422
MOST_MISSING: Final = 5


def turn(request: MemberRequest, item: Need | Offer, step: str) -> HttpResponse:
    """Go on to the next page, or back to the item when it is out already."""
    if wizard.is_out(item):
        messages.success(request, _("已改好，新内容马上生效，审核员会再看一遍。"))
        return redirect(address_of(item))
    return redirect(wizard.after(item, step))


def put_aside(request: MemberRequest) -> HttpResponse:
    """Lead home; the draft waits there."""
    messages.success(request, _("草稿已存好，随时回来接着写。"))
    return redirect("me:home")


def page(
    request: MemberRequest,
    item: Need | Offer,
    step: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the wizard with its steps and the clinic beside it."""
    steps = wizard.steps(item, step)
    template = f"market/publish/{'indicators' if step == wizard.INDICATORS else 'step'}.html"
    return render(
        request,
        template,
        {
            "item": item,
            "step": step,
            "heading": wizard.heading(item, step),
            "steps": steps,
            "number": 1 + next(at for at, each in enumerate(steps) if each.slug == step),
            "before": wizard.before(item, step),
            "is_out": wizard.is_out(item),
            **panel(item),
            **context,
        },
        status=status,
    )


def panel(item: Need | Offer, *, indicators: Sequence[Indicator] | None = None) -> dict[str, Any]:
    """Return what the clinic's panel shows for the item as it stands, saved or not."""
    return {
        **checkup(item, indicators=indicators),
        "doubles": doubles_of(item)[:3],
        "offers": _offers_so_far(item),
    }


def checkup(item: Need | Offer, *, indicators: Sequence[Indicator] | None = None) -> dict[str, Any]:
    """Return the clinic's score, and the gaps with the inputs that close them."""
    found = clinic.examine(item, indicators=indicators)
    gaps = [(wizard.place(item, point.field), point) for point in found.missing]
    return {
        "score": found.score,
        "missing": [
            {
                "gain": point.gain,
                "text": point.text,
                "href": f"{wizard.address(item, slug)}#id_{name}" if slug else "",
            }
            for (slug, name), point in gaps[:MOST_MISSING]
        ],
    }


def _offers_so_far(item: Need | Offer) -> int | None:
    """Return how many offers answer the need, once there is enough of it to ask."""
    if not (isinstance(item, Need) and item.title and item.description):
        return None
    return matching.count_offers_for(need=item, at=timezone.now())


def address_of(item: Need | Offer) -> str:
    return reverse(f"market:{item.side}", args=[item.pk])

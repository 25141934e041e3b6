"""Take an item back: the same for both sides."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Schema

from kehui.api.v1.door import person_of
from kehui.api.v1.market import shown
from kehui.api.v1.market.shapes import NeedOut, OfferOut
from kehui.api.v1.receipts import answer_once
from kehui.core import dates
from kehui.market import services
from kehui.market.models import Need, Side
from kehui.market.selectors import items


class Withdrawal(Schema):
    """`reason`: solved_here, solved_elsewhere, no_longer_needed, no_answer or wrong_posting."""

    reason: str


def withdraw(
    request: HttpRequest, side: Side, number: int, payload: Withdrawal, *, key: str | None
) -> HttpResponse:
    at = timezone.now()
    person, today = person_of(request), dates.day_of(at)
    item = items.own_item(person, number, today=today)
    if item is None or item.side != side:
        raise Http404

    def action() -> NeedOut | OfferOut:
        services.withdraw_item(item=item, person=person, reason=payload.reason, at=at)
        item.refresh_from_db()
        return (
            shown.need_out(item, person, today=today)
            if isinstance(item, Need)
            else shown.offer_out(item, person, today=today)
        )

    return answer_once(request, key=key, status=200, at=at, action=action)

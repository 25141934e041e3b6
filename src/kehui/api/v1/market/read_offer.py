from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from kehui.api.v1.door import person_of
from kehui.api.v1.market import shapes, shown
from kehui.api.v1.market.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.core import dates
from kehui.market.selectors import items


@router.get(
    "/offers/{int:number}",
    tags=["offers"],
    response={200: shapes.OfferOut, **REFUSALS},
    summary="读一条科技所能 · Read one offer",
    url_name="read_offer",
    operation_id="read_offer",
)
def read_offer(request: HttpRequest, number: int) -> shapes.OfferOut:
    """读一条你能看的科技所能；高于你权限的字段为 null，他人未发布的为 404。"""
    reader, today = person_of(request), dates.day_of(timezone.now())
    found = get_object_or_404(items.visible_offers(reader, today=today), pk=number)
    return shown.offer_out(found, reader, today=today)

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
    "/needs/{int:number}",
    tags=["needs"],
    response={200: shapes.NeedOut, **REFUSALS},
    summary="读一条科技所需 · Read one need",
    url_name="read_need",
    operation_id="read_need",
)
def read_need(request: HttpRequest, number: int) -> shapes.NeedOut:
    """读一条你能看的科技所需；高于你权限的字段为 null，他人未发布的为 404。"""
    reader, today = person_of(request), dates.day_of(timezone.now())
    found = get_object_or_404(items.visible_needs(reader, today=today), pk=number)
    return shown.need_out(found, reader, today=today)

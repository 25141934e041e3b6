from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query

from kehui.api.v1 import cursors
from kehui.api.v1.people import center_shapes as shapes
from kehui.api.v1.people.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.core import dates, regions
from kehui.people.selectors import centers

LIST = "centers"


class CenterQuestion(cursors.Paging):
    region: Annotated[str, Field(max_length=24, description="GB/T 2260 代码，含下级")] = ""


@router.get(
    "/centers",
    tags=["centers"],
    response={200: shapes.CenterPage, **REFUSALS},
    summary="找服务中心 · Find centers",
    url_name="find_centers",
    operation_id="find_centers",
)
def find_centers(request: HttpRequest, question: Query[CenterQuestion]) -> shapes.CenterPage:
    """列出启用的服务中心，按地区代码排。"""
    today = dates.day_of(timezone.now())
    rows = centers.open_centers(today=today)
    if question.region:
        code = regions.parse(question.region, on=today, field="region")
        rows = rows.filter(region__in=regions.within(code))
    if question.cursor:
        (last,) = cursors.read(LIST, question.cursor, (str,))
        rows = rows.filter(region__gt=last)
    found = list(rows[: question.limit + 1])
    kept = found[: question.limit]
    more = cursors.write(LIST, kept[-1].region_id) if len(found) > question.limit else None
    return shapes.CenterPage(items=[shapes.summary(each) for each in kept], next=more)

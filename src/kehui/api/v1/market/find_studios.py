from typing import Annotated

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query

from kehui.api.v1 import cursors
from kehui.api.v1.market import shapes, shown
from kehui.api.v1.market.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.core import dates, regions
from kehui.market.selectors import items

LIST = "studios"


class StudioQuestion(cursors.Paging):
    q: Annotated[str, Field(max_length=200, description="名称、方向或技能里的词，空格隔开")] = ""
    region: Annotated[str, Field(max_length=24, description="GB/T 2260 代码，含下级")] = ""


@router.get(
    "/studios",
    tags=["studios"],
    response={200: shapes.StudioPage, **REFUSALS},
    summary="找科创工作室 · Find studios",
    url_name="find_studios",
    operation_id="find_studios",
)
def find_studios(request: HttpRequest, question: Query[StudioQuestion]) -> shapes.StudioPage:
    """找营业中和暂停接单的工作室，最近开的在前。"""
    today = dates.day_of(timezone.now())
    rows = items.visible_studios(None, today=today).order_by("-pk")
    if question.region:
        code = regions.parse(question.region, on=today, field="region")
        rows = rows.filter(region__in=regions.within(code))
    for word in question.q.split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(directions__icontains=word) | Q(skills__icontains=word)
        )
    if question.cursor:
        (last,) = cursors.read(LIST, question.cursor, (int,))
        rows = rows.filter(pk__lt=last)
    found = list(rows[: question.limit + 1])
    kept = found[: question.limit]
    more = cursors.write(LIST, kept[-1].pk) if len(found) > question.limit else None
    return shapes.StudioPage(items=[shown.studio_summary(each) for each in kept], next=more)

from typing import Annotated

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Schema

from kehui.api.v1.door import person_of
from kehui.api.v1.matching import shapes
from kehui.api.v1.matching.routing import router
from kehui.api.v1.matching.shown import expert_of
from kehui.api.v1.problems import REFUSALS, Problem
from kehui.core import dates
from kehui.market.selectors import items
from kehui.matching import policies, services


class HowMany(Schema):
    limit: Annotated[int, Field(ge=1, le=50, description="要几位，最多 50")] = 10


@router.get(
    "/needs/{int:number}/experts",
    tags=["matches"],
    response={200: shapes.ExpertList, 503: Problem, **REFUSALS},
    summary="需求可以请教的人 · People who could advise on a need",
    url_name="experts_of_need",
    operation_id="experts_of_need",
)
def experts_of_need(request: HttpRequest, number: int, asked: Query[HowMany]) -> shapes.ExpertList:
    """由本人的方向、技能、学科和所能合算，分高的在前；有利益关系的人不列出；别人的需求为 404。"""
    at = timezone.now()
    person, today = person_of(request), dates.day_of(at)
    need = get_object_or_404(items.visible_needs(person, today=today), pk=number)
    if not policies.may_see_matches(person, need, today=today):
        raise Http404
    experts = services.experts_for(need=need, most=asked.limit, at=at)
    return shapes.ExpertList(
        items=[expert_of(each) for each in experts.found],
        is_settled=experts.is_settled,
        missed_share=experts.missed_share,
    )

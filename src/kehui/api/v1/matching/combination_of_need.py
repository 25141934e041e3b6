from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from kehui.api.v1.door import person_of
from kehui.api.v1.matching import shapes
from kehui.api.v1.matching.routing import router
from kehui.api.v1.matching.shown import combination_out
from kehui.api.v1.problems import REFUSALS
from kehui.core import dates
from kehui.market.selectors import items
from kehui.matching import policies, services


@router.get(
    "/needs/{int:number}/combination",
    tags=["matches"],
    response={200: shapes.CombinationOut, **REFUSALS},
    summary="群策群力：哪几家合起来覆盖指标 · Offers that cover a need together",
    url_name="combination_of_need",
    operation_id="combination_of_need",
)
def combination_of_need(request: HttpRequest, number: int) -> shapes.CombinationOut:
    """你名下这条需求的组合建议：合起来达到指标最多的最小一组，和比单独一家多几项；别人的为 404。"""
    person, today = person_of(request), dates.day_of(timezone.now())
    need = get_object_or_404(items.visible_needs(person, today=today), pk=number)
    if not policies.may_see_matches(person, need, today=today):
        raise Http404
    found = services.combination_for(need=need, today=today)
    return shapes.CombinationOut(combination=combination_out(found) if found else None)

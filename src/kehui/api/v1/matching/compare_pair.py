from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from kehui.api.v1.door import person_of
from kehui.api.v1.market.shown import summary
from kehui.api.v1.matching import shapes
from kehui.api.v1.matching.routing import router
from kehui.api.v1.matching.shown import explanation_of
from kehui.api.v1.problems import REFUSALS, Problem
from kehui.core import dates
from kehui.market.selectors import items
from kehui.matching import policies, services


@router.get(
    "/needs/{int:need}/matches/{int:offer}",
    tags=["matches"],
    response={200: shapes.PairOut, 503: Problem, **REFUSALS},
    summary="为什么（不）是这一对 · Why, or why not, this pair",
    url_name="compare_pair",
    operation_id="compare_pair",
)
def compare_pair(request: HttpRequest, need: int, offer: int) -> shapes.PairOut:
    """任选一对供需，看分数、名次、理由，以及改什么能加分；其中一方须在你名下。"""
    at = timezone.now()
    person, today = person_of(request), dates.day_of(at)
    one = get_object_or_404(items.visible_needs(person, today=today), pk=need)
    other = get_object_or_404(items.visible_offers(person, today=today), pk=offer)
    if not any(policies.may_see_matches(person, each, today=today) for each in (one, other)):
        raise Http404
    pair = services.compare_pair(need=one, offer=other, at=at)
    return shapes.PairOut(
        need=summary(one),
        offer=summary(other),
        score=pair.found.score,
        rank=pair.rank,
        points_behind=pair.points_behind,
        raises=[shapes.Raise(**each) for each in pair.raises],
        explanation=explanation_of(pair.found.explanation, pair.found.parts),
    )

from django.http import HttpRequest
from ninja import Query

from kehui.api.v1 import cursors
from kehui.api.v1.matching import page, shapes
from kehui.api.v1.matching.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.market.models import Side


@router.get(
    "/needs/{int:number}/matches",
    tags=["matches"],
    response={200: shapes.MatchPage, **REFUSALS},
    summary="需求的匹配：谁能解决 · Matches of a need",
    url_name="matches_of_need",
    operation_id="matches_of_need",
)
def matches_of_need(
    request: HttpRequest, number: int, paging: Query[cursors.Paging]
) -> shapes.MatchPage:
    """你名下这一条的匹配，契合分高的在前，每条带完整的解释；别人的为 404。"""
    return page.matches_of(request, Side.NEED, number, paging)

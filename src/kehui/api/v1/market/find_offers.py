from django.http import HttpRequest
from ninja import Query

from kehui.api.v1.market import found, shapes
from kehui.api.v1.market.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.market.models import Side


@router.get(
    "/offers",
    tags=["offers"],
    response={200: shapes.ItemPage, **REFUSALS},
    summary="找科技所能 · Find offers",
    url_name="find_offers",
    operation_id="find_offers",
)
def find_offers(request: HttpRequest, question: Query[found.Question]) -> shapes.ItemPage:
    """按词和条件找已发布的科技所能；有词时最相关的在前（至多 200 条），没有词时最新的在前。"""
    return found.page_of(Side.OFFER, question)

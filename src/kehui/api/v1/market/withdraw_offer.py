from django.http import HttpRequest, HttpResponse

from kehui.api.v1.door import PublishToken
from kehui.api.v1.market import shapes, taking_back
from kehui.api.v1.market.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.api.v1.receipts import Key
from kehui.market.models import Side


@router.post(
    "/offers/{int:number}/withdraw",
    tags=["offers"],
    auth=PublishToken(),
    response={200: shapes.OfferOut, **REFUSALS},
    summary="撤回科技所能 · Withdraw one offer",
    url_name="withdraw_offer",
    operation_id="withdraw_offer",
)
def withdraw_offer(
    request: HttpRequest, number: int, payload: taking_back.Withdrawal, key: Key = None
) -> HttpResponse:
    """撤回你名下待审、待补充或已发布的一条，并说明原因。"""
    return taking_back.withdraw(request, Side.OFFER, number, payload, key=key)

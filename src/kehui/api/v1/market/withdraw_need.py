from django.http import HttpRequest, HttpResponse

from kehui.api.v1.door import PublishToken
from kehui.api.v1.market import shapes, taking_back
from kehui.api.v1.market.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.api.v1.receipts import Key
from kehui.market.models import Side


@router.post(
    "/needs/{int:number}/withdraw",
    tags=["needs"],
    auth=PublishToken(),
    response={200: shapes.NeedOut, **REFUSALS},
    summary="撤回科技所需 · Withdraw one need",
    url_name="withdraw_need",
    operation_id="withdraw_need",
)
def withdraw_need(
    request: HttpRequest, number: int, payload: taking_back.Withdrawal, key: Key = None
) -> HttpResponse:
    """撤回你名下待审、待补充或已发布的一条，并说明原因。"""
    return taking_back.withdraw(request, Side.NEED, number, payload, key=key)

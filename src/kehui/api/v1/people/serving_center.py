from django.http import Http404, HttpRequest
from django.utils import timezone

from kehui.api.v1.people import center_shapes as shapes
from kehui.api.v1.people.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.core import dates, regions
from kehui.people.selectors import centers


@router.get(
    "/centers/serving",
    tags=["centers"],
    response={200: shapes.CenterOut, **REFUSALS},
    summary="哪个中心服务这里 · Which center serves a place",
    url_name="serving_center",
    operation_id="serving_center",
)
def serving_center(request: HttpRequest, region: str) -> shapes.CenterOut:
    """给一个地区代码，返回服务它的中心：本地的，没有就是最近的上级。"""
    today = dates.day_of(timezone.now())
    center = centers.serving(regions.parse(region, on=today, field="region"), today=today)
    if center is None:
        raise Http404
    return shapes.summary(center)

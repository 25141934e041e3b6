from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from kehui.api.v1.people import center_shapes as shapes
from kehui.api.v1.people.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.core import dates
from kehui.people.selectors import centers


@router.get(
    "/centers/{int:number}",
    tags=["centers"],
    response={200: shapes.CenterWhole, **REFUSALS},
    summary="读一个服务中心 · Read one center",
    url_name="read_center",
    operation_id="read_center",
)
def read_center(request: HttpRequest, number: int) -> shapes.CenterWhole:
    """读一个中心：地址、现在是否开放、办事指南、政策文件。只有岗位和人数，没有姓名。"""
    at = timezone.now()
    today = dates.day_of(at)
    center = get_object_or_404(centers.open_centers(today=today), pk=number)
    return shapes.whole(center, at=at, today=today)

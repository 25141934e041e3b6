from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kehui.api.v1.door import PublishToken, person_of
from kehui.api.v1.market import handing_in, shapes, shown, writing
from kehui.api.v1.market.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.api.v1.receipts import Key, answer_once
from kehui.core import dates
from kehui.market import services
from kehui.market.models import Need, Side


@router.post(
    "/needs",
    tags=["needs"],
    auth=PublishToken(),
    response={201: shapes.NeedOut, **REFUSALS},
    summary="发布科技所需 · Publish a need",
    url_name="publish_need",
    operation_id="publish_need",
)
def publish_need(request: HttpRequest, payload: writing.NeedIn, key: Key = None) -> HttpResponse:
    """写一条需求并提交审核，一次完成：要么全部成功，要么什么也不留下。"""
    at, person = timezone.now(), person_of(request)

    def action() -> shapes.NeedOut:
        draft = services.start_draft(
            side=Side.NEED,
            kind=payload.kind,
            holder=person,
            entered_by=person,
            organization=handing_in.organization_called(payload.organization, person, at=at),
            at=at,
        )
        assert isinstance(draft, Need)  # the side says so  # noqa: S101
        services.save_draft(
            item=draft, person=person, values=writing.values_of(payload, at=at), at=at
        )
        services.add_indicators(
            need=draft, person=person, indicators=writing.indicators_of(payload), at=at
        )
        handing_in.hand_in(draft, person, at=at)
        return shown.need_out(draft, person, today=dates.day_of(at))

    return answer_once(request, key=key, status=201, at=at, action=action)

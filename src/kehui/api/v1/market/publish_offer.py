from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kehui.api.v1.door import PublishToken, person_of
from kehui.api.v1.market import handing_in, shapes, shown, writing
from kehui.api.v1.market.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.api.v1.receipts import Key, answer_once
from kehui.core import dates
from kehui.market import services
from kehui.people.models import Organization, Person, Team


@router.post(
    "/offers",
    tags=["offers"],
    auth=PublishToken(),
    response={201: shapes.OfferOut, **REFUSALS},
    summary="发布科技所能 · Publish an offer",
    url_name="publish_offer",
    operation_id="publish_offer",
)
def publish_offer(request: HttpRequest, payload: writing.OfferIn, key: Key = None) -> HttpResponse:
    """写一条所能并提交审核；还没有工作室时，一并开一间。要么全部成功，要么什么也不留下。"""
    at, person = timezone.now(), person_of(request)

    def action() -> shapes.OfferOut:
        draft = services.start_offer(
            owner=_owner(payload, person, at=at), person=person, kind=payload.kind, at=at
        )
        services.save_draft(
            item=draft, person=person, values=writing.values_of(payload, at=at), at=at
        )
        if payload.achievement is not None:
            services.describe_achievement(
                offer=draft, person=person, values=payload.achievement.model_dump(), at=at
            )
        handing_in.hand_in(draft, person, at=at)
        return shown.offer_out(draft, person, today=dates.day_of(at))

    return answer_once(request, key=key, status=201, at=at, action=action)


def _owner(
    payload: writing.OfferIn, person: Person, *, at: datetime
) -> Person | Team | Organization:
    if payload.team:
        return handing_in.team_called(payload.team, person)
    return handing_in.organization_called(payload.organization, person, at=at) or person

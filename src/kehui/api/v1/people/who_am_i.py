from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema

from kehui.api.v1.door import token_of
from kehui.api.v1.people.routing import router
from kehui.api.v1.problems import REFUSALS
from kehui.core import dates
from kehui.people import selectors


class ActingFor(Schema):
    uid: UUID
    name: str


class WhoAmI(Schema):
    """The person behind the token, the organizations and teams to publish for, the token itself."""

    id: int
    uid: UUID
    name: str
    level: int
    organizations: list[ActingFor]
    teams: list[ActingFor]
    token_name: str
    scopes: list[str]
    expires_at: datetime
    last_used_at: datetime | None


@router.get(
    "/me",
    tags=["me"],
    response={200: WhoAmI, **REFUSALS},
    summary="令牌是谁的、能做什么 · Whose token it is",
    url_name="who_am_i",
    operation_id="who_am_i",
)
def who_am_i(request: HttpRequest) -> WhoAmI:
    """看令牌属于谁、能替哪些单位和团队发布、有哪些权限、何时到期。"""
    token = token_of(request)
    person, today = token.person, dates.day_of(timezone.now())
    ours = selectors.organizations_of(person, today=today)
    teams = selectors.teams_of(person).filter(lead=person)
    return WhoAmI(
        id=person.pk,
        uid=person.uid,
        name=person.name,
        level=person.level,
        organizations=[ActingFor(uid=each.uid, name=each.name) for each in ours],
        teams=[ActingFor(uid=each.uid, name=each.name) for each in teams],
        token_name=token.name,
        scopes=token.scopes,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
    )

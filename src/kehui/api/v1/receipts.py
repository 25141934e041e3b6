"""Writes that may be sent twice: the same key gets the same answer, and nothing is done again."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import Header, Schema
from ninja.responses import NinjaJSONEncoder

from kehui.api.v1.door import person_of
from kehui.core.errors import Refused
from kehui.ledger.models import Response
from kehui.ledger.services import once

DOOR = "api"

# Not required by the schema, so that a missing one gets its own sentence.
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="必填。自己生成的唯一键，1 至 200 个字符；重发同一请求时不变。",
    ),
]


class KeyMissing(Refused):
    code = "IDEMPOTENCY_KEY_MISSING"
    message = _("写入要带 Idempotency-Key 请求头：自己生成一个唯一的键，重发时不变。")
    message_en = "A write needs an Idempotency-Key header: a unique key, the same in every retry."
    status = 400


def answer_once(
    request: HttpRequest,
    *,
    key: str | None,
    status: int,
    at: datetime,
    action: Callable[[], Schema],
) -> HttpResponse:
    """Run the action for this key in one transaction, or give its first answer again.

    Raises:
        KeyMissing: no key was sent.
        KeyReused, KeyMalformed: see there.
    """
    if not key:
        raise KeyMissing

    def act() -> Response:
        text = json.dumps(action().dict(), cls=NinjaJSONEncoder)  # as reading would write it
        return Response(status=status, body=json.loads(text))

    done = once(
        key=key,
        door=DOOR,
        person=person_of(request).pk,
        request=f"{request.method} {request.path}\n".encode() + request.body,
        at=at,
        action=act,
    )
    # In order of name: the stored body comes back in an order of the database's own.
    response = JsonResponse(
        done.body,
        status=done.status,
        json_dumps_params={"ensure_ascii": False, "sort_keys": True},
    )
    if done.is_replayed:
        response["Idempotency-Replayed"] = "true"
    if place := done.body.get("url"):
        response["Location"] = str(place)
    return response

"""Answers to what cannot be done: problem documents (RFC 9457) with our stable codes."""

import logging
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from kehui.core.errors import Refused

logger = logging.getLogger("kehui.api")
MEDIA_TYPE: Final = "application/problem+json"
TITLES: Final = {
    400: "请求有误",
    401: "需要有效的令牌",
    403: "没有权限",
    404: "没有找到",
    409: "与现状冲突",
    413: "内容太大",
    422: "内容不合要求",
    429: "请求太频繁",
    503: "还没准备好",
}


class Fault(Schema):
    """One thing to put right, at its field."""

    field: str | None
    code: str
    detail: str
    detail_en: str


class Problem(Schema):
    """Why it was not done. `code` never changes; `detail` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    detail_en: str
    field: str | None = None
    errors: list[Fault] = []


# What every address may answer beside its own success, for the schema
REFUSALS: Final = {frozenset({400, 401, 403, 404, 409, 422, 429}): Problem}


class NotFound(Refused):
    code = "NOT_FOUND"
    message = _("没有找到，或你无权查看。")
    message_en = "There is nothing here, or nothing that you may see."
    status = 404


class NotAllowed(Refused):
    code = "FORBIDDEN"
    message = _("你没有这项权限。")
    message_en = "You do not have this right."
    status = 403


class TooLarge(Refused):
    code = "BODY_TOO_LARGE"
    message = _("请求内容太大。")
    message_en = "The body of the request is too large."
    status = 413


class BodyMalformed(Refused):
    code = "BODY_MALFORMED"
    message = _("请求内容不是有效的 JSON。")
    message_en = "The body of the request is no valid JSON."
    status = 400


class Paused(Refused):
    """The database is gone for a moment; what was asked may or may not be done: the key helps."""

    code = "PAUSED"
    message = _("数据库正在重启或升级，这次多半没有办成。请过几秒用同一个键重发，不会做两次。")
    message_en = (
        "The database is restarting and this was probably not done. Send it again in a few seconds "
        "with the same key; it will not be done twice."
    )
    status = 503
    retry_after_seconds = 10


class ValueInvalid(Refused):
    """What the schema refuses before any rule of the market is asked."""

    code = "VALUE_INVALID"
    message = _("“{name}”的值不合要求：{why}。")
    message_en = "The value of “{name}” does not fit: {why}."


class Unfit(Refused):
    """More than one value does not fit the schema; `faults` names them all."""

    code = "REQUEST_INVALID"
    message = _("有 {count} 处不合要求。")
    message_en = "{count} values do not fit."

    def __init__(self, faults: Sequence[Refused]) -> None:
        super().__init__(count=len(faults))
        self.faults = list(faults)


# What Django and the toolkit raise, and what we say instead
INSTEAD: Final[dict[type[Exception], type[Refused]]] = {
    Http404: NotFound,
    PermissionDenied: NotAllowed,
    RequestDataTooBig: TooLarge,
    HttpError: BodyMalformed,
    OperationalError: Paused,
    InterfaceError: Paused,
}


def speak_problems(api: NinjaAPI) -> None:
    """Have everything that is refused answered by a problem document."""
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(ValidationError, _unfit)
    for error, refusal in INSTEAD.items():
        api.add_exception_handler(error, partial(_instead, refusal))


def document(refusal: Refused) -> Problem:
    faults: Sequence[Refused] = getattr(refusal, "faults", [])
    return Problem(
        type=f"urn:kehui:problem:{refusal.code}",
        title=TITLES.get(refusal.status) or HTTPStatus(refusal.status).phrase,
        status=refusal.status,
        code=refusal.code,
        detail=refusal.chinese,
        detail_en=refusal.english,
        field=refusal.field,
        errors=[
            Fault(
                field=fault.field,
                code=fault.code,
                detail=fault.chinese,
                detail_en=fault.english,
            )
            for fault in faults
        ],
    )


def answer(refusal: Refused) -> HttpResponse:
    """Return the refusal as a problem document, with the headers its status asks for."""
    response = JsonResponse(
        document(refusal).dict(),
        status=refusal.status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="kehui"'
    if seconds := getattr(refusal, "retry_after_seconds", None):
        response["Retry-After"] = str(seconds)
    return response


def _instead(refusal: type[Refused], request: HttpRequest, error: Exception) -> HttpResponse:
    return _answer_logged(request, refusal(), cause=error)


def _refused(request: HttpRequest, refusal: Refused | type[Refused]) -> HttpResponse:
    said = refusal() if isinstance(refusal, type) else refusal
    return _answer_logged(request, said, cause=said)


def _answer_logged(request: HttpRequest, refusal: Refused, *, cause: Exception) -> HttpResponse:
    """Answer; what is our fault and not the program's is told to the operator with its cause."""
    if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s %s: %s", request.method, request.path, refusal.code, exc_info=cause)
    return answer(refusal)


def _unfit(_request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    found = [] if isinstance(error, type) else error.errors
    faults = [_value_invalid(each) for each in found]
    return answer(faults[0] if len(faults) == 1 else Unfit(faults))


def _value_invalid(found: dict[str, Any]) -> ValueInvalid:
    """Name the field by its path in the body: indicators.0.target."""
    path = [str(each) for each in found["loc"]]
    name = ".".join(path[2:] if path[:1] == ["body"] and len(path) > 2 else path[1:] or path)
    return ValueInvalid(field=name, name=name, why=found["msg"])

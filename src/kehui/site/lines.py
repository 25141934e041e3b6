"""Programs come over an encrypted line or not at all."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from kehui.api.v1 import problems
from kehui.core.errors import Refused

Handler = Callable[[HttpRequest], HttpResponseBase]

PROGRAMS: Final = ("/api/", "/metrics")  # addresses that nobody types


class LineIsPlain(Refused):
    code = "LINE_IS_PLAIN"
    message = _("接口只接受 HTTPS。这次的令牌已经明文传过，请撤销它，另建一个。")
    message_en = (
        "Programs are answered over HTTPS only. Your token has crossed the line unsealed: "
        "revoke it and make another."
    )
    status = 403


def no_plain_programs(get_response: Handler) -> Handler:
    """Refuse a program without encryption: sent on, it would never learn that its key leaked."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if settings.HTTPS and request.path.startswith(PROGRAMS) and not request.is_secure():
            return problems.answer(LineIsPlain())
        return get_response(request)

    return answer

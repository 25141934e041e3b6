"""Count what a token asks, so that one program cannot take the place for itself."""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.people.models import ApiToken

MINUTE = timedelta(minutes=1)


class TooManyCalls(Refused):
    """`retry_after_seconds` says when the next minute begins."""

    code = "TOO_MANY_CALLS"
    message = _("这个令牌一分钟内最多调用 {most} 次。请 {seconds} 秒后再试。")
    message_en = "A token may call {most} times a minute. Please try again in {seconds} seconds."
    status = 429

    @property
    def retry_after_seconds(self) -> int:
        return int(str(self.params["seconds"]))


def count_call(*, token: ApiToken, at: datetime) -> int:
    """Count one call of the token, and return how many are left in this minute.

    One statement, so that calls at once are counted one by one; nothing else waits for it.

    Raises:
        TooManyCalls: the minute's calls are used up; refused ones count too.
    """
    minute = at.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [token.pk, minute])
        (count,) = cursor.fetchone()
    left = settings.CALLS_PER_MINUTE - count
    if left < 0:
        raise TooManyCalls(most=settings.CALLS_PER_MINUTE, seconds=seconds_left(at))
    return int(left)


def seconds_left(at: datetime) -> int:
    """Return how many seconds the minute of calls still lasts, at least one."""
    end = at.replace(second=0, microsecond=0) + MINUTE
    return max(1, math.ceil((end - at).total_seconds()))


COUNT = """
INSERT INTO people_callcount AS known (token_id, minute, count) VALUES (%s, %s, 1)
ON CONFLICT (token_id) DO UPDATE SET
    count = CASE WHEN known.minute >= excluded.minute THEN known.count + 1 ELSE 1 END,
    minute = greatest(known.minute, excluded.minute)
RETURNING count
"""

"""Answer a repeated write only once."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.ledger.models import Receipt, Response

KEY_LENGTH = 200  # as wide as the column


class KeyReused(Refused):
    code = "KEY_REUSED"
    message = _("这个幂等键已用于另一个请求。请换一个新键再提交。")
    message_en = "This idempotency key was used for another request. Please send it with a new key."
    status = 409


class KeyMalformed(Refused):
    code = "KEY_FORM"
    message = _("幂等键应为 1 至 200 个字符。")
    message_en = "An idempotency key has 1 to 200 characters."


@transaction.atomic
def once(
    *,
    key: str,
    door: str,
    person: int | None,
    request: bytes | str,
    at: datetime,
    action: Callable[[], Response],
) -> Response:
    """Run the action for this key, or give again the answer that it got the first time.

    The receipt is written in the transaction of the effect: both are there, or
    neither. Of two at once the second waits at the unique constraint. A refused
    action leaves no receipt, so its key may be used again.

    Raises:
        KeyMalformed: the key is empty or too long.
        KeyReused: the key came before with another request.
    """
    if not 1 <= len(key) <= KEY_LENGTH:
        raise KeyMalformed
    request_hash = hashlib.sha256(request.encode() if isinstance(request, str) else request)
    receipt, is_first = Receipt.objects.get_or_create(
        door=door,
        person=person,
        key=key,
        defaults={"request_hash": request_hash.digest(), "created_at": at},
    )
    if is_first:
        response = action()
        receipt.status, receipt.body = response.status, response.body
        receipt.save(update_fields=["status", "body"])
        return response
    if bytes(receipt.request_hash) != request_hash.digest():
        raise KeyReused
    return Response(status=receipt.status, body=receipt.body, is_replayed=True)


def forget_receipts(*, before: datetime) -> int:
    """Delete receipts older than `before`; keys live 90 days, the ledger's ids for good."""
    return Receipt.objects.filter(created_at__lt=before).delete()[0]

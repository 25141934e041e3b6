"""Log who looked at what is not for everybody, and forget a reason when the law asks for it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.ledger.facts import AccessLogged, AccessReasonForgotten, commitment
from kehui.ledger.models import Access
from kehui.ledger.services.entries import record


class AccessReasonMissing(Refused):
    code = "ACCESS_REASON"
    message = _("请写明为什么要查看。")
    message_en = "Please say why you need to see this."
    field = "reason"


@transaction.atomic
def log_access(
    *,
    actor: int | None,
    thing: str,
    number: int,
    fields: Sequence[str],
    reason: str,
    salt: bytes,
    at: datetime,
) -> Access:
    """Write down that somebody looks, and record AccessLogged.

    Call it in the transaction that reads what is shown: no log, no look.

    Args:
        actor: the person who looks; nobody when the platform itself does.
        thing: what kind of thing, such as `person`.
        number: which one.
        fields: the names of the fields shown.
        reason: why, in words; it does not enter the log, only a hash of it with the salt does.
        salt: 16 random bytes.

    Raises:
        AccessReasonMissing: no reason is given.
    """
    if not reason.strip():
        raise AccessReasonMissing
    fact = AccessLogged(
        thing=thing,
        number=number,
        fields=tuple(sorted(fields)),
        reason=commitment(reason, salt),
    )
    (entry,) = record(fact, actor=actor, at=at)
    return Access.objects.create(
        entry=entry,
        actor=actor,
        at=at,
        thing=thing,
        number=number,
        fields=" ".join(fact.fields),
        reason=reason,
        salt=salt,
    )


@transaction.atomic
def forget_reason(*, access: Access, actor: int | None, at: datetime) -> None:
    """Empty the reason of an access with its salt, and record AccessReasonForgotten once."""
    access = Access.objects.select_for_update().get(pk=access.pk)
    if access.reason:
        Access.objects.filter(pk=access.pk).update(reason="", salt=b"")
        record(AccessReasonForgotten(access=access.entry_id), actor=actor, at=at)

"""Letters: promised in a row, carried by a job at least once, and ended exactly once."""

import json
import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.core.vault import texts
from kehui.notices.models import Letter
from kehui.notices.services.carriers import (
    Carrier,
    CarrierDown,
    CarrierRefused,
    Content,
    Terminal,
    carrier,
)

logger = logging.getLogger("kehui.notices")

TABLE: Final = Letter._meta.db_table
CHANNEL: Final = "kehui_letters"  # of NOTIFY: the worker listens
LEASE: Final = timedelta(minutes=1)  # longer than any carrier may take (LETTER_SECONDS)
PAUSES: Final = (timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=60))


class LettersOff(Refused):
    """Nobody set up who carries letters of this channel."""

    code = "LETTERS_OFF"
    message = _("平台还没有开通{channel}。请换一种方式，或联系平台运营人员。")
    message_en = "{channel} is not set up here. Please take another way, or ask the operators."
    status = 503


@transaction.atomic
def post_letter(
    *, channel: Letter.Channel, content: Content, key: str, expires_at: datetime, at: datetime
) -> Letter:
    """Promise to send a letter; of one key there is one letter.

    It is sealed at once, and emptied when it has come to an end.

    Raises:
        LettersOff: there is no carrier; nothing was written.
        KeyServiceDown, KeyServiceRefused: nothing was written.
    """
    if carrier(channel) is None:
        raise LettersOff(channel=channel.label)
    sealed = texts.sealed_text(json.dumps(asdict(content)), table=TABLE, column="content")
    letter, _is_new = Letter.objects.get_or_create(
        key=key,
        defaults={
            "channel": channel,
            "content": sealed,
            "accepted_at": at,
            "due_at": at,
            "expires_at": expires_at,
        },
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return letter


def send_next(*, at: datetime) -> int:
    """Carry one letter that is due; return 0 when there is none.

    It is leased, carried outside of any transaction, and then noted: whoever dies in between
    leaves it to be carried again when the lease is over.
    """
    letter = leased(at=at)
    if letter is None:
        return 0
    if letter.state != Letter.State.ACCEPTED:
        return 1  # its time was over
    try:
        _carry(letter)
    except CarrierDown as down:
        _put_off(letter, down, at=at)
    except CarrierRefused as refused:
        end(letter, Letter.State.FAILED, code=refused.code, at=at)
    except Refused as refusal:  # the keys are away, or the row is damaged
        _put_off(letter, CarrierDown(refusal.code), at=at)
    else:
        end(letter, Letter.State.DELIVERED, at=at)
    return 1


@transaction.atomic
def leased(*, at: datetime) -> Letter | None:
    """Take the letter that has waited longest, and keep other workers away from it for a while."""
    due = Letter.objects.filter(state=Letter.State.ACCEPTED, due_at__lte=at)
    letter = due.select_for_update(skip_locked=True).order_by("due_at", "pk").first()
    if letter is None:
        return None
    if letter.expires_at <= at:
        end(letter, Letter.State.EXPIRED, code=letter.code, at=at)
    else:
        letter.tries += 1
        letter.due_at = at + LEASE
        letter.save(update_fields=["tries", "due_at"])
    return letter


def _carry(letter: Letter) -> None:
    taker: Carrier | None = carrier(letter.channel)
    if taker is None:
        raise CarrierDown(LettersOff.code)
    taker.carry(read_letter(letter), key=letter.key)


def read_letter(letter: Letter) -> Content:
    """Return what the letter says. Whoever calls this answers for who sees it.

    Raises:
        ValueDamaged, KeyUnknown, KeyServiceDown, KeyServiceRefused.
    """
    return Content(**json.loads(texts.opened_text(letter.content, table=TABLE, column="content")))


def _put_off(letter: Letter, down: CarrierDown, *, at: datetime) -> None:
    """Try again later, at the latest when its time is over: then it is noted as expired."""
    pause = down.pause or PAUSES[min(letter.tries, len(PAUSES)) - 1]
    letter.code = down.code
    letter.due_at = min(at + pause, letter.expires_at)
    _save(letter, "code", "due_at")
    logger.warning("letter %d waits: %s", letter.pk, down.code)


def end(letter: Letter, state: Letter.State, *, at: datetime, code: str = "") -> None:
    """Note how it ended, and empty it; whoever ended it first is right."""
    letter.state, letter.code, letter.ended_at = state, code, at
    if not _is_shown(letter):
        letter.content = ""
    _save(letter, "state", "code", "ended_at", "content")
    if state != Letter.State.DELIVERED:
        logger.warning("letter %d is %s: %s", letter.pk, state.value, code)


def _is_shown(letter: Letter) -> bool:
    """Say whether operators of a demonstration read it on their page."""
    return letter.state == Letter.State.DELIVERED and is_on_terminal(letter.channel)


def _save(letter: Letter, *names: str) -> None:
    """Write the outcome, unless another worker has ended the letter meanwhile."""
    row = Letter.objects.filter(pk=letter.pk, state=Letter.State.ACCEPTED)
    row.update(**{each: getattr(letter, each) for each in names})


def is_on_terminal(channel: str) -> bool:
    return isinstance(carrier(channel), Terminal)


def forget_letters(*, before: datetime) -> int:
    """Delete letters accepted before then, whatever became of them."""
    return Letter.objects.filter(accepted_at__lt=before).delete()[0]

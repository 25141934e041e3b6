"""Challenges: some work, or without JavaScript a wait, before a door opens to who tries often.

The work is ALTCHA's: derive keys until one begins as asked. Whoever has no script waits instead.
Both are written on a ticket that is signed, good for one form, for some minutes, and once.
"""

import base64
import json
import math
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import altcha
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.ledger.models import Response
from kehui.ledger.services import once
from kehui.people import policies
from kehui.people.services.codes import HOUR
from kehui.people.services.tries import (
    WINDOW,
    Limit,
    block,
    count,
    name_subject,
    subject,
    tries_of,
)

LIFE: Final = timedelta(minutes=10)
WAITS_AT_ONCE: Final = 3  # of one block of addresses
DOOR: Final = "challenge"  # of the receipts that keep what was spent
LONGEST: Final = 4000  # characters of a solution or a ticket
SALT: Final = "kehui.people.challenges"


class Form(StrEnum):
    """What a challenge was made for."""

    SIGN_IN = "sign_in"
    SIGN_UP = "sign_up"
    CODE = "code"
    RESET = "reset"


class ChallengeMissing(Refused):
    code = "CHALLENGE_MISSING"
    message = _("最近尝试较多，要先做一次安全检查。请等它完成，再按一次。")
    message_en = "There were many tries lately: please let the check finish, then press again."


class ChallengeWrong(Refused):
    code = "CHALLENGE_WRONG"
    message = _("安全检查没有通过，已换了新的。请再按一次。")
    message_en = "The check did not pass. Here is a new one; please press again."


class ChallengeExpired(Refused):
    code = "CHALLENGE_EXPIRED"
    message = _("安全检查已过期（10 分钟内有效），已换了新的。请再按一次。")
    message_en = "The check has expired after ten minutes. Here is a new one; please press again."


class ChallengeUsed(Refused):
    code = "CHALLENGE_USED"
    message = _("这次安全检查已经用过，每次只能用一次，已换了新的。请再按一次。")
    message_en = "This check was used already. Here is a new one; please press again."
    status = 409


class ChallengeTooSoon(Refused):
    code = "CHALLENGE_WAIT"
    message = _("还要等 {seconds} 秒，然后再按一次。")
    message_en = "Please wait {seconds} more seconds, then press again."


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What is signed: for which form and step, under which number, from when until when.

    Times are seconds since 1970, of our own clock: how wrong the clock of a device is, is all one.
    """

    form: str
    step: int
    serial: str
    due: int
    until: int


def ticket(*, form: Form, step: int, serial: str, wait: int, at: datetime) -> Ticket:
    """Return a ticket that counts in `wait` seconds; `serial` is random."""
    due = math.floor(at.timestamp()) + wait
    until = due + int(LIFE.total_seconds())
    return Ticket(form=form, step=step, serial=serial, due=due, until=until)


def work_key() -> str:
    """Return the key that signs work, of this deployment alone."""
    return salted_hmac(SALT, "work", algorithm="sha256").hexdigest()


def signed_ticket(ticket: Ticket) -> str:
    return Signer(salt=SALT).sign_object(asdict(ticket))


def read_ticket(text: str) -> Ticket | None:
    """Return the ticket of a wait, or None if we did not sign it."""
    try:
        return Ticket(**Signer(salt=SALT).unsign_object(text[:LONGEST]))
    except BadSignature:
        return None


def step_of(*, form: Form, address: str, name: str, at: datetime) -> int:
    """Return how much the next try costs; `name` is what was typed, empty before that."""
    net = block(address)
    wanted = {"net": (subject("net", net), WINDOW)}
    if name:
        wanted["name"] = (name_subject(name), WINDOW)
    if form == Form.SIGN_UP:
        wanted["join"] = (subject("join", net), WINDOW)
    if form in {Form.CODE, Form.RESET}:
        wanted["code net"] = (subject("code net", net), HOUR)
    counted = {
        kind: tries_of(whom, at=at, window=window) for kind, (whom, window) in wanted.items()
    }
    return policies.challenge_step(counted)


@transaction.atomic
def pass_challenge(
    *, form: Form, step: int, solution: str, waiting: str, address: str, at: datetime
) -> None:
    """Make sure that this try has cost what its step asks for, and spend what it brings.

    Of waits only a few count at a time for a block of addresses, however many were begun.

    Raises:
        ChallengeMissing: it brings nothing, or was made for a lower step.
        ChallengeWrong: it is not solved, not ours, or of another form.
        ChallengeExpired, ChallengeUsed, ChallengeTooSoon: see there.
        TooManyTries: others of this block of addresses wait as well.
    """
    if step == 0:
        return
    if not solution and not waiting:
        raise ChallengeMissing
    brought = _solved(solution) if solution else read_ticket(waiting)
    if brought is None or brought.form != form:
        raise ChallengeWrong
    _check(brought, step, at=at)
    if not solution:
        span = timedelta(seconds=policies.WAITS[brought.step])
        count([Limit(subject("wait", block(address)), WAITS_AT_ONCE, span)], at=at)
    receipt = once(
        key=brought.serial,
        door=DOOR,
        person=None,
        request=brought.form,
        at=at,
        action=lambda: Response(status=200, body={}),
    )
    if receipt.is_replayed:
        raise ChallengeUsed


def _check(brought: Ticket, step: int, *, at: datetime) -> None:
    seconds = at.timestamp()
    if seconds >= brought.until:
        raise ChallengeExpired
    if brought.step < step:
        raise ChallengeMissing
    if seconds < brought.due:
        raise ChallengeTooSoon(seconds=math.ceil(brought.due - seconds))


def _solved(text: str) -> Ticket | None:
    """Return the ticket in a solution, or None.

    It is read from compact JSON in ALTCHA's own order alone: one solution is one text.
    """
    if len(text) > LONGEST:
        return None
    try:
        said = json.loads(base64.b64decode(text))
        payload = altcha.Payload.from_dict(said)
        plain = json.dumps(payload.to_dict(), separators=(",", ":"))
        if text != base64.b64encode(plain.encode()).decode():
            return None
        if not altcha.verify_solution(payload, work_key()).verified:
            return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Ticket(**(payload.challenge.parameters.data or {}))

"""What a form asks of who tries often: made here, by chance; judged by the service."""

import json
import math
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import altcha
from django.http import HttpRequest

from kehui.people import policies, services
from kehui.people.services import Form
from kehui.web.people.ways import client_address

ALGORITHM: Final = "PBKDF2/SHA-256"  # native in every browser: no advantage for other machines
COST: Final = 5000  # rounds for one key, about a millisecond
SERIAL_BYTES: Final = 16


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """For the component `c-challenge`: work for its script, a signed wait for who has none."""

    work: str
    waiting: str
    seconds: int


def check(request: HttpRequest, form: Form, *, name: str = "", at: datetime) -> None:
    """Let the form pass if this try has cost what it has to.

    Raises:
        ChallengeMissing, ChallengeWrong, ChallengeExpired, ChallengeUsed, ChallengeTooSoon,
        TooManyTries: see pass_challenge.
    """
    services.pass_challenge(
        form=form,
        step=_step(request, form, name, at=at),
        solution=request.POST.get("challenge", ""),
        waiting=request.POST.get("waiting", ""),
        address=client_address(request),
        at=at,
    )


def shown(request: HttpRequest, form: Form, *, name: str = "", at: datetime) -> Challenge | None:
    """Return what the next try of this form costs, or None when all is calm.

    Who pressed too early goes on waiting, and does not begin anew.
    """
    step = _step(request, form, name, at=at)
    if step == 0:
        return None
    begun = services.read_ticket(request.POST.get("waiting", ""))
    seconds = at.timestamp()
    if begun is None or begun.form != form or begun.step < step or begun.due <= seconds:
        begun = _ticket(form, step, policies.WAITS[step], at=at)
    return Challenge(
        work=_work(form, step, at=at),
        waiting=services.signed_ticket(begun),
        seconds=math.ceil(begun.due - seconds),
    )


def _step(request: HttpRequest, form: Form, name: str, *, at: datetime) -> int:
    return services.step_of(form=form, address=client_address(request), name=name, at=at)


def _ticket(form: Form, step: int, wait: int, *, at: datetime) -> services.Ticket:
    serial = secrets.token_hex(SERIAL_BYTES)
    return services.ticket(form=form, step=step, serial=serial, wait=wait, at=at)


def _work(form: Form, step: int, *, at: datetime) -> str:
    """Return a challenge for ALTCHA's worker, which counts up to a number that only we know."""
    challenge = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.randbelow(policies.WORK[step]),
        data=asdict(_ticket(form, step, 0, at=at)),
        hmac_secret=services.work_key(),
    )
    return json.dumps(challenge.to_dict())

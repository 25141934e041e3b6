"""Send what hooks have to tell: signed, tried again for a day, at least once with the same id.

The form is that of Standard Webhooks 1.0 (symmetric signatures). Messages of one hook may overtake
each other: one that failed waits, those behind it do not.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from django.db import transaction

from kehui.core import outbound
from kehui.core.errors import Refused
from kehui.core.outbound import Answer, NoAnswer, Place
from kehui.hooks import policies, selectors
from kehui.hooks.models import ANSWER_LENGTH, Attempt, Delivery, Hook
from kehui.hooks.services.keeping import stop
from kehui.hooks.services.sealing import unsealed

AT_ONCE: Final = 8
OF_ONE_HOOK: Final = 4  # in a round, so that one that does not answer holds up nobody
SECONDS: Final = 10.0
MOST_BYTES: Final = 65_536
LEASE: Final = timedelta(minutes=5)  # after which a message of a killed process is sent again
REST: Final = timedelta(seconds=30)
DELAYS: Final = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 300, 480, 600))
SPREAD: Final = 0.2  # a delay is up to a fifth shorter or longer
GONE: Final = 410
LEAD: Final = "whsec_"  # of a secret

Clock = Callable[[], datetime]
Chance = Callable[[], float]


class Ask(Protocol):
    """How `kehui.core.outbound.ask` is called."""

    def __call__(
        self,
        place: Place,
        *,
        body: bytes,
        headers: dict[str, str],
        seconds: float,
        most_bytes: int,
    ) -> Answer: ...


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message ready to be sent: nothing more is asked of the database."""

    delivery: Delivery
    place: Place
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a try went; `why` is a code where nobody answered."""

    status: int | None = None
    why: str = ""
    answer: str = ""
    milliseconds: int = 0


def signature(secret: str, *, number: str, timestamp: int, body: bytes) -> str:
    """Return "v1," and the base64 of HMAC-SHA-256 over `number.timestamp.body`.

    The key is what the base64 after "whsec_" stands for (Standard Webhooks 1.0).

    Raises:
        ValueError: the secret has another form.
    """
    try:
        key = base64.b64decode(secret.removeprefix(LEAD), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is base64") from error
    said = f"{number}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()}"


def send_due(*, clock: Clock, chance: Chance, ask: Ask = outbound.ask) -> int:
    """Send some of what is due, several at once, and return how many were tried.

    `chance` gives a number from 0 to 1: how far the next try is moved. Nothing is locked meanwhile.
    """
    letters: list[Letter] = []
    claimed = _claimed(clock())
    for each in claimed:
        ready = _written(each, at=clock())
        if isinstance(ready, Letter):
            letters.append(ready)
        else:
            _settle(each, ready, at=clock(), chance=chance)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        outcomes = pool.map(lambda letter: _sent(letter, ask=ask, clock=clock), letters)
        for letter, outcome in zip(letters, outcomes, strict=True):
            _settle(letter.delivery, outcome, at=clock(), chance=chance)
    return len(claimed)


@transaction.atomic
def _claimed(at: datetime) -> list[Delivery]:
    """Take some messages: nobody else takes them before the lease is over."""
    waiting = selectors.due(at=at).select_for_update(skip_locked=True, of=("self",))
    taken: list[Delivery] = []
    of_hook: dict[int, int] = {}
    for each in waiting[: AT_ONCE * 8]:
        if len(taken) < AT_ONCE * 2 and of_hook.get(each.hook_id, 0) < OF_ONE_HOOK:
            of_hook[each.hook_id] = of_hook.get(each.hook_id, 0) + 1
            each.tries, each.due_at = each.tries + 1, at + LEASE
            taken.append(each)
    Delivery.objects.bulk_update(taken, ["tries", "due_at"])
    return taken


def _written(delivery: Delivery, *, at: datetime) -> Letter | Outcome:
    """Return the letter, or why there is none: the place is allowed no more, the secret is shut."""
    hook, body, timestamp = delivery.hook, delivery.body.encode(), int(at.timestamp())
    number = f"msg_{delivery.uid.hex}"
    try:
        place = outbound.listed_place(hook.url)
        signatures = [
            signature(unsealed(each, uid=hook.uid), number=number, timestamp=timestamp, body=body)
            for each in _secrets(hook, at=at)
        ]
    except Refused as refusal:
        return Outcome(why=refusal.code)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Kehui-Hooks/1",
        "webhook-id": number,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
    return Letter(delivery=delivery, place=place, headers=headers, body=body)


def _secrets(hook: Hook, *, at: datetime) -> Iterable[bytes]:
    yield bytes(hook.secret)
    if hook.former_secret is not None and hook.former_until is not None and hook.former_until > at:
        yield bytes(hook.former_secret)


def _sent(letter: Letter, *, ask: Ask, clock: Clock) -> Outcome:
    began = clock()
    status, why, said = None, "", b""
    try:
        answer = ask(
            letter.place,
            body=letter.body,
            headers=letter.headers,
            seconds=SECONDS,
            most_bytes=MOST_BYTES,
        )
        status, said = answer.status, answer.body
    except NoAnswer as error:
        why = error.code
    except Refused as refusal:
        why = refusal.code
    spent = max(timedelta(0), clock() - began)
    text = said.decode(errors="replace").replace("\0", "\ufffd")[:ANSWER_LENGTH]
    milliseconds = int(spent / timedelta(milliseconds=1))
    return Outcome(status=status, why=why, answer=text, milliseconds=milliseconds)


@transaction.atomic
def _settle(delivery: Delivery, outcome: Outcome, *, at: datetime, chance: Chance) -> None:
    """Write down how it went, and what comes next; the hook may have been ended meanwhile."""
    hook = Hook.objects.select_for_update(of=("self",)).filter(pk=delivery.hook_id).first()
    found = Delivery.objects.select_for_update().filter(pk=delivery.pk).first()
    if hook is None or found is None:
        return
    Attempt.objects.create(
        delivery=found,
        at=at,
        status=outcome.status,
        why=outcome.why,
        milliseconds=outcome.milliseconds,
        answer=outcome.answer,
    )
    if outcome.status is not None and 200 <= outcome.status < 300:
        found.state = Delivery.State.DONE
        hook.succeeded_at, hook.rest_until = at, None
        hook.save(update_fields=["succeeded_at", "rest_until"])
    else:
        _failed(hook, found, outcome, at=at, chance=chance)
    found.save(update_fields=["state", "due_at"])


def _failed(
    hook: Hook, delivery: Delivery, outcome: Outcome, *, at: datetime, chance: Chance
) -> None:
    if outcome.status == GONE:
        delivery.state = Delivery.State.FAILED
        _stop(hook, why="GONE", at=at)
    elif delivery.kind == policies.PING:
        delivery.state = Delivery.State.FAILED
    elif delivery.tries > len(DELAYS):
        delivery.state = Delivery.State.FAILED
        if hook.succeeded_at is None or hook.succeeded_at < delivery.made_at:
            _stop(hook, why=outcome.why or f"HTTP {outcome.status}", at=at)
    else:
        moved = 1 + SPREAD * (2 * chance() - 1)
        delivery.due_at = at + DELAYS[max(delivery.tries, 1) - 1] * moved
        hook.rest_until = at + REST
        hook.save(update_fields=["rest_until"])


def _stop(hook: Hook, *, why: str, at: datetime) -> None:
    if hook.stopped_at is None:
        stop(hook, why=why, at=at)

"""What hooks have to tell: laid out once for each fact, sent again, forgotten in time."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from kehui.core import dates
from kehui.hooks import policies, selectors
from kehui.hooks.models import Delivery, Hook
from kehui.hooks.services.keeping import HookNotYours, locked
from kehui.ledger.facts import canonical
from kehui.ledger.models import Entry
from kehui.people.models import Person


def lay_out(*, entry: Entry) -> int:
    """Lay out one message for each hook that the fact concerns, once for ever; return how many."""
    kind = policies.kinds()[entry.kind]
    told: dict[str, Any] = json.loads(entry.payload)
    body = _body(entry.kind, entry.at, {name: told[name] for name in kind.fields})
    today = dates.day_of(entry.at)
    rows = [
        Delivery(
            hook=each,
            entry=entry.pk,
            kind=entry.kind,
            body=body,
            made_at=entry.at,
            due_at=entry.at,
        )
        for each in selectors.concerned(kind, told, at=entry.at, today=today)
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _body(kind: str, at: datetime, data: dict[str, Any]) -> str:
    when = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return canonical({"type": kind, "timestamp": when, "data": data})


@transaction.atomic
def ping(*, hook: Hook, person: Person, at: datetime) -> Delivery:
    """Lay out a message that says nothing, to see whether it arrives; it is tried once.

    Raises:
        HookNotYours: see there.
    """
    hook = locked(hook, person, at=at)
    _wake(hook)
    return Delivery.objects.create(
        hook=hook,
        kind=policies.PING,
        body=_body(policies.PING, at, {"hook": hook.pk}),
        made_at=at,
        due_at=at,
    )


@transaction.atomic
def send_again(*, delivery: Delivery, person: Person, at: datetime) -> Delivery:
    """Send the same message with the same id once more, now.

    Raises:
        HookNotYours: it is gone, or not the person's to send.
    """
    hook = locked(delivery.hook, person, at=at)
    found = hook.deliveries.select_for_update().filter(pk=delivery.pk).first()
    if found is None:
        raise HookNotYours
    _wake(hook)
    found.state, found.tries, found.due_at = Delivery.State.WAITING, 0, at
    found.save(update_fields=["state", "tries", "due_at"])
    return found


def _wake(hook: Hook) -> None:
    """Do not let it rest after an earlier failure: somebody is looking at it."""
    hook.rest_until = None
    hook.save(update_fields=["rest_until"])


@transaction.atomic
def forget_deliveries(*, before: datetime) -> int:
    """Delete what is settled and older; return how many messages.

    From then on their hooks tell nothing that old: reading the ledger anew makes none of it again.
    """
    Hook.objects.filter(since__lt=before).update(since=before)
    settled = Delivery.objects.filter(made_at__lt=before).exclude(state=Delivery.State.WAITING)
    count = settled.count()
    settled.delete()
    return count

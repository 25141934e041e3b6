"""Questions about the inbox."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from kehui.notices.models import Letter, Notice
from kehui.people.models import Person


class Only(StrEnum):
    """Which part of the inbox to show."""

    OPEN = "open"
    UNREAD = "unread"
    SNOOZED = "snoozed"
    DONE = "done"


def inbox(person: Person | int, *, now: datetime, only: Only = Only.OPEN) -> QuerySet[Notice]:
    """Return this part of the person's inbox, the newest first.

    A snoozed notice is away until its time, and then comes back on top.
    """
    notices = Notice.objects.filter(person=person)
    if only == Only.DONE:
        return notices.filter(done_at__isnull=False).order_by("-done_at", "-pk")
    waiting = notices.filter(done_at=None)
    chosen = {
        Only.OPEN: waiting.exclude(snoozed_until__gt=now),
        Only.SNOOZED: waiting.filter(snoozed_until__gt=now),
        Only.UNREAD: _unread(notices, now=now),
    }[only]
    return chosen.order_by(Coalesce("snoozed_until", "sent_at").desc(), "-pk")


def unread_count(person: Person | int, *, now: datetime) -> int:
    """Return how many notices wait unread, without those that sleep."""
    return _unread(Notice.objects.filter(person=person), now=now).count()


def _unread(notices: QuerySet[Notice], *, now: datetime) -> QuerySet[Notice]:
    return notices.filter(
        Q(snoozed_until=None) | Q(snoozed_until__lte=now), read_at=None, done_at=None
    )


def letter(key: str) -> Letter | None:
    """Return what became of the letter of this occasion."""
    return Letter.objects.filter(key=key).first()


def letters_shown(*, now: datetime) -> QuerySet[Letter]:
    """Return the letters of a demonstration that are still good for something, the latest first."""
    kept = Letter.objects.filter(state=Letter.State.DELIVERED, expires_at__gt=now)
    return kept.exclude(content="").order_by("-accepted_at", "-pk")

"""Questions about the ledger."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from kehui.ledger.models import Access, Checkpoint, Cursor, Entry, Reader, Witness


def unread(reader: Reader) -> int:
    """Return how many settled facts the reader has yet to see."""
    cursor = Cursor.objects.filter(pk=reader.name).first() or Cursor(reader=reader.name)
    return Entry.objects.settled().after(cursor).filter(kind__in=reader.handlers).count()


def held_back_seconds() -> float:
    """Return how long the oldest writing transaction of the whole server has been open.

    No reader sees what was recorded since. Seconds are usual; minutes are an
    import that should commit in parts, or a session that somebody left open.
    """
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        (seconds,) = cursor.fetchone()
    return float(seconds)


OLDEST = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)
FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""


def last_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("size").last()


def note_of(checkpoint: Checkpoint) -> str:
    """Return the signed text with the lines of the witnesses under it."""
    lines = sorted(each.line for each in checkpoint.cosignatures.all())
    return checkpoint.note + "".join(lines)


def unsealed() -> int:
    """Return how many entries have no place in the audit log yet."""
    return Entry.objects.filter(leaf__isnull=True).count()


def unsealed_since() -> datetime | None:
    """Return when the first entry was recorded that has no place yet."""
    waiting = Entry.objects.filter(leaf__isnull=True).order_by("recorded_at")
    return waiting.values_list("recorded_at", flat=True).first()


def troubled_witnesses() -> QuerySet[Witness]:
    """Return the witnesses that did not sign when they were asked last."""
    return Witness.objects.exclude(trouble="").order_by("name")


def accesses_of(thing: str, number: int) -> QuerySet[Access]:
    """Return who looked at the thing, the last first."""
    return Access.objects.filter(thing=thing, number=number).order_by("-at", "-pk")


def accesses(
    *, person: int | None, actor: int | None, since: datetime | None, until: datetime | None
) -> QuerySet[Access]:
    """Return who looked at what, the last first: at this person, by this one, in this time.

    Nothing given stands for everything; `until` is the first instant that is too late.
    """
    rows = Access.objects.order_by("-pk")
    if person is not None:
        rows = rows.filter(thing="person", number=person)
    if actor is not None:
        rows = rows.filter(actor=actor)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    return rows


def witnesses() -> QuerySet[Witness]:
    """Return every witness that was ever asked, by name."""
    return Witness.objects.order_by("name")

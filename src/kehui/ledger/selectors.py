"""Questions about the ledger."""

from django.db import connection

from kehui.ledger.models import Cursor, Entry, Reader


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

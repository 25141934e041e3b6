"""Questions about the ledger."""

from kehui.ledger.models import Cursor, Entry, Reader


def unread(reader: Reader) -> int:
    """Return how many settled facts the reader has yet to see."""
    cursor = Cursor.objects.filter(pk=reader.name).first() or Cursor(reader=reader.name)
    return Entry.objects.settled().after(cursor).filter(kind__in=reader.handlers).count()

"""Let readers read inside the one open transaction of an ordinary test."""

from kehui.ledger.models import Entry, Reader


def read_all(*readers: Reader) -> int:
    """Show every reader all entries from the first, settled or not, and return how many.

    `catch_up` rightly sees nothing of a transaction that is still open, and an
    ordinary `django_db` test never commits. Tests of order and of cursors use
    `django_db(transaction=True)` and `catch_up` itself.
    """
    count = 0
    for reader in readers:
        for entry in Entry.objects.filter(kind__in=reader.handlers).in_order():
            reader.handlers[entry.kind](entry)
            count += 1
    return count

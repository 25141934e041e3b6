"""Let one transaction at a time do something for which no row stands that could be locked."""

from django.db import connection


def hold(subject: str) -> None:
    """Wait until no other transaction holds the subject; it is held until the present one ends.

    Subjects are told apart by a hash of 64 bits: two that fall together wait in vain for each
    other, and nothing worse. Who holds several takes them in one order, or two wait for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])

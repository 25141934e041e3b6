"""Write facts, show them to readers, and look whether they are still as written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.ledger.facts import Fact, canonical, leaf_hash
from kehui.ledger.models import BEFORE_ALL, Cursor, Entry, Reader


class NotReplayable(Refused):
    code = "READER_NOT_REPLAYABLE"
    message = _("读取者“{reader}”没有说明如何清空，不能重放。")
    message_en = "The reader “{reader}” does not say how to empty its rows; it cannot be replayed."
    status = 409


def record(*facts: Fact, actor: int | None, at: datetime) -> list[Entry]:
    """Write the facts down in the caller's transaction, in this order.

    A trigger of the table tells listeners of the channel `kehui_ledger`, once
    per transaction and only when it commits.

    Raises:
        RuntimeError: no transaction is open; the fact could outlive its change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is recorded in the transaction of its change")
    rows = [_row(fact, actor=actor, at=at) for fact in facts]
    columns = [[row[place] for row in rows] for place in range(4)]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [actor, at, *columns])
        given = cursor.fetchall()
    return [
        Entry.from_db(connection.alias, COLUMNS, (number, opened, *row, actor, at, recorded_at))
        for row, (number, opened, recorded_at) in zip(rows, given, strict=True)
    ]


def _row(fact: Fact, *, actor: int | None, at: datetime) -> tuple[str, int, str, bytes]:
    payload = canonical(fact.payload())
    made = leaf_hash(kind=fact.kind, version=fact.version, actor=actor, at=at, payload=payload)
    return fact.kind, fact.version, payload, made


# One statement whatever their number: Django would resolve the defaults for every row anew.
WRITE = """
INSERT INTO ledger_entry (actor, at, kind, version, payload, hash)
SELECT %s::bigint, %s::timestamptz, kind, version, payload, hash
FROM unnest(%s::text[], %s::smallint[], %s::text[], %s::bytea[])
     WITH ORDINALITY AS given(kind, version, payload, hash, place)
ORDER BY place
RETURNING id, transaction, recorded_at
"""
COLUMNS = ("id", "transaction", "kind", "version", "payload", "hash", "actor", "at", "recorded_at")


@transaction.atomic
def catch_up(reader: Reader, *, limit: int = 500) -> int:
    """Show the reader at most `limit` new facts, and return how many.

    The cursor moves in the same transaction as the reader's own writes, so
    each fact takes effect exactly once. If a handler fails, nothing of the
    batch has happened, and the error carries the entry as a note.
    """
    Cursor.objects.get_or_create(reader=reader.name)
    cursor = Cursor.objects.select_for_update().get(reader=reader.name)
    entries = list(Entry.objects.settled().after(cursor).filter(kind__in=reader.handlers)[:limit])
    for entry in entries:
        try:
            reader.handlers[entry.kind](entry)
        except Exception as error:
            error.add_note(f"reader {reader.name} at ledger entry {entry.pk} ({entry.kind})")
            raise
        cursor.transaction, cursor.entry = entry.transaction, entry.id
    cursor.save()
    return len(entries)


def replay(
    reader: Reader, *, limit: int = 500, progress: Callable[[int], None] | None = None
) -> int:
    """Empty what the reader has written, read everything again, and return how many facts.

    Batches commit one by one. When it is interrupted the reader is merely
    behind, and the next `catch_up` goes on from there.

    Raises:
        NotReplayable: the reader has no `reset`.
    """
    _rewind(reader)
    total = 0
    while read := catch_up(reader, limit=limit):
        total += read
        if progress:
            progress(total)
    return total


@transaction.atomic
def _rewind(reader: Reader) -> None:
    if reader.reset is None:
        raise NotReplayable(reader=reader.name)
    Cursor.objects.get_or_create(reader=reader.name)
    cursor = Cursor.objects.select_for_update().get(reader=reader.name)
    reader.reset()
    cursor.transaction, cursor.entry = BEFORE_ALL, 0
    cursor.save()


@transaction.atomic
def rebase() -> int:
    """Renumber the transactions of all entries to lie before every one to come.

    A restored database hands out transaction ids from the start again: old
    entries would look like the future's, and readers would wait for years. The
    order stays as it was, and so does every cursor's place in it. Returns the
    number of entries. Harmless where it was not needed.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE ledger_entry, ledger_cursor IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SELECT set_config('kehui.rebasing', 'on', true)")
        cursor.execute(RENUMBER)
        count: int = cursor.rowcount
        cursor.execute("SELECT set_config('kehui.rebasing', 'off', true)")
        cursor.execute(MOVE_CURSORS)
    return count


# Negative, so below every id that PostgreSQL hands out, and above BEFORE_ALL.
RENUMBER = """
UPDATE ledger_entry SET transaction = ranked.rank - ranked.count - 1
FROM (
    SELECT id, dense_rank() OVER (ORDER BY transaction) AS rank, count(*) OVER () AS count
    FROM ledger_entry
) AS ranked
WHERE ranked.id = ledger_entry.id
"""
MOVE_CURSORS = """
UPDATE ledger_cursor SET transaction = ledger_entry.transaction
FROM ledger_entry WHERE ledger_entry.id = ledger_cursor.entry
"""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What `verify` found. `damaged` are ids of entries whose hash does not fit any more."""

    entries: int
    damaged: tuple[int, ...]
    is_guarded: bool  # the triggers that refuse change are in place
    needs_rebase: bool  # some entries carry transactions that this server has yet to hand out

    @property
    def is_sound(self) -> bool:
        return not self.damaged and self.is_guarded and not self.needs_rebase


def verify(*, limit: int = 2000, progress: Callable[[int], None] | None = None) -> Verdict:
    """Compute every hash again, in batches, and look at the ledger's guards."""
    seen, damaged, place = 0, [], Cursor(transaction=BEFORE_ALL, entry=0)
    while entries := list(Entry.objects.after(place)[:limit]):
        damaged += [entry.pk for entry in entries if not _is_intact(entry)]
        seen += len(entries)
        place = Cursor(transaction=entries[-1].transaction, entry=entries[-1].pk)
        if progress:
            progress(seen)
    with connection.cursor() as cursor:
        cursor.execute(GUARDED)
        is_guarded = bool(cursor.fetchone()[0])
        cursor.execute(AHEAD)
        needs_rebase = bool(cursor.fetchone()[0])
    return Verdict(
        entries=seen, damaged=tuple(damaged), is_guarded=is_guarded, needs_rebase=needs_rebase
    )


GUARDED = """
SELECT count(*) = 2 FROM pg_trigger
WHERE tgrelid = 'ledger_entry'::regclass AND tgenabled = 'O'
  AND tgname IN ('ledger_entry_stays', 'ledger_entry_not_emptied')
"""
AHEAD = """
SELECT coalesce(max(transaction), 0) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
FROM ledger_entry
WHERE transaction IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
"""


def _is_intact(entry: Entry) -> bool:
    expected = leaf_hash(
        kind=entry.kind,
        version=entry.version,
        actor=entry.actor,
        at=entry.at,
        payload=entry.payload,
    )
    return bytes(entry.hash) == expected

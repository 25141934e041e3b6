"""Seal what was recorded into the audit log, under a signed checkpoint."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.ledger import adapter, selectors
from kehui.ledger.facts import LogRestarted
from kehui.ledger.models import Checkpoint, Cursor, Entry, Tile
from kehui.ledger.services.entries import record

READER = "audit log"
BATCH = 20_000  # entries under one checkpoint


class LogContradicted(Refused):
    code = "LOG_CONTRADICTED"
    message = _(
        "数据库里的审计日志与已经签过的检查点（{size} 条）不符，不再签新的检查点。"
        "请执行 kehui audit verify 查明；若是恢复了较早的备份，执行 kehui audit restart。"
    )
    message_en = (
        "The audit log in the database contradicts the checkpoint of {size} leaves that was signed "
        "before, and nothing new is signed. Run kehui audit verify; after restoring an older "
        "backup, run kehui audit restart."
    )
    status = 409


@transaction.atomic
def seal(*, at: datetime, seed: bytes, limit: int = BATCH) -> int:
    """Append settled entries to the log, sign a checkpoint over them, and return how many.

    Entries come in the order of their transactions and below the oldest open one, as for every
    reader, so a slow writer's entry comes later and is not lost. What is signed is on the disk
    before the rows are committed: after a crash the same entries come again in the same order, and
    have to give the same root.

    Args:
        at: now.
        seed: 32 random bytes, of which the key is made when there is none yet.
        limit: how many entries at most.

    Raises:
        LogContradicted: the database does not continue what was signed; nothing has changed.
        KeyUnusable: the key, or what it signed last, cannot be read.
    """
    cursor = _locked()
    key, said = adapter.LogKey.open(seed), adapter.head()
    last = selectors.last_checkpoint()
    edge, before = _continued(last, said)
    size = edge.size
    ahead = said if said and said[1].size > size else None
    missing = ahead[1].size - size if ahead else 0
    entries = list(Entry.objects.settled().after(cursor)[: max(limit, missing)])
    if len(entries) < missing:
        raise LogContradicted(size=missing + size)
    for entry in entries:
        edge.append(adapter.leaf_of(entry))
        if ahead and edge.size == ahead[1].size:
            if edge.root() != ahead[1].root:
                raise LogContradicted(size=edge.size)
            before = ahead[1]
            Checkpoint.objects.create(size=before.size, note=str(ahead[0]))
    if entries:
        _write(entries, first=size, edge=edge)
        cursor.transaction, cursor.entry = entries[-1].transaction, entries[-1].pk
        cursor.save()
    if edge.size > (before.size if before else 0):
        _sign(key, edge, before, at=at)
    return len(entries)


def _locked() -> Cursor:
    """Wait until nobody else seals, and return how far the last one came."""
    Cursor.objects.get_or_create(reader=READER)
    return Cursor.objects.select_for_update().get(reader=READER)


def _continued(
    last: Checkpoint | None, said: "tuple[adapter.Note, adapter.Checkpoint] | None"
) -> "tuple[adapter.Edge, adapter.Checkpoint | None]":
    """Return the edge to append to, and the last checkpoint, unless something contradicts them."""
    size = last.pk if last else 0
    try:
        edge = adapter.edge_at(size)
        before = adapter.Checkpoint.parse(adapter.Note.parse(last.note).text) if last else None
        agree = before is None or (before.size, before.root) == (size, edge.root())
        if said and said[1].size <= size:
            agree = agree and adapter.root_at(said[1].size) == said[1].root
    except (LookupError, ValueError) as error:
        raise LogContradicted(size=size) from error
    if not agree:
        raise LogContradicted(size=said[1].size if said else size)
    return edge, before


def _write(entries: Sequence[Entry], *, first: int, edge: "adapter.Edge") -> None:
    with connection.cursor() as database:
        database.execute(PLACE, [first - 1, [entry.pk for entry in entries]])
    Tile.objects.bulk_create(
        (
            Tile(level=tile.level, number=tile.number, hashes=adapter.packed(tile.hashes))
            for tile in edge.take_tiles()
        ),
        update_conflicts=True,
        unique_fields=["level", "number"],
        update_fields=["hashes"],
    )


PLACE = """
INSERT INTO ledger_leaf (position, entry_id)
SELECT %s + place, entry FROM unnest(%s::bigint[]) WITH ORDINALITY AS given(entry, place)
"""


def _sign(
    key: "adapter.LogKey",
    edge: "adapter.Edge",
    before: "adapter.Checkpoint | None",
    *,
    at: datetime,
) -> None:
    note = key.sign(
        adapter.Checkpoint(
            origin=key.public.name,
            size=edge.size,
            root=edge.root(),
            after=before.size if before else 0,
            # a clock that was set back must not make the log look set back
            time=max(int(at.timestamp()), before.time if before else 0),
        )
    )
    Checkpoint.objects.create(size=edge.size, note=str(note))


@transaction.atomic
def restart_log(*, actor: int | None, at: datetime, seed: bytes) -> None:
    """Go on under a new key after a restore that lost what was signed, and record LogRestarted.

    Whoever holds the lost checkpoints still sees that they are lost; now the log says so too.
    """
    _locked()
    key, said = adapter.LogKey.open(seed), adapter.head()
    lost = said[1] if said else None
    record(
        LogRestarted(
            lost_key=str(key.public),
            lost_size=lost.size if lost else 0,
            lost_root=lost.root.hex() if lost else "",
        ),
        actor=actor,
        at=at,
    )
    transaction.on_commit(key.retire)


def keep_checkpoint(*, file: Path) -> int:
    """Append the last checkpoint to a file outside, unless it stands there; return its size.

    Only who keeps checkpoints where the operator cannot reach them can tell a rollback.
    """
    last = selectors.last_checkpoint()
    if last is None:
        return 0
    note = selectors.note_of(last)
    kept = file.read_text("utf-8") if file.exists() else ""
    if note.split("\n\n")[0] not in kept:
        adapter.append_durably(file, f"{note}\n".encode())
    return last.pk

"""Write the audit log to a folder, for a verifier that needs nothing of ours."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from kehui.ledger import adapter, selectors
from kehui.ledger.facts import canonical
from kehui.ledger.models import Checkpoint, Entry, Leaf

FORMAT = 1
CHUNK = 5000
ENTRY = (
    "id", "transaction", "kind", "version", "payload", "hash", "actor", "at", "recorded_at",
)  # fmt: skip
ACCESS = ("actor", "at", "thing", "number", "fields", "reason", "salt")


@dataclass(frozen=True, kw_only=True)
class Exported:
    """How much was written."""

    leaves: int
    unsealed: int
    checkpoints: int


@transaction.atomic
def export_log(folder: Path) -> Exported:
    """Write leaves, entries not sealed yet, checkpoints and public keys, all of one instant.

    The files and their lines: docs/algorithms/audit.md.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _hold_still()
    done = Exported(
        leaves=_write(folder / "leaves.jsonl", _leaves()),
        unsealed=_write(folder / "unsealed.jsonl", _unsealed()),
        checkpoints=_checkpoints(folder / "checkpoints.txt"),
    )
    about = {
        "format": FORMAT,
        "keys": adapter.public_keys(),
        "witnesses": [str(each.key) for each in adapter.chosen_witnesses()],
    }
    (folder / "export.json").write_text(json.dumps(about, indent=1), "utf-8")
    return done


def _hold_still() -> None:
    """See the database as it is at one instant, whatever is sealed meanwhile."""
    if len(connection.savepoint_ids) == 0:  # otherwise the caller's transaction has begun to read
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _write(file: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with file.open("w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(f"{canonical(row)}\n")
            count += 1
    return count


def _leaves() -> Iterator[dict[str, Any]]:
    columns = (
        "position",
        *(f"entry__{name}" for name in ENTRY),
        "entry__access",
        *(f"entry__access__{name}" for name in ACCESS),
    )
    for position, *values in _rows(Leaf.objects.order_by("position"), columns):
        yield {"position": position, **_told(values)}


def _unsealed() -> Iterator[dict[str, Any]]:
    columns = (*ENTRY, "access", *(f"access__{name}" for name in ACCESS))
    for values in _rows(Entry.objects.filter(leaf__isnull=True).in_order(), columns):
        yield _told(values)


def _rows(rows: QuerySet[Any], columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    return iter(rows.values_list(*columns).iterator(chunk_size=CHUNK))


def _told(values: Iterable[Any]) -> dict[str, Any]:
    entry, access = [_plain(each) for each in values], {}
    row = dict(zip(ENTRY, entry, strict=False))
    if entry[len(ENTRY)] is not None:
        access = {"access": dict(zip(ACCESS, entry[len(ENTRY) + 1 :], strict=True))}
    return row | access


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _checkpoints(file: Path) -> int:
    count = 0
    with file.open("w", encoding="utf-8") as stream:
        rows = Checkpoint.objects.prefetch_related("cosignatures").order_by("size")
        for checkpoint in rows.iterator(chunk_size=CHUNK):
            stream.write(f"{selectors.note_of(checkpoint)}\n")
            count += 1
    return count

"""A log with facts, accesses and checkpoints, and the verifier beside it."""

from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from tests.ledger.fixtures import NOON, Counted

from kehui.cli import audit_verifier
from kehui.ledger.models import Access
from kehui.ledger.services import export_log, keep_checkpoint, log_access, record, seal

SEED = bytes(range(32))


def write(*numbers: int) -> None:
    with transaction.atomic():
        record(*(Counted(number=number) for number in numbers), actor=7, at=NOON)


def look(number: int) -> Access:
    return log_access(
        actor=7,
        thing="person",
        number=number,
        fields=["phone", "name"],
        reason="核实身份",
        salt=number.to_bytes(16, "big"),
        at=NOON,
    )


def seal_all(*, minutes: int = 0, limit: int = 20_000) -> int:
    total = 0
    while sealed := seal(at=NOON + timedelta(minutes=minutes), seed=SEED, limit=limit):
        total += sealed
    return total


def fill(outside: Path, *, rounds: int, each: int) -> None:
    """Write and seal so many times; every checkpoint is kept outside."""
    for number in range(rounds):
        write(*range(number * each, (number + 1) * each))
        look(number)
        seal_all(minutes=number)
        keep_checkpoint(file=outside)


def codes(folder: Path, *outside: Path, keys: tuple[str, ...] = ()) -> set[str]:
    """Export the log and return what the verifier finds."""
    export_log(folder)
    report = audit_verifier.verify(folder, outside, keys)
    return {code for code, _ in report.findings}


def superuser(*statements: str) -> None:
    """Do what only a superuser of the database can: no trigger fires, no reference is checked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for each in statements:
            cursor.execute(each)
        cursor.execute("SET LOCAL session_replication_role = origin")

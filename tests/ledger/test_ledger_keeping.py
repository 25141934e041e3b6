"""An entry stays as it was written, verify notices when it did not, a rebase keeps the order."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from tests.ledger.fixtures import NOON, Counted, Everything, everything
from tests.ledger.test_ledger_order import Notebook, write

from kehui.ledger.models import BEFORE_ALL, Cursor, Entry
from kehui.ledger.services import Verdict, catch_up, rebase, record, verify

pytestmark = pytest.mark.django_db(transaction=True)

SOUND = Verdict(entries=3, damaged=(), is_guarded=True, needs_rebase=False)


def run(sql: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)


def bypassing_the_guard(sql: str, *values: int) -> None:
    """Do what only the owner of the table can do."""
    with transaction.atomic():
        run("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_stays")
        run(sql, *values)
        run("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_stays")


def test_an_entry_holds_what_was_recorded() -> None:
    with transaction.atomic():
        (entry,) = record(everything(), actor=7, at=NOON)
    stored = Entry.objects.get()
    assert (stored.pk, stored.kind, stored.version, stored.actor, stored.at) == (
        entry.pk,
        "test.everything",
        2,
        7,
        NOON,
    )
    assert Everything.of(stored) == everything()
    assert stored.transaction == entry.transaction > 0
    assert str(stored) == f"test.everything #{stored.pk}"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_entry SET payload = '{}'",
        "UPDATE ledger_entry SET transaction = 1",
        "DELETE FROM ledger_entry",
    ],
)
def test_nobody_changes_or_deletes_an_entry(sql: str) -> None:
    write(1)
    with pytest.raises(IntegrityError, match="written once"):
        run(sql)
    assert verify().entries == 1


@pytest.mark.parametrize(
    "column", ["payload = '{}'", "hash = ''", "at = now()", "actor = 1", "id = 0"]
)
def test_even_a_rebase_changes_nothing_but_the_transaction(column: str) -> None:
    write(1)
    with transaction.atomic():
        run("SELECT set_config('kehui.rebasing', 'on', true)")
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            run(f"UPDATE ledger_entry SET {column}")  # noqa: S608 - written out above


def test_a_database_not_made_for_tests_cannot_be_emptied() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'ledger_entry_not_emptied'")
        (source,) = cursor.fetchone()
    run(
        "CREATE OR REPLACE FUNCTION ledger_entry_not_emptied() RETURNS trigger LANGUAGE plpgsql AS "
        "$f$" + source.replace("'test_'", "'another_'") + "$f$"
    )
    try:
        with pytest.raises(IntegrityError, match="TRUNCATE refused"):
            run("TRUNCATE ledger_entry CASCADE")
    finally:
        run(
            "CREATE OR REPLACE FUNCTION ledger_entry_not_emptied() RETURNS trigger "
            "LANGUAGE plpgsql AS $f$" + source + "$f$"
        )


def test_a_sound_ledger_is_found_sound() -> None:
    write(1, 2, 3)
    seen: list[int] = []
    assert verify(limit=2, progress=seen.append) == SOUND
    assert seen == [2, 3]
    assert SOUND.is_sound


@pytest.mark.parametrize(
    "change",
    [
        """payload = '{"number":4}'""",
        "kind = 'test.ignored'",
        "version = 2",
        "actor = 1",
        "at = at + interval '1 microsecond'",
        "hash = '\\x00'",
    ],
)
def test_a_changed_entry_is_found(change: str) -> None:
    write(1, 2, 3)
    damaged = Entry.objects.get(payload='{"number":2}').pk
    bypassing_the_guard(f"UPDATE ledger_entry SET {change} WHERE id = %s", damaged)  # noqa: S608

    verdict = verify()

    assert verdict.damaged == (damaged,)
    assert not verdict.is_sound


def test_a_missing_guard_is_found() -> None:
    run("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_stays")
    try:
        assert not verify().is_guarded
        assert not verify().is_sound
    finally:
        run("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_stays")
    assert verify().is_sound


def restored(by: int = 1_000_000_000) -> None:
    """Make the ledger look as if it came from a server that had handed out many more ids."""
    bypassing_the_guard("UPDATE ledger_entry SET transaction = transaction + %s", by)
    run(
        "UPDATE ledger_cursor SET transaction = transaction + %s WHERE transaction > %s",
        by,
        BEFORE_ALL,
    )


def test_after_a_restore_readers_go_on_where_they_were() -> None:
    notebook, late = Notebook(), Notebook("late")
    write(1)
    write(2, 3)
    assert catch_up(notebook.reader, limit=2) == 2
    assert catch_up(late.reader, limit=0) == 0  # has a cursor, has read nothing
    restored()
    assert verify().needs_rebase
    assert catch_up(notebook.reader) == 0  # would wait for a billion transactions

    assert rebase() == 3

    assert verify() == SOUND
    write(4)
    assert catch_up(notebook.reader) == 2
    assert notebook.numbers == [1, 2, 3, 4]
    notebook.reset()
    assert catch_up(late.reader) == 4
    assert notebook.numbers == [1, 2, 3, 4]


def test_a_rebase_keeps_the_order_of_transactions_where_ids_say_otherwise() -> None:
    write(1)
    write(2)
    first = Entry.objects.get(payload='{"number":1}').pk
    bypassing_the_guard(
        "UPDATE ledger_entry SET transaction = transaction + 5 WHERE id = %s", first
    )

    rebase()
    rebase()

    assert [Counted.of(entry).number for entry in Entry.objects.in_order()] == [2, 1]
    notebook = Notebook()
    catch_up(notebook.reader)
    write(3)
    rebase()
    assert catch_up(notebook.reader) == 1
    assert notebook.numbers == [2, 1, 3]


def test_a_rebase_ends_with_its_transaction() -> None:
    write(1)
    with transaction.atomic():
        rebase()
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            run("UPDATE ledger_entry SET transaction = 0")
    with pytest.raises(DatabaseError, match="written once"):
        run("UPDATE ledger_entry SET transaction = 0")


def test_an_empty_ledger_is_rebased_to_nothing() -> None:
    assert rebase() == 0
    assert verify().is_sound
    assert str(Cursor(reader="points")) == "points"


def test_verify_inside_a_writing_transaction_does_not_ask_for_a_rebase() -> None:
    with transaction.atomic():
        write(1)
        assert not verify().needs_rebase

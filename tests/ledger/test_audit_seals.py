"""Entries are sealed once, in order, whoever writes slowly; nothing is signed that contradicts."""

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from tests.ledger.fixtures import NOON
from tests.ledger.sealing import SEED, codes, fill, look, seal_all, superuser, write
from tests.ledger.test_ledger_order import slow_writer
from tests.parallel import meanwhile

from kehui.engines.merkle import Frontier, is_consistent, is_included
from kehui.ledger import adapter, selectors
from kehui.ledger.adapter import KeyUnusable
from kehui.ledger.models import Checkpoint, Cursor, Entry, Leaf, Tile
from kehui.ledger.services import LogContradicted, keep_checkpoint, rebase, restart_log, seal

pytestmark = pytest.mark.django_db(transaction=True)

# What was recorded since the last seal
LOST = (
    "DELETE FROM ledger_access WHERE entry_id NOT IN (SELECT entry_id FROM ledger_leaf)",
    "DELETE FROM ledger_entry WHERE id NOT IN (SELECT entry_id FROM ledger_leaf)",
)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def checkpoint(size: int) -> adapter.Checkpoint:
    return adapter.Checkpoint.parse(adapter.Note.parse(Checkpoint.objects.get(pk=size).note).text)


def audit(name: str) -> Path:
    return Path(settings.AUDIT_DIR) / name


def test_what_was_recorded_is_sealed_in_order_under_a_signed_checkpoint(tmp_path: Path) -> None:
    write(1, 2)
    look(3)

    assert selectors.unsealed() == 3
    assert seal_all() == 3

    entries = list(Entry.objects.in_order())
    assert list(Leaf.objects.order_by("position").values_list("position", "entry")) == [
        (position, entry.pk) for position, entry in enumerate(entries)
    ]
    tree = Frontier()
    for entry in entries:
        tree.append(adapter.leaf_of(entry))
    made = checkpoint(3)
    assert (made.size, made.root, made.after) == (3, tree.root(), 0)
    assert made.time == int(NOON.timestamp())
    assert selectors.unsealed() == 0
    assert [
        str(Leaf.objects.get(pk=0)),
        str(Tile.objects.get()),
        str(Checkpoint.objects.get()),
    ] == [
        f"0: #{entries[0].pk}",
        "0/0",
        "3",
    ]
    assert codes(tmp_path / "export") == set()


def test_nothing_new_makes_no_checkpoint() -> None:
    write(1)
    assert seal_all() == 1
    assert seal_all() == 0
    assert Checkpoint.objects.count() == 1


def test_checkpoints_follow_each_other_and_time_never_goes_back() -> None:
    for minutes in (5, 3, 9):
        write(minutes)
        seal_all(minutes=minutes)

    made = [checkpoint(size) for size in (1, 2, 3)]
    five, nine = (int((NOON + timedelta(minutes=each)).timestamp()) for each in (5, 9))
    assert [(each.after, each.time) for each in made] == [(0, five), (1, five), (2, nine)]


def test_a_slow_writer_is_sealed_later_and_not_lost(tmp_path: Path) -> None:
    write(1)
    with slow_writer(2) as commit:
        write(3)
        assert seal_all() == 1
        commit()
    assert seal_all() == 2
    sealed = Leaf.objects.order_by("position").values_list("entry__payload", flat=True)
    assert list(sealed) == ['{"number":1}', '{"number":2}', '{"number":3}']
    assert codes(tmp_path / "export") == set()


def test_two_sealing_at_once_seal_each_entry_once(tmp_path: Path) -> None:
    write(1)
    seal_all()
    write(2, 3)
    with ExitStack() as stack:
        with transaction.atomic():
            assert seal(at=NOON, seed=SEED) == 2
            second = stack.enter_context(meanwhile(seal, at=NOON, seed=SEED))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert second.result(timeout=10) == 0
    assert [each.pk for each in Checkpoint.objects.order_by("size")] == [1, 3]
    assert codes(tmp_path / "export") == set()


def test_a_long_log_fills_tiles_and_proves_itself(tmp_path: Path) -> None:
    write(*range(600))
    assert seal_all(limit=250) == 600

    assert sorted(Tile.objects.values_list("level", "number")) == [(0, 0), (0, 1), (0, 2), (1, 0)]
    assert [each.pk for each in Checkpoint.objects.order_by("size")] == [250, 500, 600]
    old, new = checkpoint(250), checkpoint(600)
    proof = adapter.consistency(250, 600)
    assert is_consistent(250, 600, proof, old.root, new.root)
    leaf = Leaf.objects.select_related("entry").get(position=300)
    path = adapter.inclusion(300, 600)
    assert is_included(adapter.leaf_of(leaf.entry), 300, 600, path, new.root)
    assert codes(tmp_path / "export") == set()


def test_the_key_is_the_owners_alone_and_its_public_half_is_told() -> None:
    write(1)
    seal_all()

    assert audit("key").stat().st_mode & 0o777 == 0o600
    assert audit("head").stat().st_mode & 0o777 == 0o600
    assert Path(settings.AUDIT_DIR).stat().st_mode & 0o777 == 0o700
    (told,) = adapter.public_keys()
    assert told.startswith(f"kehui-{settings.REGION}/")
    assert checkpoint(1).origin == told.partition("+")[0]


def test_a_new_name_of_the_key_is_told_too() -> None:
    write(1)
    seal_all()
    settings.AUDIT_ORIGIN, before = "kehui.example/log", settings.AUDIT_ORIGIN
    try:
        write(2)
        seal_all()
    finally:
        settings.AUDIT_ORIGIN = before
    assert checkpoint(2).origin == "kehui.example/log"
    assert len(adapter.public_keys()) == 2


@pytest.mark.parametrize("name", ["key", "head"])
def test_a_broken_file_of_the_key_stops_the_seal(name: str) -> None:
    write(1)
    seal_all()
    write(2)
    audit(name).write_text("?")

    with pytest.raises(KeyUnusable, match=name):
        seal_all()
    assert selectors.unsealed() == 1


def test_a_key_of_another_kind_is_none() -> None:
    Path(settings.AUDIT_DIR).mkdir()
    pem = X25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    audit("key").write_bytes(pem)
    write(1)
    with pytest.raises(KeyUnusable, match="key"):
        seal_all()


def rolled_back() -> None:
    """Have the database forget the last seal, as a crash before its commit would."""
    superuser(
        "DELETE FROM ledger_leaf WHERE position >= 2",
        "DELETE FROM ledger_checkpoint WHERE size > 2",
        "UPDATE ledger_tile SET hashes = substring(hashes FOR 64)",
    )
    first = Leaf.objects.select_related("entry").get(position=1).entry
    Cursor.objects.update(transaction=first.transaction, entry=first.pk)


def test_what_was_signed_but_not_committed_is_taken_up_again(tmp_path: Path) -> None:
    fill(tmp_path / "outside", rounds=2, each=1)
    rolled_back()
    write(9)

    assert seal_all(minutes=5, limit=1) == 3  # at least up to what was signed

    assert [each.pk for each in Checkpoint.objects.order_by("size")] == [2, 4, 5]
    assert codes(tmp_path / "export", tmp_path / "outside") == set()


def test_a_crash_with_nothing_new_since_is_taken_up_too(tmp_path: Path) -> None:
    fill(tmp_path / "outside", rounds=2, each=1)
    rolled_back()

    assert seal_all(minutes=5) == 2

    assert [each.pk for each in Checkpoint.objects.order_by("size")] == [2, 4]
    assert codes(tmp_path / "export", tmp_path / "outside") == set()


def test_another_history_is_not_signed_after_a_rollback(tmp_path: Path) -> None:
    fill(tmp_path / "outside", rounds=2, each=1)
    rolled_back()
    superuser("""UPDATE ledger_entry SET payload = '{"number":5}' WHERE payload = '{"number":1}'""")

    with pytest.raises(LogContradicted, match="4"):
        seal_all()
    assert Checkpoint.objects.count() == 1


def test_a_history_that_is_gone_is_not_replaced(tmp_path: Path) -> None:
    fill(tmp_path / "outside", rounds=2, each=1)
    rolled_back()
    superuser(*LOST)

    with pytest.raises(LogContradicted, match="4"):
        seal_all()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_tile SET hashes = sha256('x')",
        "UPDATE ledger_tile SET hashes = decode(repeat('00', 64), 'hex')",
        "DELETE FROM ledger_tile",
    ],
)
def test_damaged_tiles_are_not_built_upon(sql: str, tmp_path: Path) -> None:
    fill(tmp_path / "outside", rounds=1, each=1)
    write(5)
    superuser(sql)

    with pytest.raises(LogContradicted):
        seal_all()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_leaf SET position = 9",
        "DELETE FROM ledger_leaf",
        "UPDATE ledger_checkpoint SET note = ''",
        "DELETE FROM ledger_checkpoint",
        "UPDATE ledger_tile SET hashes = ''",
        "DELETE FROM ledger_tile",
        "UPDATE ledger_access SET reason = 'x'",
        "UPDATE ledger_access SET number = 2, reason = '', salt = ''",
        "DELETE FROM ledger_access",
    ],
)
def test_nobody_changes_what_is_sealed_by_accident(sql: str, tmp_path: Path) -> None:
    fill(tmp_path / "outside", rounds=1, each=1)
    with pytest.raises(IntegrityError, match="written once"):
        run(sql)


def test_after_a_restore_of_an_older_backup_the_log_goes_on_under_a_new_key(
    tmp_path: Path,
) -> None:
    outside = tmp_path / "outside"
    fill(outside, rounds=2, each=1)
    rolled_back()
    superuser(*LOST)
    with pytest.raises(LogContradicted):
        seal_all()

    restart_log(actor=None, at=NOON, seed=SEED)

    assert seal(at=NOON, seed=bytes(32)) == 1
    assert Entry.objects.in_order().last().kind == "log.restarted"  # type: ignore[union-attr]
    assert checkpoint(3).origin != checkpoint(2).origin
    assert codes(tmp_path / "export") == set()
    assert codes(tmp_path / "export", outside) == {"ROLLED_BACK"}
    assert len(list(audit("ended").iterdir())) == 2


def test_a_log_that_has_signed_nothing_can_be_restarted(tmp_path: Path) -> None:
    restart_log(actor=None, at=NOON, seed=SEED)
    assert seal(at=NOON, seed=SEED) == 1
    assert codes(tmp_path / "export") == set()


def test_a_rebase_keeps_the_log(tmp_path: Path) -> None:
    fill(tmp_path / "outside", rounds=2, each=3)
    rebase()
    write(7)
    assert seal_all() == 1
    assert codes(tmp_path / "export", tmp_path / "outside") == set()


def test_a_checkpoint_is_kept_once(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    assert keep_checkpoint(file=outside) == 0
    assert not outside.exists()
    write(1)
    seal_all()
    assert keep_checkpoint(file=outside) == keep_checkpoint(file=outside) == 1
    assert outside.read_text() == f"{Checkpoint.objects.get().note}\n"

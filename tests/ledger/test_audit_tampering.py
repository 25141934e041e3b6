"""Two hundred tamperings by a superuser, each found; the untampered log passes.

Every one is planted with raw SQL where no trigger fires, some with all hashes, tiles and roots made
anew, some with the stolen key of the log. The dice are seeded: a failure names its number.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction
from tests.ledger.sealing import SEED, codes, fill, superuser, write

from kehui.engines.merkle import Frontier, leaf_hash
from kehui.ledger import adapter
from kehui.ledger.facts import leaf_hash as content_hash
from kehui.ledger.facts import sealed_text
from kehui.ledger.models import Checkpoint, Entry, Leaf

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS, EACH = 4, 5
LEAVES = ROUNDS * (EACH + 1)
SHARE = "at = at + interval '1 hour'"
Tampering = Callable[[random.Random], None]


def entry_at(position: int) -> int:
    return Leaf.objects.get(position=position).entry_id


def fact_at(dice: random.Random) -> int:
    """Return the position of an ordinary fact, not of an access."""
    return dice.randrange(ROUNDS) * (EACH + 1) + dice.randrange(EACH)


def rehash() -> None:
    """Make every hash of an entry fit its content again."""
    for each in Entry.objects.all():
        found = content_hash(
            kind=each.kind, version=each.version, actor=each.actor, at=each.at, payload=each.payload
        )
        superuser(f"UPDATE ledger_entry SET hash = '\\x{found.hex()}' WHERE id = {each.pk}")


def resign() -> None:
    """Make every checkpoint fit the leaves there are, with the stolen key."""
    key, tree, roots = adapter.LogKey.open(SEED), Frontier(), {0: b""}
    for leaf in Leaf.objects.select_related("entry").order_by("position"):
        tree.append(leaf_hash(sealed_text(leaf.entry).encode()))
        roots[tree.size] = tree.root()
    for each in Checkpoint.objects.all():
        if each.size in roots:
            made = forged(key, each, roots[each.size])
            superuser(f"UPDATE ledger_checkpoint SET note = '{made}' WHERE size = {each.size}")


def forged(key: adapter.LogKey, checkpoint: Checkpoint, root: bytes) -> adapter.Note:
    was = adapter.Checkpoint.parse(adapter.Note.parse(checkpoint.note).text)
    return key.sign(adapter.Checkpoint(was.origin, was.size, root, was.after, was.time))


def cover(dice: random.Random) -> None:
    """Cover the traces: not at all, by the hashes, or by everything."""
    traces = dice.randrange(3)
    if traces > 0:
        rehash()
    if traces > 1:
        resign()


def edit_entry(dice: random.Random) -> None:
    change = dice.choice(
        [
            """payload = '{"number":-1}'""",
            "kind = 'test.ignored'",
            "version = version + 1",
            "actor = 99",
            "actor = NULL",
            SHARE,
            "recorded_at = recorded_at - interval '1 day'",
        ]
    )
    superuser(f"UPDATE ledger_entry SET {change} WHERE id = {entry_at(fact_at(dice))}")
    cover(dice)


def edit_marks(dice: random.Random) -> None:
    """Edit what stands beside the content: the hash, the number, the transaction."""
    entry = entry_at(1 + dice.randrange(LEAVES - 1))
    superuser(
        *dice.choice(
            [
                (f"UPDATE ledger_entry SET hash = sha256('{entry}') WHERE id = {entry}",),
                (f"UPDATE ledger_entry SET transaction = 1 WHERE id = {entry}",),
                (
                    f"UPDATE ledger_entry SET id = -{entry} WHERE id = {entry}",
                    f"UPDATE ledger_leaf SET entry_id = -{entry} WHERE entry_id = {entry}",
                    f"UPDATE ledger_access SET entry_id = -{entry} WHERE entry_id = {entry}",
                ),
            ]
        )
    )


def edit_access(dice: random.Random) -> None:
    change = dice.choice(
        [
            "reason = '例行检查'",
            "reason = '', salt = ''",
            "actor = 99",
            "actor = NULL",
            SHARE,
            "thing = 'organization'",
            "number = number + 1000",
            "fields = 'name'",
            "salt = decode(repeat('ff', 16), 'hex')",
        ]
    )
    superuser(f"UPDATE ledger_access SET {change} WHERE number = {dice.randrange(ROUNDS)}")


def edit_checkpoint(dice: random.Random) -> None:
    chosen = dice.choice(list(Checkpoint.objects.order_by("size")))
    lines = chosen.note.split("\n")
    place = dice.choice([0, 1, 2, 3, 4, 6])
    lines[place] = lines[place][:-3] + ("5" if lines[place][-3] != "5" else "6") + lines[place][-2:]
    note = "\n".join(lines)
    superuser(f"UPDATE ledger_checkpoint SET note = '{note}' WHERE size = {chosen.size}")


def delete_entry(dice: random.Random) -> None:
    """Take an entry away, and close the gap."""
    position = dice.randrange(LEAVES)
    entry = entry_at(position)
    superuser(
        f"DELETE FROM ledger_entry WHERE id = {entry}",
        f"DELETE FROM ledger_access WHERE entry_id = {entry}",
    )
    if dice.randrange(3):
        superuser(f"DELETE FROM ledger_leaf WHERE position = {position}")
        if dice.randrange(2):
            superuser(
                f"UPDATE ledger_leaf SET position = -position WHERE position > {position}",
                "UPDATE ledger_leaf SET position = -position - 1 WHERE position < 0",
            )
            cover(dice)


def delete_beside(dice: random.Random) -> None:
    """Take a place, an access or a checkpoint away."""
    sizes = [each.size for each in Checkpoint.objects.order_by("size")]
    superuser(
        dice.choice(
            [
                f"DELETE FROM ledger_leaf WHERE position = {dice.randrange(LEAVES)}",
                f"DELETE FROM ledger_access WHERE number = {dice.randrange(ROUNDS)}",
                f"DELETE FROM ledger_checkpoint WHERE size = {dice.choice(sizes)}",
                "DELETE FROM ledger_checkpoint",
            ]
        )
    )


def insert(dice: random.Random) -> None:
    """Put in an entry that was never recorded then: unsealed, or in the midst of the log."""
    after = dice.randrange(LEAVES)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_entry (transaction, kind, version, payload, hash, actor, at)"
            " SELECT transaction, kind, version, '{\"number\":-7}', hash, actor, at"
            " FROM ledger_entry WHERE id = %s RETURNING id",
            [entry_at(after)],
        )
        (entry,) = cursor.fetchone()
    if dice.randrange(3):
        superuser(
            f"UPDATE ledger_leaf SET position = -position WHERE position > {after}",
            "UPDATE ledger_leaf SET position = -position + 1 WHERE position < 0",
            f"INSERT INTO ledger_leaf VALUES ({after + 1}, {entry})",
        )
    cover(dice)


def reorder(dice: random.Random) -> None:
    """Let two entries of different transactions change places."""
    one, two = (each * (EACH + 1) + dice.randrange(EACH) for each in dice.sample(range(ROUNDS), 2))
    first, second = entry_at(one), entry_at(two)
    swapped = dice.choice(["position", "transaction", "payload, hash", "at, hash, payload"])
    if swapped == "position":
        superuser(
            f"UPDATE ledger_leaf SET position = -1 WHERE position = {one}",
            f"UPDATE ledger_leaf SET position = {one} WHERE position = {two}",
            f"UPDATE ledger_leaf SET position = {two} WHERE position = -1",
        )
    else:
        superuser(
            f"UPDATE ledger_entry AS one SET ({swapped}) = ROW({columns('two', swapped)})"
            f" FROM ledger_entry AS two WHERE (one.id, two.id)"
            f" IN (({first}, {second}), ({second}, {first}))"
        )
    if swapped != "transaction" or dice.randrange(2):
        cover(dice)


def columns(table: str, names: str) -> str:
    return ", ".join(f"{table}.{name}" for name in names.split(", "))


def roll_back(dice: random.Random) -> None:
    """Put an older backup back; perhaps go on from there with the stolen key."""
    size = (1 + dice.randrange(ROUNDS - 1)) * (EACH + 1)
    superuser(
        f"DELETE FROM ledger_leaf WHERE position >= {size}",
        "DELETE FROM ledger_access WHERE entry_id NOT IN (SELECT entry_id FROM ledger_leaf)",
        "DELETE FROM ledger_entry WHERE id NOT IN (SELECT entry_id FROM ledger_leaf)",
        f"DELETE FROM ledger_checkpoint WHERE size > {size}",
        "DELETE FROM ledger_tile",
    )
    if dice.randrange(2):
        grow(size)


def grow(size: int) -> None:
    """Write another history over the lost one and sign it."""
    write(*range(-LEAVES, 0))
    entries = Entry.objects.filter(leaf__isnull=True).in_order()
    Leaf.objects.bulk_create(
        Leaf(position=size + place, entry=each) for place, each in enumerate(entries)
    )
    last = Checkpoint.objects.get(size=size)
    was = adapter.Checkpoint.parse(adapter.Note.parse(last.note).text)
    larger = adapter.Checkpoint(was.origin, size + LEAVES, was.root, size, was.time)
    Checkpoint.objects.create(size=size + LEAVES, note=str(adapter.LogKey.open(SEED).sign(larger)))
    resign()


def split_view(dice: random.Random, witness: Path) -> None:
    """Show another witness another history, with the stolen key; the database stays as it is."""
    chosen = dice.choice(list(Checkpoint.objects.order_by("size")))
    was = adapter.Checkpoint.parse(adapter.Note.parse(chosen.note).text)
    size = dice.choice([was.size, was.size - 1, LEAVES + 5])
    made = adapter.Checkpoint(was.origin, size, dice.randbytes(32), was.after, was.time)
    witness.write_text(f"{adapter.LogKey.open(SEED).sign(made)}\n")


def test_two_hundred_tamperings_are_found(tmp_path: Path) -> None:
    outside, second, export = tmp_path / "outside", tmp_path / "second", tmp_path / "export"
    fill(outside, rounds=ROUNDS, each=EACH)
    write(101, 102)  # and what is not sealed yet
    second.write_text(outside.read_text())
    assert codes(export, outside, second) == set()
    planted: list[tuple[int, str, Tampering]] = [
        (30, "edit", edit_entry),
        (15, "edit", edit_marks),
        (18, "edit", edit_access),
        (15, "edit", edit_checkpoint),
        (24, "delete", delete_entry),
        (12, "delete", delete_beside),
        (26, "insert", insert),
        (28, "reorder", reorder),
        (16, "rollback", roll_back),
        (16, "split view", lambda dice: split_view(dice, second)),
    ]
    missed, count = [], 0
    for times, name, plant in planted:
        for number in range(times):
            with transaction.atomic():
                plant(random.Random(count))
                found = codes(export, outside, second)
                transaction.set_rollback(True)
            second.write_text(outside.read_text())
            if not found:
                missed.append((name, number))
            count += 1
    assert (count, missed) == (200, [])
    assert codes(export, outside, second) == set()

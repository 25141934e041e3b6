"""Facts appended and sealed, durably, beside the same rows in a plain table.

    python benchmarks/audit_append.py [--facts 20000] [--batch 200] [--json FILE]

Starts an embedded PostgreSQL of its own with `fsync` on and every commit waited for. A round
records the facts in transactions of `--batch`, then seals them under a signed checkpoint that is on
the disk before it counts. The peer inserts rows of the same content in transactions of the same
size, with `executemany`, into a table with a number as its only key: no hash, no chain, no proof.
With pymerkle installed, its tree in memory takes as many leaves too: no database, no disk, no
signature.

Bar: 5,000 facts a second, appended and sealed. Rounds alternate; the ratio is of the medians, and
is refused when a side spreads over more than 20 %. Processor time of this process is told beside:
the machine may be shared. In the end the whole log is verified against its checkpoints.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

ROUNDS = 5
MOST_SPREAD = 0.2
AT = datetime(2026, 11, 21, 4, tzinfo=UTC)
PAYLOAD = {"item": 123_456, "side": "need", "revision": 3, "reason": "contact_lost"}


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds by the clock and seconds of this process's processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def figures(counts: int, rounds: list[tuple[float, float]]) -> dict[str, float]:
    rates = [counts / seconds for seconds, _ in rounds]
    return {
        "per_second": round(statistics.median(rates)),
        "spread": round((max(rates) - min(rates)) / statistics.median(rates), 3),
        "cpu_us_each": round(statistics.median(cpu for _, cpu in rounds) / counts * 1e6, 1),
    }


def measure(facts: int, batch: int, folder: Path) -> dict[str, Any]:
    # Imported late: the settings have to be read before any model
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from kehui.cli import audit_verifier
    from kehui.ledger.facts import Fact, canonical
    from kehui.ledger.services import export_log, record, seal

    @dataclass(frozen=True, kw_only=True)
    class Benched(Fact):
        kind: ClassVar[str] = "item.benched"
        item: int
        side: str
        revision: int
        reason: str

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        assert cursor.fetchone() == ("on",)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
        cursor.execute(PLAIN)

    def append() -> None:
        for _ in range(facts // batch):
            with transaction.atomic():
                record(*[Benched(**PAYLOAD) for _ in range(batch)], actor=7, at=AT)

    def seal_all() -> None:
        while seal(at=datetime.now(UTC), seed=bytes(32)):
            pass

    def insert() -> None:
        text = canonical(PAYLOAD)
        for _ in range(facts // batch):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(INSERT, [("item.benched", 1, text, 7, AT)] * batch)

    appended, sealed, inserted = [], [], []
    for _ in range(ROUNDS):
        appended.append(timed(append))
        sealed.append(timed(seal_all))
        inserted.append(timed(insert))
    export_log(folder)
    began = time.process_time()
    report = audit_verifier.verify(folder)
    spent = time.process_time() - began
    assert report.findings == []
    assert report.leaves == facts * ROUNDS
    both = [(a[0] + s[0], a[1] + s[1]) for a, s in zip(appended, sealed, strict=True)]
    return {
        "appended": figures(facts, appended),
        "sealed": figures(facts, sealed),
        "appended_and_sealed": figures(facts, both),
        "plain_insert": figures(facts, inserted),
        "verified_cpu_us_each": round(spent / report.leaves * 1e6, 1),
        **peer(facts),
    }


def peer(facts: int) -> dict[str, Any]:
    """Let pymerkle hash as many leaves, if it is installed."""
    if not find_spec("pymerkle"):
        return {}
    from pymerkle import InmemoryTree

    def append() -> None:
        tree, leaf = InmemoryTree(algorithm="sha256"), json.dumps(PAYLOAD).encode() * 2
        for _ in range(facts):
            tree.append_entry(leaf)
        tree.get_state()

    return {"pymerkle_in_memory": figures(facts, [timed(append) for _ in range(ROUNDS)])}


PLAIN = """
CREATE TABLE plain (id bigserial PRIMARY KEY, kind text, version int, payload text, actor bigint,
                    at timestamptz)
"""
INSERT = "INSERT INTO plain (kind, version, payload, actor, at) VALUES (%s, %s, %s, %s, %s)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--facts", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kehui-bench-") as root:
        os.environ |= {"KEHUI_DATA_DIR": root, "DJANGO_SETTINGS_MODULE": "kehui.site.settings"}
        from kehui.server import embedded
        from kehui.server.paths import Folder

        with embedded.database(Folder(Path(root)), what="bench"):
            found = measure(chosen.facts, chosen.batch, Path(root) / "export")
    told = {"facts": chosen.facts, "batch": chosen.batch, "rounds": ROUNDS, **found}
    ours, plain = found["appended_and_sealed"], found["plain_insert"]
    steady = max(ours["spread"], plain["spread"]) <= MOST_SPREAD
    told["ratio_to_plain"] = (
        round(ours["per_second"] / plain["per_second"], 2) if steady else "refused: spread"
    )
    text = json.dumps(told, indent=1)
    sys.stdout.write(f"{text}\n")
    if chosen.json:
        chosen.json.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

"""`kill -9` of who seals, again and again: no leaf is lost or doubled, and the log still verifies.

KEHUI_FAULT_ROUNDS=50 for the promise of a release; a few rounds each time the tests run.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from tests.server.running import environment, kehui

from kehui.server import embedded
from kehui.server.paths import Folder

ROUNDS = int(os.environ.get("KEHUI_FAULT_ROUNDS", "3"))


@pytest.mark.fault
def test_a_killed_seal_is_taken_up_again(tmp_path: Path) -> None:
    dice = random.Random(20261121)
    folder, outside = tmp_path / "data", tmp_path / "outside.txt"
    with embedded.database(Folder(folder), what="test"):
        assert kehui(folder, "migrate", "--verbosity", "0").returncode == 0
        for _ in range(ROUNDS):
            sealer = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.sealer"],
                env=environment(folder),
                stdout=subprocess.PIPE,
                text=True,
            )
            assert sealer.stdout is not None
            for _line in range(dice.randrange(1, 4)):
                assert sealer.stdout.readline() == "sealed\n"
            time.sleep(dice.uniform(0, 0.05))  # anywhere within the next seal
            sealer.kill()
            sealer.wait()
            sealer.stdout.close()
            done = kehui(folder, "audit", "witness", str(outside))
            assert done.returncode == 0, done.stdout
        verified = kehui(folder, "audit", "verify", "--outside", str(outside))
        with psycopg.connect(Folder(folder).database_url) as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM ledger_entry), count(*), count(DISTINCT entry_id),"
                " max(position) + 1 FROM ledger_leaf"
            ).fetchone()

    assert verified.returncode == 0, verified.stdout
    assert row is not None
    assert len(set(row)) == 1
    assert row[0] >= 7 * ROUNDS

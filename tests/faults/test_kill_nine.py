"""`kill -9` of everything while people write: nothing acknowledged is lost, nothing is doubled.

KEHUI_FAULT_ROUNDS=50 for the promise of a release; a few rounds each time the tests run.
"""

import functools
import os
import random
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from tests.server.running import Up

from kehui.server import embedded, leftovers, proc
from kehui.server.paths import Folder

ROUNDS = int(os.environ.get("KEHUI_FAULT_ROUNDS", "3"))
WRITERS = 4
LONGEST_ROUND_SECONDS = 1.0

# Writes once under the key; returns only when the server has acknowledged, raises OSError otherwise
Write = Callable[[int, str], None]


def write_receipt(port: int, key: str) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/write", data=b"same", headers={"Idempotency-Key": key}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        answer.read()


class Writer(threading.Thread):
    """Writes without a pause. A write without an answer is repeated under its key."""

    def __init__(self, name: str, write: Write, port: int) -> None:
        super().__init__(name=name, daemon=True)
        self.write = write
        self.port = port
        self.acknowledged: list[str] = []
        self.retried = 0
        self.is_ending = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.is_ending.is_set():
            key = f"{self.name}-{number}"
            while not self._try(key):
                self.retried += 1
                time.sleep(0.05)
            self.acknowledged.append(key)
            number += 1

    def _try(self, key: str) -> bool:
        try:
            self.write(self.port, key)
        except (OSError, urllib.error.URLError):
            return False
        return True


def have_written(writers: list[Writer], number: int) -> bool:
    return sum(len(each.acknowledged) for each in writers) >= number


def kill_everything(server: Up) -> None:
    folder = Folder(server.folder)
    pids = [
        server.process.pid,
        *proc.marked(leftovers.MARK, str(folder.root)),
        *proc.working_in(folder.cluster),
    ]
    proc.end(pids, signal.SIGKILL)
    server.process.wait()


@pytest.mark.fault
def test_nothing_acknowledged_is_lost_and_no_retry_is_doubled(tmp_path: Path) -> None:
    dice = random.Random(20260302)  # noqa: S311 - the same dice each time
    folder = tmp_path / "data"
    server = Up(folder).wait_ready()
    writers = [Writer(f"w{number}", write_receipt, server.port) for number in range(WRITERS)]
    for writer in writers:
        writer.start()

    for _ in range(ROUNDS):
        enough = sum(len(each.acknowledged) for each in writers) + 20
        server.wait_until(functools.partial(have_written, writers, enough))
        time.sleep(dice.uniform(0, LONGEST_ROUND_SECONDS))
        kill_everything(server)
        server = Up(folder, server.port).wait_ready()
    for writer in writers:
        writer.is_ending.set()
    for writer in writers:
        writer.join(30)
    assert server.stop() == 0

    with (
        embedded.database(Folder(folder), what="test"),
        psycopg.connect(Folder(folder).database_url) as connection,
    ):
        rows = connection.execute("SELECT payload::json->>'key' FROM ledger_entry").fetchall()
    written = Counter(str(key) for (key,) in rows)
    acknowledged = [key for writer in writers for key in writer.acknowledged]
    lost = [key for key in acknowledged if key not in written]
    doubled = [key for key, times in written.items() if times > 1]
    retried = sum(each.retried for each in writers)
    print(f"{ROUNDS} rounds: {len(acknowledged)} acknowledged, {retried} retries")  # noqa: T201
    assert (lost, doubled) == ([], [])
    assert retried > 0

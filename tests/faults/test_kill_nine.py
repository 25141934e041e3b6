"""`kill -9` of everything while people write: nothing acknowledged is lost, nothing is doubled.

KEHUI_FAULT_ROUNDS=50 for the promise of a release; a few rounds each time the tests run.
"""

import functools
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
from tests.faults.sites import Market, Site, SmallSite, Turned, Write
from tests.server.running import Up

from kehui.server import embedded, leftovers, proc
from kehui.server.paths import Folder

ROUNDS = int(os.environ.get("KEHUI_FAULT_ROUNDS", "3"))
WRITERS = 4
LONGEST_ROUND_SECONDS = 1.0


class Writer(threading.Thread):
    """Writes without a pause. A write without an answer is repeated under its key."""

    def __init__(self, name: str, write: Write, port: int) -> None:
        super().__init__(name=name, daemon=True)
        self.write = write
        self.port = port
        self.acknowledged: list[str] = []
        self.retried = 0
        self.is_turned = False
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
        except Turned:
            self.is_turned = True
            self.is_ending.set()
            raise
        except OSError:
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
@pytest.mark.parametrize("site", [SmallSite(), Market()], ids=lambda site: type(site).__name__)
def test_nothing_acknowledged_is_lost_and_no_retry_is_doubled(tmp_path: Path, site: Site) -> None:
    dice = random.Random(20260302)
    folder = tmp_path / "data"
    server = site.up(folder).wait_ready()
    writers = [
        Writer(f"w{number}", write, server.port)
        for number, write in enumerate(site.writes(server, WRITERS))
    ]
    for writer in writers:
        writer.start()

    for _ in range(ROUNDS):
        enough = sum(len(each.acknowledged) for each in writers) + 20
        server.wait_until(functools.partial(have_written, writers, enough))
        time.sleep(dice.uniform(0, LONGEST_ROUND_SECONDS))
        kill_everything(server)
        server = site.up(folder, server.port).wait_ready()
    for writer in writers:
        writer.is_ending.set()
    for writer in writers:
        writer.join(30)
    assert server.stop() == 0

    with (
        embedded.database(Folder(folder), what="test"),
        psycopg.connect(Folder(folder).database_url) as connection,
    ):
        places = site.written(connection)
    acknowledged = [key for writer in writers for key in writer.acknowledged]
    retried = sum(each.retried for each in writers)
    sys.stdout.write(f"{ROUNDS} rounds: {len(acknowledged)} acknowledged, {retried} retries\n")
    assert not any(each.is_turned for each in writers)
    for written in places:
        lost = [key for key in acknowledged if key not in written]
        doubled = [key for key, times in written.items() if times > 1]
        assert (lost, doubled) == ([], [])
    assert retried > 0

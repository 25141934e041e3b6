"""The embedded PostgreSQL for the time of one command, or the running one when there is one."""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterator

import psycopg

from kehui.server import ground
from kehui.server.output import Output
from kehui.server.paths import Folder
from kehui.server.postgres import Postgres
from kehui.server.refusals import AlreadyRunning

WAIT_SECONDS = 120.0
STEP_SECONDS = 0.2


def answers(folder: Folder) -> bool:
    """Say whether a server answers on the folder's socket."""
    try:
        with psycopg.connect(folder.database_url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


@contextlib.contextmanager
def database(
    folder: Folder,
    *,
    what: str,
    output: Output | None = None,
    settings: dict[str, str] | None = None,
) -> Iterator[bool]:
    """Have a database answer on the folder's socket inside the block.

    Yields True when the server was started here and False when one already ran. A server started
    here ends with the block, after the other commands that came to use it meanwhile have ended.

    Raises:
        CannotRun: no server runs and none can be started.
    """
    output = output or Output()
    ground.check_folder(folder)
    lock = ground.FolderLock(folder)
    with folder.users.open("a+", encoding="utf-8") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        if not _take_or_join(folder, lock, what):
            yield False
            return
        postgres = Postgres(folder, output, settings)
        try:
            with _unhurried_stop():
                ground.check_disk(folder, output)
                postgres.spawn()
                postgres.wait_ready()
            yield True
        finally:
            with _unhurried_stop():
                _wait_for_others(users.fileno(), output)
                postgres.stop()
                lock.release()


def _take_or_join(folder: Folder, lock: ground.FolderLock, what: str) -> bool:
    """Return True with the lock, or False once the server of whoever holds it answers."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            lock.take(what)
        except AlreadyRunning:
            if answers(folder):
                return False
            if time.monotonic() > deadline:
                raise
            time.sleep(STEP_SECONDS)
        else:
            return True


def _wait_for_others(users: int, output: Output) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        output.say("数据库", "等待其他命令用完数据库……")
        fcntl.flock(users, fcntl.LOCK_EX)


@contextlib.contextmanager
def _unhurried_stop() -> Iterator[None]:
    """Let SIGTERM interrupt like Ctrl-C, so that the server we started is always ended."""
    before = signal.getsignal(signal.SIGTERM)
    if before == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    yield

"""The embedded PostgreSQL as our own direct child: cleared, started, waited for, ended."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable

import psycopg
from psycopg import sql

from kehui.server import cluster, leftovers
from kehui.server.output import Output, Pump
from kehui.server.paths import DATABASE, PORT, USER, Folder
from kehui.server.programs import choose_way, command
from kehui.server.refusals import PostgresFailed

PART = "数据库"
PROBE_SECONDS = 0.1
PROGRESS_SECONDS = 3.0
FAST_SECONDS = 90.0
# Told by PostgreSQL at every start and stop, or because we asked too early
HUSHED = (
    "the database system is starting up",
    "the database system is not yet accepting connections",
    "Consistent recovery state has not been yet reached",
    "invalid record length",
    "starting PostgreSQL",
    "listening on Unix socket",
    "database system was shut down",
    "database system is ready",
    "terminating connection due to administrator command",
    "received fast shutdown",
    "aborting any active transactions",
    "background worker",
    "shutting down",
    "database system is shut down",
)


class Postgres:
    """One server on one data folder. The caller holds the folder's lock."""

    def __init__(
        self,
        folder: Folder,
        output: Output,
        settings: dict[str, str] | None = None,
        *,
        way: str = "",
    ) -> None:
        self.folder = folder
        self.output = output
        self.settings = settings or {}
        self.wanted_way = way  # the first that works here, unless the caller insists
        self.way = way
        self.process: subprocess.Popen[bytes] | None = None
        self.pump: Pump | None = None

    def prepare(self) -> None:
        """Clear what a killed server left, make the cluster if need be, write the settings."""
        leftovers.clear_postgres(self.folder, self.output)
        self.way = self.wanted_way or choose_way(self.folder.root)
        if not self.folder.cluster.exists():
            self.output.say(PART, "首次启动，正在建立数据库……")
        cluster.prepare(self.folder, self.way, settings=self.settings)
        if self.folder.socket_dir.parent != self.folder.root:
            self.output.say(PART, f"数据文件夹路径过长，套接字改放在 {self.folder.socket_dir}")

    def spawn(self) -> None:
        """Start the server without waiting for it. Settings and leftovers are renewed first."""
        self.prepare()
        self.process = subprocess.Popen(
            command(self.way, self.folder.root, "postgres", "-D", str(self.folder.cluster)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches us only; the order of ending is ours
            env={**os.environ, "LC_ALL": "C"},
        )
        if self.process.stderr is None:
            raise AssertionError
        self.pump = Pump(self.process.stderr, self._hear)

    def _hear(self, line: str) -> None:
        if not any(each in line for each in HUSHED):
            level = "error" if line.startswith(("FATAL", "PANIC", "ERROR")) else "info"
            self.output.say(PART, line, level=level)

    def wait_ready(self, is_unwanted: Callable[[], bool] = lambda: False) -> None:
        """Wait, as long as a crash recovery takes, until the server answers.

        Raises:
            PostgresFailed: it ended instead.
        """
        began = time.monotonic()
        told = began
        while not is_unwanted():
            if self.process is None or self.process.poll() is not None:
                raise self._failure()
            try:
                self._make_database()
            except psycopg.OperationalError:
                if time.monotonic() - told >= PROGRESS_SECONDS:
                    told = time.monotonic()
                    waited = f"{told - began:.0f}"
                    self.output.say(PART, f"正在恢复上次中断的数据，请稍候（已 {waited} 秒）")
                time.sleep(PROBE_SECONDS)
            else:
                return

    def _make_database(self) -> None:
        host = str(self.folder.socket_dir)
        with psycopg.connect(
            host=host, port=PORT, user=USER, dbname="postgres", connect_timeout=5, autocommit=True
        ) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _failure(self) -> PostgresFailed:
        if self.pump:
            self.pump.thread.join(1)
        said = "\n".join(self.pump.last) if self.pump else ""
        return PostgresFailed(
            f"数据库没有启动成功。它最后说：\n{said[-1500:]}",
            "PostgreSQL did not start; its last words are above.",
        )

    def stop(self) -> None:
        """End the server: connections are cut, everything is on disk, nothing to recover."""
        if self.process is None:
            return
        for sign, seconds in (
            (signal.SIGINT, FAST_SECONDS),
            (signal.SIGQUIT, 10.0),
            (signal.SIGKILL, 10.0),
        ):
            if self.process.poll() is not None:
                break
            self.process.send_signal(sign)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.output.say(PART, f"{seconds:.0f} 秒内没有停下，改用 {sign.name} 之后的办法")
        if self.pump:
            self.pump.thread.join(2)
        self.process = None
        if self.folder.socket_dir.parent != self.folder.root:
            with contextlib.suppress(OSError):
                self.folder.socket_dir.rmdir()

"""`kehui up`: one foreground process over PostgreSQL, the web and the worker."""

import http.client
import os
import shutil
import signal
import sys
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from types import FrameType
from typing import NoReturn

from kehui.server import external, ground, leftovers
from kehui.server.child import Backoff, Child
from kehui.server.output import Output
from kehui.server.paths import Folder, data_dir, external_url
from kehui.server.postgres import Postgres
from kehui.server.refusals import BadSetting, CannotRun, PreparationFailed

PART = "科汇"
STEP_SECONDS = 0.1
ASK_SECONDS = 0.3
READY_SECONDS = 60.0
NOTE = "KEHUI_READY_NOTE"  # what to print below the address, once: the demo's accounts
WEB_WORKERS = os.environ.get("KEHUI_WEB_WORKERS", "2")
WEB_THREADS = os.environ.get("KEHUI_WEB_THREADS", "4")


HIGHEST_PORT = 65535


class HandOver(BaseException):
    """Not an error: the command is done and wants this process to become the server.

    It rises through the command, so that the database it used has ended when the server starts.
    """

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


class Ended(Exception):  # noqa: N818 - what was asked for
    """Somebody asked us to end while we were still starting."""


@dataclass
class Supervisor:
    """The parts in their order: what is started first is ended last."""

    folder: Folder
    output: Output
    host: str
    port: int
    is_ending: bool = False
    postgres: Postgres | None = None
    children: list[Child] = field(default_factory=list)
    backoff: Backoff = field(default_factory=Backoff)
    database_up_at: float = 0.0

    def run(self) -> None:
        """Start everything, keep it alive until a signal asks to end, end everything.

        Raises:
            CannotRun: something in the way that only a person can remove.
        """
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._on_signal)
        ground.check_folder(self.folder)
        lock = ground.FolderLock(self.folder)
        lock.take("kehui up")
        try:
            self._start()
            self._keep()
        except Ended:
            pass
        finally:
            self._end()
            lock.release()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self.is_ending:  # the second time: no more patience
            for child in self.children:
                child.end_group(signal.SIGKILL)
        self.is_ending = True

    def _start(self) -> None:
        ground.check_disk(self.folder, self.output)
        leftovers.clear_children(self.folder, self.output)
        ground.check_port(self.host, self.port)
        if url := external_url():
            external.check(url, self.output)
        else:
            self.postgres = Postgres(self.folder, self.output)
            self.postgres.spawn()
            self.postgres.wait_ready(lambda: self.is_ending)
            self.database_up_at = time.monotonic()
        shutil.rmtree(self.folder.metrics, ignore_errors=True)  # counters begin with the server
        self.folder.metrics.mkdir(parents=True, exist_ok=True)
        self._prepare()
        self.children = [self._web(), self._worker()]
        for child in self.children:
            child.start()

    def _environment(self) -> dict[str, str]:
        url = external_url() or self.folder.database_url
        inherited = {name: value for name, value in os.environ.items() if name != NOTE}
        return {
            **inherited,
            "KEHUI_DATABASE_URL": url,
            "KEHUI_DATA_DIR": str(self.folder.root),
            leftovers.MARK: str(self.folder.root),
            "PROMETHEUS_MULTIPROC_DIR": str(self.folder.metrics),
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
        }

    def _child(self, part: str, *arguments: str, stop_seconds: float = 15.0) -> Child:
        # -P: the current folder must not be able to shadow a module
        command = [sys.executable, "-P", "-m", *arguments]
        return Child(part, command, self._environment(), self.output, stop_seconds)

    def _web(self) -> Child:
        return self._child(
            "网站",
            *("granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port)),
            *("--workers", WEB_WORKERS, "--blocking-threads", WEB_THREADS, "--no-ws"),
            *("--respawn-failed-workers", "--workers-kill-timeout", "10"),
            *("--log-level", "warning", "kehui.site.wsgi:application"),
        )

    def _worker(self) -> Child:
        return self._child("后台", "kehui.cli", "work", stop_seconds=30.0)

    def _prepare(self) -> None:
        """Migrate and collect static files, in a process of its own: Django stays out of ours."""
        child = self._child("准备", "kehui.cli", "prepare")
        child.start()
        while child.process and child.process.poll() is None:
            if self.is_ending:
                child.stop()
                raise Ended
            time.sleep(STEP_SECONDS)
        if child.process and child.process.returncode != 0:
            raise PreparationFailed(
                "数据库结构更新没有完成，原因见上面“准备”的输出。修正后再次启动即可继续。",
                "The preparation (migrations, static files) failed; see its lines above.",
            )

    def _keep(self) -> None:
        announcement = Announcement(self.output, self.host, self.port)
        while not self.is_ending:
            if self.postgres:
                self._tend_postgres(self.postgres)
            for child in self.children:
                child.tend(may_start=lambda: not self.is_ending)
            announcement.tend()
            time.sleep(STEP_SECONDS)

    def _tend_postgres(self, postgres: Postgres) -> None:
        if postgres.process is None or postgres.process.poll() is None:
            return
        pause = self.backoff.pause_after(time.monotonic() - self.database_up_at)
        self.output.say("数据库", f"意外结束，{pause:.0f} 秒后重新启动", level="error")
        until = time.monotonic() + pause
        while time.monotonic() < until and not self.is_ending:
            time.sleep(STEP_SECONDS)
        if self.is_ending:
            return
        try:
            postgres.spawn()
            postgres.wait_ready(lambda: self.is_ending)
        except CannotRun as refusal:
            self.output.say("数据库", refusal.message, level="error")  # and try again
        else:
            self.output.say("数据库", "已恢复运行")
        self.database_up_at = time.monotonic()

    def _end(self) -> None:
        if self.children or self.postgres:
            self.output.say(PART, "正在停止……")
        for child in self.children:  # both at once, then wait for each
            child.ask_to_stop()
        for child in self.children:
            child.stop()
        if self.postgres:
            self.postgres.stop()
        if self.children or self.postgres:
            self.output.say(PART, "已全部停止")


@dataclass
class Announcement:
    """Says the address once the site answers, and says so when that takes long."""

    output: Output
    host: str
    port: int
    is_made: bool = False
    ask_at: float = 0.0
    warn_at: float = field(default_factory=lambda: time.monotonic() + READY_SECONDS)

    def tend(self) -> None:
        now = time.monotonic()
        if self.is_made or now < self.ask_at:
            return
        self.ask_at = now + ASK_SECONDS
        if is_ready(self.host, self.port):
            self.is_made = True
            self.output.say(PART, f"已就绪：{address(self.host, self.port)}")
            for line in os.environ.get(NOTE, "").splitlines():
                self.output.say(PART, line)
        elif now > self.warn_at:
            self.warn_at = now + READY_SECONDS
            self.output.say(PART, "网站仍未就绪（/readyz 没有回答 200），继续等待", level="warning")


def shown(host: str) -> str:
    """Return where we ourselves can reach a server that listens on this host."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 # nosec B104 - compared only
    return everywhere.get(host, host)


def address(host: str, port: int) -> str:
    name = shown(host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def is_ready(host: str, port: int) -> bool:
    asked = http.client.HTTPConnection(shown(host), port, timeout=2)
    try:
        asked.request("GET", "/readyz")
        return asked.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def wanted_address() -> tuple[str, int]:
    """Return KEHUI_HOST and KEHUI_PORT."""
    said = os.environ.get("KEHUI_PORT") or "8000"
    if not said.isdecimal() or not 0 < int(said) <= HIGHEST_PORT:
        raise BadSetting(
            f"KEHUI_PORT 应是 1 至 65535 的整数，现在是“{said}”。",
            f"KEHUI_PORT must be a number from 1 to 65535; it is “{said}”.",
        )
    return os.environ.get("KEHUI_HOST") or "127.0.0.1", int(said)


def up() -> None:
    """Run the server of this environment in the foreground until it is asked to end.

    Raises:
        CannotRun: it could not start; the sentence says why.
    """
    host, port = wanted_address()
    Supervisor(Folder(data_dir()), Output(), host, port).run()


def become_up(note: str = "") -> NoReturn:
    """From within a command: end its database, then go on as `kehui up` in the same process.

    Args:
        note: lines to print below the address once the site is ready.
    """
    raise HandOver(note)

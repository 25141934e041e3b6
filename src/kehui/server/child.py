"""A child process that is kept alive: started again after a crash, later each time."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from kehui.server.output import Output, Pump

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0


@dataclass
class Backoff:
    """How long to wait before the next start. A child that ran steadily starts afresh."""

    failures: int = 0

    def pause_after(self, lived_seconds: float) -> float:
        self.failures = 1 if lived_seconds >= STEADY_SECONDS else self.failures + 1
        doubled: float = FIRST_PAUSE_SECONDS * 2.0 ** min(self.failures - 1, 10)
        return min(LONGEST_PAUSE_SECONDS, doubled)


@dataclass
class Child:
    """One part with its command line. The supervisor's loop calls `tend` again and again."""

    part: str
    command: list[str]
    environment: dict[str, str]
    output: Output
    stop_seconds: float = 15.0
    process: subprocess.Popen[bytes] | None = None
    pump: Pump | None = None
    backoff: Backoff = field(default_factory=Backoff)
    started_at: float = 0.0
    start_at: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us only; and its own children can be ended
        )
        if self.process.stdout is None:
            raise AssertionError
        self.pump = Pump(self.process.stdout, lambda line: self.output.say(self.part, line))
        self.started_at = time.monotonic()

    def tend(self, *, may_start: Callable[[], bool]) -> None:
        """Notice the child's end, say so, and start it again when its pause is over."""
        now = time.monotonic()
        if self.process is not None and (status := self.process.poll()) is not None:
            self.end_group(signal.SIGKILL)  # what it started must not keep its port
            pause = self.backoff.pause_after(now - self.started_at)
            self.process, self.start_at = None, now + pause
            self.output.say(
                self.part,
                f"意外结束（{describe(status)}），{pause:.0f} 秒后重新启动",
                level="error",
            )
        elif self.process is None and now >= self.start_at and may_start():
            self.start()

    def end_group(self, sign: signal.Signals) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)

    def ask_to_stop(self) -> None:
        if self.process:
            self.process.terminate()

    def stop(self) -> None:
        """End the child: politely first, then with everything it started."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self.output.say(self.part, f"{self.stop_seconds:.0f} 秒内没有停下，强行结束")
        self.end_group(signal.SIGKILL)
        self.process.wait()
        self.process = None


def describe(status: int) -> str:
    if status >= 0:
        return f"退出码 {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"信号 {-status}"

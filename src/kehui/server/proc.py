"""What /proc says about other processes. A process that vanishes meanwhile is simply not there."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
STEP_SECONDS = 0.05


def all_pids() -> Iterator[int]:
    for each in PROC.iterdir():
        if each.name.isdigit():
            yield int(each.name)


def is_alive(pid: int) -> bool:
    """Say whether the process runs. A dead one nobody has fetched yet (a zombie) does not."""
    try:
        stat = (PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def working_in(folder: Path) -> list[int]:
    """Return the live processes whose current folder this is: PostgreSQL's way of settling in."""
    found = []
    for pid in all_pids():
        try:
            where = (PROC / str(pid) / "cwd").readlink()
        except OSError:
            continue
        if where == folder and pid != os.getpid() and is_alive(pid):
            found.append(pid)
    return found


def marked(variable: str, value: str) -> list[int]:
    """Return the live processes, other than this one, started with this environment variable."""
    entry = os.fsencode(f"{variable}={value}")
    found = []
    for pid in all_pids():
        try:
            environment = (PROC / str(pid) / "environ").read_bytes()
        except OSError:
            continue
        if entry in environment.split(b"\0") and pid != os.getpid() and is_alive(pid):
            found.append(pid)
    return found


def end(pids: list[int], sign: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)


def wait_gone(pids: list[int], *, seconds: float) -> list[int]:
    """Wait until the processes are gone; return those that are still there."""
    deadline = time.monotonic() + seconds
    left = [pid for pid in pids if is_alive(pid)]
    while left and time.monotonic() < deadline:
        time.sleep(STEP_SECONDS)
        left = [pid for pid in left if is_alive(pid)]
    return left

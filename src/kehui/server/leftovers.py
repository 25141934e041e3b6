"""What a killed server leaves behind: orphans that still run, and files that say it runs."""

import signal
from pathlib import Path

from kehui.server import proc
from kehui.server.output import Output
from kehui.server.paths import SOCKET_FILE, Folder
from kehui.server.refusals import PostgresFailed

PART = "科汇"
MARK = "KEHUI_SUPERVISED"  # in the environment of every child: the data folder it serves
FAST_SECONDS = 60.0
KILL_SECONDS = 10.0


def clear_children(folder: Folder, output: Output) -> None:
    """End web and worker processes that outlived the supervisor of this folder."""
    orphans = proc.marked(MARK, str(folder.root))
    if not orphans:
        return
    output.say(PART, f"结束上次遗留的进程：{'、'.join(map(str, orphans))}")
    proc.end(orphans, signal.SIGTERM)
    left = proc.wait_gone(orphans, seconds=KILL_SECONDS)
    proc.end(left, signal.SIGKILL)
    proc.wait_gone(left, seconds=KILL_SECONDS)


def clear_postgres(folder: Folder, output: Output) -> None:
    """End a PostgreSQL that outlived its supervisor, and remove the lock files of a dead one.

    PostgreSQL takes the number in postmaster.pid for a running server whenever a process of that
    number exists, be it a zombie nobody has fetched yet or a stranger after a restart of the
    machine. We know better: we hold the folder's lock, and every process of PostgreSQL works in
    its data folder. When none does, the file is stale.

    Raises:
        PostgresFailed: an old process does not end.
    """
    orphans = proc.working_in(folder.cluster)
    if orphans:
        output.say(PART, "上次的数据库仍在运行，先让它结束……")
        head = [pid for pid in orphans if pid == _recorded(folder.cluster / "postmaster.pid")]
        proc.end(head or orphans, signal.SIGINT)
        left = proc.wait_gone(orphans, seconds=FAST_SECONDS if head else 1.0)
        proc.end(left, signal.SIGQUIT)
        left = proc.wait_gone(left, seconds=KILL_SECONDS)
        proc.end(left, signal.SIGKILL)
        if left := proc.wait_gone(left, seconds=KILL_SECONDS):
            raise PostgresFailed(
                f"上次的数据库进程 {left} 无法结束，请重启机器后再试。",
                f"The old database processes {left} do not end; restart the machine.",
            )
    for stale in (
        folder.cluster / "postmaster.pid",
        folder.socket_dir / SOCKET_FILE,
        folder.socket_dir / f"{SOCKET_FILE}.lock",
    ):
        stale.unlink(missing_ok=True)


def _recorded(file: Path) -> int:
    try:
        return int(file.read_text("ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return 0

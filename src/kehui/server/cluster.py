"""PostgreSQL's folder: made once, its settings written before each start."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

from kehui.server.paths import PORT, USER, Folder
from kehui.server.programs import MAJOR, command, owner_for
from kehui.server.refusals import FolderOfAnother, PostgresFailed, WrongVersion

MEGABYTE = 1024 * 1024
SMALL_SHARED_MEMORY = 256 * MEGABYTE
INCLUDE = "include 'kehui.conf'\n"


def check_version(folder: Folder) -> None:
    """Refuse a folder that another major version of PostgreSQL has written."""
    file = folder.cluster / "PG_VERSION"
    if file.exists() and (found := file.read_text("ascii").strip()) != MAJOR:
        raise WrongVersion(
            f"数据文件夹由 PostgreSQL {found} 写成，本版本需要 {MAJOR}。请先用当时的科汇版本执行"
            f" kehui backup，再在新的数据文件夹里 kehui restore。（{folder.cluster}）",
            f"The data folder was written by PostgreSQL {found}; this release needs {MAJOR}. "
            "Back up with the release that wrote it, then restore into a new folder.",
        )


def prepare(folder: Folder, way: str, *, settings: dict[str, str]) -> None:
    """Make the cluster if there is none, hand its files to the right owner, write its settings."""
    check_version(folder)
    if not (folder.cluster / "PG_VERSION").exists():
        _initialize(folder, way)
    _own(folder.cluster, owner_for(way))
    _make_socket_dir(folder, way)
    write_settings(folder, settings)


def _initialize(folder: Folder, way: str) -> None:
    # Under another name first: an interrupted initdb must never look like a finished one.
    partial = folder.root / "postgres.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    _own(partial, owner_for(way))
    arguments = [
        f"--pgdata={partial}",
        f"--username={USER}",
        "--auth=trust",  # only the owner reaches the socket: its folder is 0700, no TCP
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--data-checksums",
    ]
    done = subprocess.run(
        command(way, folder.root, "initdb", *arguments),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    if done.returncode != 0:
        raise PostgresFailed(
            f"无法建立数据库：{done.stderr.strip()[-600:]}",
            "initdb failed; its words are above.",
        )
    with (partial / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(f"\n# Rewritten before each start by kehui\n{INCLUDE}")
    partial.rename(folder.cluster)


def _own(path: Path, owner: int) -> None:
    """Give the files to the account PostgreSQL runs as, when an administrator changed the way."""
    if os.geteuid() != 0 or path.stat().st_uid == owner:
        return
    for parent, folders, files in os.walk(path):
        for each in (*folders, *files):
            os.chown(Path(parent) / each, owner, -1, follow_symlinks=False)
    os.chown(path, owner, -1)  # last: it is what the test above reads


def _make_socket_dir(folder: Folder, way: str) -> None:
    path = folder.socket_dir
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid in {os.geteuid(), owner_for(way)}
    if path.parent != folder.root and not is_ours:  # in /tmp anybody could have made it
        raise FolderOfAnother(
            f"套接字文件夹 {path} 属于别的用户。请删除它，或换一个较短的数据文件夹路径。",
            f"The socket folder {path} belongs to someone else. "
            "Remove it, or choose a data folder with a shorter path.",
        )
    path.chmod(0o700)
    _own(path, owner_for(way))


def write_settings(folder: Folder, settings: dict[str, str]) -> None:
    """Write kehui.conf: sized to this machine, private, and with what the caller adds."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    shared = Path("/dev/shm")  # noqa: S108 # nosec B108 - asked for its size only
    tight = not shared.is_dir() or shutil.disk_usage(shared).total < SMALL_SHARED_MEMORY
    values = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": '"{}"'.format(str(folder.socket_dir).replace('"', '""')),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{max(64, min(memory // 6, 2048))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "maintenance_work_mem": f"{max(64, min(memory // 16, 512))}MB",
        "work_mem": "16MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "dynamic_shared_memory_type": "mmap" if tight else "posix",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "logging_collector": "off",
        "log_destination": "stderr",
        "log_line_prefix": "",
        "log_checkpoints": "off",
        "log_startup_progress_interval": "2s",
        "idle_in_transaction_session_timeout": "10min",  # an open one holds the ledger's readers
        **settings,
    }
    quoted = {name: value.replace("'", "''") for name, value in values.items()}
    text = "".join(f"{name} = '{value}'\n" for name, value in quoted.items())
    target = folder.cluster / "kehui.conf"
    target.write_text(text, "utf-8")
    target.chmod(0o600)
    os.chown(target, folder.cluster.stat().st_uid, -1)

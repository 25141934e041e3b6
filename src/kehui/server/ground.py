"""The ground under a start: a folder of ours, room on the disk, nobody else in it, a free port."""

import fcntl
import json
import os
import shutil
import socket
from pathlib import Path
from typing import IO

from kehui.server.output import Output
from kehui.server.paths import Folder
from kehui.server.refusals import (
    AlreadyRunning,
    DiskFull,
    FolderNotWritable,
    FolderOfAnother,
    PortTaken,
)

PART = "科汇"
MEGABYTE = 1024 * 1024
WARN_BELOW = 2048 * MEGABYTE
REFUSE_BELOW = 200 * MEGABYTE


def check_folder(folder: Folder) -> None:
    """Make the data folder if need be, and refuse one that is not ours or cannot be written."""
    root = folder.root
    try:
        root.mkdir(parents=True, mode=0o700, exist_ok=True)
    except OSError as error:
        raise FolderNotWritable(
            f"无法建立数据文件夹 {root}（{error.strerror}）。"
            "请改用 KEHUI_DATA_DIR 指定可写的位置。",
            f"Cannot make the data folder {root} ({error.strerror}). Set KEHUI_DATA_DIR.",
        ) from error
    owner = root.stat().st_uid
    if owner != os.geteuid():
        raise FolderOfAnother(
            f"数据文件夹 {root} 属于用户 {owner}，而当前用户是 {os.geteuid()}。"
            "请用该用户运行，或用 KEHUI_DATA_DIR 另选位置。",
            f"The data folder {root} belongs to user {owner}, and you are {os.geteuid()}. "
            "Run as that user, or set KEHUI_DATA_DIR.",
        )
    try:
        _try_to_write(root)
    except OSError as error:
        raise FolderNotWritable(
            f"数据文件夹 {root} 不可写（{error.strerror}）。请检查权限或磁盘是否只读。",
            f"The data folder {root} cannot be written ({error.strerror}).",
        ) from error


def _try_to_write(root: Path) -> None:
    probe = root / f".probe-{os.getpid()}"
    os.close(os.open(probe, os.O_CREAT | os.O_WRONLY, 0o600))
    probe.unlink()


def check_disk(folder: Folder, output: Output, *, free_bytes: int | None = None) -> None:
    """Warn when the disk fills up; refuse to start a database that soon could not write.

    Args:
        folder: where the data lie.
        output: where to warn.
        free_bytes: what is free, when the caller knows better than the file system.
    """
    free = shutil.disk_usage(folder.root).free if free_bytes is None else free_bytes
    megabytes = free // MEGABYTE
    if free < REFUSE_BELOW:
        raise DiskFull(
            f"磁盘只剩 {megabytes} MB，低于 200 MB，不能启动。请先腾出空间（{folder.root}）。",
            f"Only {megabytes} MB are free, below 200 MB; make room first ({folder.root}).",
        )
    if free < WARN_BELOW:
        output.say(PART, f"注意：磁盘只剩 {megabytes} MB，请尽快腾出空间。", level="warning")


def check_port(host: str, port: int) -> None:
    """Refuse a port that another program listens on, or that we may not open.

    Tried without SO_REUSEPORT: with it, two servers would share the port in silence.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
            tried.listen(1)
        except OSError as error:
            raise PortTaken(
                f"无法使用 {host}:{port}（{error.strerror}）。"
                "请结束占用它的程序，或用 KEHUI_PORT 换一个端口。",
                f"Cannot listen on {host}:{port} ({error.strerror}). "
                "End what uses it, or set KEHUI_PORT.",
            ) from error


class FolderLock:
    """The one right to run a server on a data folder. Vanishes with the process that holds it."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.file: IO[str] | None = None

    def take(self, what: str) -> None:
        """Take the lock, and write down who we are for those who come later.

        Raises:
            AlreadyRunning: another process holds it.
        """
        file = self.folder.lock.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _holder(file)
            file.close()
            raise AlreadyRunning(
                f"这个数据文件夹正在被使用：{holder}。同一文件夹只能运行一个服务。"
                f"（{self.folder.root}）",
                f"The data folder is in use by {holder}. Only one server may run on it.",
            ) from error
        file.seek(0)
        file.truncate()
        json.dump({"pid": os.getpid(), "what": what}, file)
        file.flush()
        self.file = file

    def release(self) -> None:
        if self.file:
            self.file.close()
            self.file = None


def _holder(file: IO[str]) -> str:
    file.seek(0)
    try:
        said = json.load(file)
        return f"{said['what']}（pid {said['pid']}）"
    except (ValueError, KeyError, TypeError):
        return "另一个进程"

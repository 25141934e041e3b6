"""What was sent and what came back: the count, and everything that was wrong."""

import json
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.signals import got_request_exception
from django.db import transaction
from django.urls import Resolver404, resolve
from tests.rights.actors import Actors
from tests.rights.world import MARKS

from kehui.rights.table import Address, rights

ASKED_AS: Final = (
    ("visitor", "elsewhere"),
    ("v2", "elsewhere"),
    ("v3", "own"),
    ("agent", "unit"),
    ("steward", "city"),
    ("reviewer", "elsewhere"),
    ("operator", "elsewhere"),
)
# An answer names the applicant to the applicant, who is somebody else here; see asking.ask
MOST_KEPT: Final = 100


@dataclass
class Tally:
    """How many requests there were, by status; `faults` are sentences, each kind once."""

    statuses: Counter[int] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    addresses: Counter[str] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    last_error: str = ""

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())

    def summary(self) -> dict[str, Any]:
        """Return the figures for a report."""
        return {
            "requests": self.requests,
            "server_errors": sum(n for status, n in self.statuses.items() if status >= 500),
            "foreign": sum(1 for each in self.faults if each.startswith("shows")),
            "addresses": len(self.addresses),
            "statuses": dict(sorted(self.statuses.items())),
            "roles": dict(self.roles),
            "faults": self.faults,
        }

    def take(self, path: str, response: Any, role: str, distance: str, sent: object) -> None:
        """Count the answer and judge it."""
        status = response.status_code
        name = name_of(path)
        self.statuses[status] += 1
        self.roles[role] += 1
        self.addresses[name] += 1
        if status >= 500 and status != 503:
            self._fault(f"{status} {name}: {self.last_error}", path, sent)
        text = b"".join(response) if response.streaming else response.content
        close(response)
        shown = text.decode(errors="replace")
        for mark, values in MARKS.items():
            if any(each in shown for each in values) and not is_due(name, mark, role, distance):
                self._fault(f"shows {mark} at {name} to {role}, {distance}", path, sent)
        if name.startswith("api:") and status >= 400 and '"code"' not in shown:
            self._fault(f"{status} {name}: no problem document", path, sent)

    def _fault(self, what: str, path: str, sent: object) -> None:
        if len(self.faults) < MOST_KEPT:
            self.faults.setdefault(what, f"{path[:300]} {json.dumps(sent, default=repr)[:600]}")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Note what raised, so that a fault says where."""

        def note(**_: Any) -> None:
            lines = traceback.format_exc().strip().splitlines()
            ours = [each.strip() for each in lines if "/kehui/" in each or "/tests/" in each]
            self.last_error = f"{lines[-1][:160]} | {ours[-1][-120:] if ours else ''}"

        got_request_exception.connect(note)
        try:
            yield
        finally:
            got_request_exception.disconnect(note)


def close(response: Any) -> None:
    """Close the file of a download; the response's own `close` would end the transaction."""
    for each in getattr(response, "_resource_closers", ()):
        each()


ADDRESSES: Final[dict[str, Address]] = {each.name: each for each in rights().addresses}


def name_of(path: str) -> str:
    """Return the name of the address in the table of rights, "api:" before an operation."""
    try:
        found = resolve(path.partition("?")[0])
    except Resolver404:
        return "none"
    name = found.view_name or str(found.route)
    bare = name.removeprefix("api-v1:")
    return f"api:{bare}" if bare in ADDRESSES and name != bare else name


def is_due(name: str, mark: str, role: str, distance: str) -> bool:
    """Say whether any row of the address gives this role from there what the mark stands for."""
    address = ADDRESSES.get(name.removeprefix("api:"))
    grids = [row.fields[mark] for row in address.rows if mark in row.fields] if address else []
    return any(
        each.gets[role, distance] == "yes" or (mark in OWN and distance == "own") for each in grids
    )


OWN: Final = {"applicants", "usernames"}


@contextmanager
def undone(actors: Actors, role: str, distance: str) -> Iterator[None]:
    """Be this role inside of the block; whatever happens there is rolled back."""
    with transaction.atomic():
        actors.become(role, distance, "")
        try:
            yield
        finally:
            transaction.set_rollback(True)

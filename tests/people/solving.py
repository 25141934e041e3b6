"""Solve challenges as a browser does."""

import base64
import json
from dataclasses import asdict
from datetime import datetime

import altcha
from tests.makers import NOW

from kehui.people import services
from kehui.people.services import Form, Ticket


def make_ticket(
    form: Form = Form.SIGN_IN, step: int = 1, *, serial: str = "one", wait: int = 0
) -> Ticket:
    return services.ticket(form=form, step=step, serial=serial, wait=wait, at=NOW)


def solution(ticket: Ticket, *, key: str = "") -> str:
    """Return what the script sends for this ticket; two rounds are enough here."""
    challenge = altcha.create_challenge(
        "PBKDF2/SHA-256",
        2,
        counter=3,
        data=asdict(ticket),
        hmac_secret=key or services.work_key(),
    )
    return solved(challenge)


def solved(challenge: altcha.Challenge) -> str:
    found = altcha.solve_challenge(challenge)
    assert found is not None
    plain = altcha.Solution(found.counter, found.derived_key)
    return written(altcha.Payload(challenge, plain).to_dict())


def written(said: dict[str, object], *, separators: tuple[str, str] = (",", ":")) -> str:
    return base64.b64encode(json.dumps(said, separators=separators).encode()).decode()


def of_page(work: str) -> str:
    """Return the solution of the work that a page shows."""
    return solved(altcha.Challenge.from_dict(json.loads(work)))


def read(text: str) -> dict[str, object]:
    said: dict[str, object] = json.loads(base64.b64decode(text))
    return said


def bring(
    solution: str = "",
    *,
    waiting: str = "",
    form: Form = Form.SIGN_IN,
    step: int = 1,
    address: str = "192.0.2.7",
    at: datetime = NOW,
) -> None:
    services.pass_challenge(
        form=form, step=step, solution=solution, waiting=waiting, address=address, at=at
    )

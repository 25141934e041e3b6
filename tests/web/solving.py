"""A browser that does the work of a challenge: what static/js/challenge.js does, in Python."""

import html
import re
from typing import Any

from django.test import Client
from tests.people.solving import of_page

WORK = re.compile(r'data-challenge="([^"]+)"')
WAIT = re.compile(r'name="waiting" value="([^"]+)"')


def solved(page: str) -> dict[str, str]:
    """Return the field that the script fills in on this page, or nothing where nothing is asked."""
    found = WORK.search(page)
    return {"challenge": of_page(html.unescape(found[1]))} if found else {}


def waiting(page: str) -> dict[str, str]:
    """Return the field that a form without a script sends."""
    found = WAIT.search(page)
    return {"challenge": "", "waiting": html.unescape(found[1])} if found else {}


def press(client: Client, path: str, fields: dict[str, str], times: int) -> Any:
    """Send the form so many times, each with the work that the page before it asked for."""
    answer = client.get(path)
    for _ in range(times):
        answer = client.post(path, fields | solved(answer.content.decode()))
    return answer

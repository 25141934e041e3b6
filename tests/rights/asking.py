"""One request as one role from one distance, and what was wrong with its answer."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from tests.rights.actors import Actors, Browser
from tests.rights.world import MARKS

from kehui.ledger.models import Entry
from kehui.people.models import Unmasking
from kehui.rights.table import Address, Row

PARAMETER: Final = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")
SIGN_IN: Final = re.compile(r"/sign-in/(\?next=.+)?")
# What an address wants beside its thing
ARGUMENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "deals:act": {"name": "talk"},
    "deals:act_on": {"name": "take", "position": "1"},
    "deals:contract_text": {"number": "1"},
    "market:edit": {"step": "matter"},
    "market:examine": {"step": "matter"},
    "office:codes_of": {"scheme": "disciplines"},
    "office:import_template": {"side": "need"},
    "office:job_again": {"pk": "1"},
    "me:download_copy": {"ticket": "1:nobody:signed"},
    "me:give_consent": {"purpose": "personalization"},
    "me:withdraw_consent": {"purpose": "personalization"},
    "me:remove_contact": {"way": "email"},
    "mfa_edit_webauthn": {"pk": "1"},
    "mfa_remove_webauthn": {"pk": "1"},
    "people:go_on": {"ticket": "nobody"},
    "nowhere": {"rest": "nowhere/at/all"},
}
QUERIES: Final[Mapping[str, str]] = {"rules:why_not_choose": "need=1&offer=1"}
# The smallest bodies that are not turned away for themselves; all others are empty
BODIES: Final[Mapping[str, Mapping[str, str]]] = {
    "market:save_search": {"side": "need", "q": "废水"},
    "market:studio_move": {"state": "closed"},
    "me:act_for": {"organization": "{pk}"},
    "me:language": {"language": "zh-hans"},
    "hooks:replace_secret": {"key": "rights"},
    "me:replace_token": {"key": "rights"},
    "office:complaint": {"answer": "已经查明，并已改正。"},
    "office:unmask_phone": {"reason": Unmasking.Reason.values[0], "note": "核对身份"},
    "withdraw_need": {"reason": "no_longer_needed"},
    "withdraw_offer": {"reason": "no_longer_needed"},
}
SHOWN_BY_POST: Final = ("office:unmask_phone",)
DENIALS: Final = {401: "sign-in", 403: "403", 404: "404"}
ALLOWED: Final = (200, 201, 204, 302, 303, 400, 409, 422)


@dataclass(frozen=True)
class Place:
    """Where a row is asked: one of the routes of its address."""

    address: Address
    row: Row
    route: str

    @property
    def is_of_the_api(self) -> bool:
        return bool(self.address.scope) or self.address.name == "nowhere"

    @property
    def path(self) -> str:
        return f"{self.row.method} {self.route} {self.row.thing}".strip()


def arguments(place: Place, actors: Actors) -> dict[str, Any]:
    """Return the arguments of the route, from the thing and from what the address wants beside."""
    known = {
        **actors.world.reach.get(place.row.thing, {}),
        **ARGUMENTS.get(place.address.name, {}),
    }
    return {name: known[name] for name in PARAMETER.findall(place.route)}


def ask(place: Place, actors: Actors, role: str, distance: str) -> list[str]:
    """Ask as this role from there, undo it, and return what was wrong in a few words each."""
    row = place.row
    with transaction.atomic():
        actors.become(role, distance, row.thing)
        before = _entries() if row.method != "GET" else 0
        response = _answer(place, actors, role, distance)
        found = _verdict(response)
        is_done = row.method != "GET" and _entries() != before
        transaction.set_rollback(True)
    wanted = row.grid.gets[role, distance]
    wrong = []
    if found != ("yes" if wanted == "refused" else wanted):
        wrong.append(f"answers {response.status_code}, not {wanted}")
    if is_done and wanted != "yes":
        wrong.append("did something")
    own = {"applicants", "usernames"} if (row.thing, distance) == ("applicant", "own") else set()
    wrong += _marks(place, response, role, distance, is_read=found == "yes", own=own)
    return [f"{place.path} as {role}, {distance}: {each}" for each in wrong]


def _answer(place: Place, actors: Actors, role: str, distance: str) -> Any:
    given = arguments(place, actors)
    body = {
        name: value.format(**given or actors.world.reach.get(place.row.thing, {}))
        for name, value in BODIES.get(place.address.name, {}).items()
    }
    if place.is_of_the_api:
        secret = None if role == "visitor" else actors.secret(distance, place.row.thing)
        return call(place, given, body, secret=secret)
    path = reverse(place.address.name, kwargs=given)
    query = QUERIES.get(place.address.name, "")
    browser = actors.browser(role, distance, place.row.thing)
    if place.row.method == "POST":
        return browser.post(path, body)
    return browser.generic(place.row.method, path, QUERY_STRING=query)


def call(
    place: Place, given: Mapping[str, Any], body: Mapping[str, str], *, secret: str | None
) -> Any:
    """Call an operation of the API with this key, or with none."""
    headers = {"Idempotency-Key": "rights"}
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    path = PARAMETER.sub(lambda found: str(given[found[1]]), place.route)
    text = json.dumps(body) if place.row.method != "GET" else ""
    return Browser().generic(
        place.row.method, f"/api/v1{path}", text, "application/json", headers=headers
    )


def _verdict(response: Any) -> str:
    status = response.status_code
    if status == 302 and SIGN_IN.fullmatch(response["Location"]):
        return "sign-in"
    if status in ALLOWED:
        return "yes"
    return DENIALS.get(status, str(status))


def _marks(
    place: Place, response: Any, role: str, distance: str, *, is_read: bool, own: Iterable[str]
) -> list[str]:
    """Look for every private value: none where it is not due, and where it is due it is there."""
    text = response.getvalue().decode(errors="replace")
    is_page = is_read and response.status_code < 300
    is_shown = is_page and (place.row.method == "GET" or place.address.name in SHOWN_BY_POST)
    wrong = []
    for name, values in MARKS.items():
        grid = place.row.fields.get(name)
        is_due = grid is not None and grid.gets[role, distance] == "yes"
        is_there = any(each in text for each in values)
        if is_there and not is_due and name not in own:
            wrong.append(f"shows {name}")
        if is_due and is_shown and not is_there:
            wrong.append(f"does not show {name}")
    return wrong


def _entries() -> int:
    return Entry.objects.aggregate(last=Max("pk"))["last"] or 0

"""Tokens of too little scope, or none: turned away before anything is looked up or done."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.rights.actors import Actors, Browser
from tests.rights.asking import BODIES, Place, arguments, call
from tests.rights.walking import operations

from kehui.api.v1 import api
from kehui.ledger.models import Entry
from kehui.people import services
from kehui.people.models import ApiToken, Seat
from kehui.rights.table import rights

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders", "bare_errors")]

BOTH = (ApiToken.Scope.READ, ApiToken.Scope.PUBLISH)
VISITOR: Any = Browser()
ROUTES = {each.name: each.route for each in operations(api)}
PLACES = [
    Place(address, row, ROUTES[address.name])
    for address in rights().addresses
    if address.scope
    for row in address.rows
]


def token(actors: Actors, secret: str, *scopes: ApiToken.Scope) -> ApiToken:
    return services.issue_token(
        person=actors.world.owner, name="试", scopes=scopes, secret=secret, at=timezone.now()
    )


def answer(place: Place, actors: Actors, secret: str | None) -> tuple[int, str]:
    """Ask with the owner's token for what is the owner's; return status and code."""
    said = BODIES.get(place.address.name, {})
    response = call(place, arguments(place, actors), said, secret=secret)
    return response.status_code, json.loads(response.content)["code"]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.address.name + place.row.thing)
def test_a_token_has_no_more_than_its_scope_and_ends(place: Place, actors: Actors) -> None:
    token(actors, "kehui_narrow", *(each for each in BOTH if each.value != place.address.scope))
    gone, late = (token(actors, secret, *BOTH) for secret in ("kehui_gone", "kehui_late"))
    services.revoke_token(token=gone, person=actors.world.owner, at=timezone.now())
    late.expires_at = timezone.now() - timedelta(seconds=1)
    late.save()
    before = Entry.objects.count()

    assert answer(place, actors, "kehui_narrow") == (403, "TOKEN_SCOPE")
    assert answer(place, actors, "kehui_gone") == (401, "TOKEN_UNKNOWN")
    assert answer(place, actors, "kehui_late") == (401, "TOKEN_UNKNOWN")
    assert answer(place, actors, "kehui_invented") == (401, "TOKEN_UNKNOWN")
    assert Entry.objects.count() == before


def test_a_token_opens_no_page_and_a_session_no_operation(actors: Actors) -> None:
    headers = {"Authorization": f"Bearer {actors.secret('own', '')}"}
    page = VISITOR.get("/me/", headers=headers)
    operation = actors.browser("v2", "own", "").get("/api/v1/me")

    assert (page.status_code, operation.status_code) == (302, 401)


@pytest.mark.parametrize("scope", list(ApiToken.Scope))
def test_metrics_want_their_scope_and_an_operator(actors: Actors, scope: ApiToken.Scope) -> None:
    actors.become("operator", "own", "")
    token(actors, "kehui_monitor", scope)
    headers = {"Authorization": "Bearer kehui_monitor"}
    status = VISITOR.get("/metrics", headers=headers).status_code
    Seat.objects.filter(person=actors.world.owner).delete()

    assert status == (200 if scope == ApiToken.Scope.METRICS else 403)
    assert VISITOR.get("/metrics", headers=headers).status_code == 403

"""Every address as every role, near and far: the answer that the table gives, and no leak."""

import re

import pytest
from django.urls import get_resolver
from tests.rights.actors import Actors, cells
from tests.rights.asking import Place, ask
from tests.rights.walking import operations, pages

from kehui.api.v1 import api
from kehui.rights.table import rights

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders", "bare_errors")]

SERVED = [*pages(get_resolver().url_patterns), *operations(api)]


PLACES = [
    Place(address, row, each.route)
    for address in rights().addresses
    for each in SERVED
    if each.name == address.name
    for row in address.rows
]


def roles(place: Place) -> list[str]:
    """Return the roles to try: nobody has a token who is nobody."""
    if place.is_of_the_api:
        return [role for role in rights().roles if role != "technical"]
    return list(rights().roles)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: re.sub(r"[<>:]", "", place.path))
def test_each_role_gets_what_the_table_says(place: Place, actors: Actors) -> None:
    wrong = [
        said
        for role, distance in cells(place.row, roles(place))
        for said in ask(place, actors, role, distance)
    ]

    assert not wrong, "\n".join(wrong)

"""Sign somebody in without a page."""

from django.test import Client
from tests.makers import make_account

from kehui.people.models import Person


def enter(client: Client, person: Person | None = None) -> Person:
    account = make_account(person=person)
    client.force_login(account)
    assert account.person is not None
    return account.person

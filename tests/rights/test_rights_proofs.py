"""The table says which acts count and which ask again; each is asked with a cookie alone."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings
from tests.makers import make_operator, make_person
from tests.rights.asking import ARGUMENTS, PARAMETER
from tests.rights.walking import pages
from tests.web.entering import enter

from kehui.people.models import DeviceKey
from kehui.rights.table import Address, rights
from kehui.web.people.acts import COUNTED, STEP_UP

pytestmark = pytest.mark.django_db

ROUTES = {each.name: each.route for each in pages(get_resolver().url_patterns)}
MARKED = [each for each in rights().addresses if each.signed]
STEPPED = [(each, method) for each in rights().addresses for method in each.step_up]
# Their own forms ask for the password at every press, or allauth's pages do
IN_THE_FORM = {"me:copy", "me:leave", "me:password"}
BY_ALLAUTH = {"mfa_activate_totp", "mfa_add_webauthn"}


def place(address: Address) -> str:
    names = PARAMETER.findall(ROUTES[address.name])
    known = ARGUMENTS.get(address.name, {})
    return reverse(address.name, kwargs={name: known.get(name, 1) for name in names})


@pytest.fixture
def client(settings: Settings) -> Client:
    """Return the browser of an operator who was asked nothing for a while."""
    settings.DEVICE_KEYS = "required"
    client = Client()
    enter(client, make_operator())
    return client


def test_the_table_and_the_list_name_the_same_acts() -> None:
    asked = {(address.name, method) for address, method in STEPPED}
    by_forms = {name for name, _method in asked - STEP_UP}

    assert {each.name: each.signed for each in MARKED} == {name: {"POST"} for name in COUNTED}
    assert set(ROUTES) >= COUNTED | {name for name, _method in STEP_UP}
    assert asked >= STEP_UP
    assert by_forms - COUNTED == IN_THE_FORM | BY_ALLAUTH


@pytest.mark.parametrize("address", MARKED, ids=lambda address: address.name)
def test_an_act_that_counts_is_not_done_for_a_cookie(address: Address, client: Client) -> None:
    alone = client.post(place(address))
    session = client.session
    session["device"] = DeviceKey.objects.count() + 1  # bound, to a key that is not here
    session["account_authentication_methods"] = []
    session.save()
    bound = client.post(place(address))

    for answer in (alone, bound):
        assert answer.headers["Location"].startswith("/me/again/?next=%2Fme%2Fagain%2F")


@pytest.mark.parametrize(
    ("address", "method"), STEPPED, ids=lambda each: getattr(each, "name", each)
)
def test_where_more_is_at_stake_somebody_is_asked_again(
    address: Address, method: str, client: Client
) -> None:
    if address.name in IN_THE_FORM:
        enter(client, make_person())
    answer = client.generic(method, place(address))

    if address.name in IN_THE_FORM:
        shown = answer.content.decode()
        assert answer.status_code == 200
        assert 'type="password"' in shown
    else:
        assert answer.headers["Location"].startswith("/me/again/")


def test_what_does_not_count_is_left_alone(client: Client) -> None:
    assert client.post("/preferences/elder/").status_code == 302
    assert client.get(reverse("me:tokens")).status_code == 200

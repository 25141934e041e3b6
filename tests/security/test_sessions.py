"""How long a session lives, and what its cookies look like."""

import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings
from tests.makers import PASSWORD, make_account, make_operator, make_person, make_seat

from kehui.people.models import Account
from kehui.web.people import lifetimes

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = 60, 3600, 86_400


class Clock:
    def __init__(self) -> None:
        self.at = 1_772_000_000

    def time(self) -> float:
        return float(self.at)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(lifetimes, "time", made)
    return made


def signed_in(account: Account, client: Client) -> Client:
    client.post("/sign-in/", {"username": account.username, "password": PASSWORD})
    assert client.get("/me/").status_code == 200
    return client


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_a_member_away_too_long_signs_in_again(client: Client, clock: Clock) -> None:
    signed_in(make_account(), client)

    clock.at += 72 * HOUR - 1
    assert is_in(client)
    clock.at += 72 * HOUR - 1  # counted from the last request
    assert is_in(client)
    clock.at += 72 * HOUR
    answer = client.get("/me/")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/me/")
    assert "登录已到期" in client.get("/sign-in/").content.decode()


def test_a_session_ends_however_busy_it_is(client: Client, clock: Clock) -> None:
    signed_in(make_account(), client)

    for _ in range(13):
        clock.at += DAY
        assert is_in(client)
    clock.at += DAY

    assert not is_in(client)


def test_staff_has_shorter_limits(client: Client, clock: Clock) -> None:
    signed_in(make_account(person=make_operator()), client)

    clock.at += 30 * MINUTE - 1
    assert is_in(client)
    clock.at += 30 * MINUTE
    assert not is_in(client)

    signed_in(make_account(person=make_operator()), client)
    for _ in range(12 * 3 - 1):
        clock.at += 20 * MINUTE
        assert is_in(client)
    clock.at += 20 * MINUTE
    assert not is_in(client)


def test_agents_are_members_and_a_new_seat_brings_the_limits_of_staff(
    client: Client, clock: Clock
) -> None:
    person = make_seat().person
    signed_in(make_account(person=person), client)
    clock.at += HOUR
    assert is_in(client)

    make_operator(person)
    clock.at += 31 * MINUTE

    assert not is_in(client)


def test_a_session_that_is_over_is_gone_from_the_database(client: Client, clock: Clock) -> None:
    signed_in(make_account(), client)
    before = client.cookies["sessionid"].value
    clock.at += 15 * DAY
    client.get("/me/")

    assert not Session.objects.filter(session_key=before).exists()
    client.cookies["sessionid"] = before
    assert not is_in(client)


def test_a_session_that_does_not_say_when_it_began_is_over(client: Client) -> None:
    signed_in(make_account(), client)
    session = client.session
    del session[lifetimes.BEGAN]
    session.save()

    assert not is_in(client)


def test_a_reader_does_not_write_at_every_page(client: Client, clock: Clock) -> None:
    signed_in(make_account(), client)
    seen = client.session[lifetimes.SEEN]

    clock.at += lifetimes.NOTED_EVERY - 1
    client.get("/me/")
    assert client.session[lifetimes.SEEN] == seen
    clock.at += 1
    client.get("/me/")
    assert client.session[lifetimes.SEEN] == clock.at


def test_after_signing_out_the_session_serves_nobody(client: Client) -> None:
    signed_in(make_account(), client)
    before = client.cookies["sessionid"].value
    client.post("/sign-out/")

    client.cookies["sessionid"] = before

    assert not is_in(client)


def test_a_shut_account_is_out_at_once(client: Client) -> None:
    account = make_account()
    signed_in(account, client)

    Account.objects.filter(pk=account.pk).update(is_active=False)

    assert not is_in(client)


def test_a_session_nobody_was_given_is_none(client: Client) -> None:
    client.cookies["sessionid"] = "a" * 32

    assert not is_in(client)
    assert client.cookies["sessionid"].value != "a" * 32


def test_a_key_has_many_random_bits_and_is_never_the_same(client: Client) -> None:
    account = make_account()
    keys = set()
    for _ in range(20):
        client.cookies.clear()
        signed_in(account, client)
        keys.add(client.cookies["sessionid"].value)

    assert len(keys) == 20
    assert all(re.fullmatch(r"[0-9a-z]{32}", each) for each in keys)  # 165 bits


@pytest.fixture
def https(settings: Settings) -> Client:
    """Set what KEHUI_HTTPS=1 sets (test_headers asks that of a process of its own)."""
    settings.HTTPS = True
    for name in ("SESSION", "CSRF", "LANGUAGE"):
        setattr(settings, f"{name}_COOKIE_SECURE", True)
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"
    settings.LANGUAGE_COOKIE_NAME = "__Host-django_language"
    settings.ELDER_COOKIE_NAME = "__Host-kehui_elder"
    return Client()


def test_every_cookie_is_for_this_host_over_https_and_for_no_script(https: Client) -> None:
    account = make_account(person=make_person())
    https.get("/sign-in/", secure=True)
    told = {"username": account.username, "password": PASSWORD}
    seen = {}
    for path, body in (
        ("/sign-in/", told),
        ("/preferences/elder/", {"elder": "1"}),
        ("/language/", {"language": "en"}),
        ("/me/language/", {"language": "en"}),
    ):
        answer = https.post(path, body, secure=True)
        assert answer.status_code == 302, path
        seen.update({each.key: each for each in answer.cookies.values() if each.value})

    assert set(seen) == {
        "__Host-sessionid", "__Host-csrftoken", "__Host-django_language", "__Host-kehui_elder",
    }  # fmt: skip
    for name, cookie in seen.items():
        assert (cookie["secure"], cookie["httponly"]) == (True, True), name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name
        assert cookie["samesite"] == "Lax", name
        assert len(name) + len(cookie.value) < 4096, name
    assert https.get("/me/", secure=True).status_code == 200


def test_time_is_that_of_the_server(client: Client) -> None:
    signed_in(make_account(), client)

    assert abs(client.session[lifetimes.BEGAN] - time.time()) < 600


def test_signing_out_is_offered_on_every_page(client: Client) -> None:
    signed_in(make_account(person=make_operator()), client)

    for path in ("/", "/needs/", "/me/", "/me/settings/", "/inbox/", "/back-office/people/"):
        assert 'action="/sign-out/"' in client.get(path).content.decode(), path


def test_signing_out_clears_the_browser(client: Client) -> None:
    signed_in(make_account(), client)

    answer = client.post("/sign-out/")

    assert answer["Clear-Site-Data"] == '"cache"'
    assert answer.cookies["sessionid"]["max-age"] == 0

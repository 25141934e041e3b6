"""Two factors: setting one up, signing in with it, and staff who may not do without."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings
from tests.makers import PASSWORD, make_account, make_operator, make_person, make_seat

from kehui.ledger.models import Entry
from kehui.ledger.services import catch_up
from kehui.notices.models import Notice
from kehui.notices.readers import READER
from kehui.people.models import Account, Seat
from kehui.people.services import end_seat

pytestmark = pytest.mark.django_db(transaction=True)

AGAIN, INDEX, ASKED = "/me/again/", "/me/factors/", "/sign-in/code/"
SET_UP = "/me/factors/phone/"


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def required(settings: Settings) -> None:
    settings.STAFF_FACTORS = "required"


def code(secret: str, *, steps: int = 0) -> str:
    """Return the six digits of RFC 6238 for now, or for some half minutes later.

    One later is accepted too, also when the clock moves on before it arrives.
    """
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def enter(client: Client, account: Account) -> str:
    """Sign in by the door, and return where it leads."""
    given = {"username": account.username, "password": PASSWORD}
    return client.post("/sign-in/", given).headers["Location"]


def set_up(client: Client) -> str:
    """Set up codes of a phone, and return their secret."""
    client.post(AGAIN, {"password": PASSWORD, "next": SET_UP})
    page = client.get(SET_UP).content.decode()
    found = re.search(r'<code class="num">([A-Z2-7]{32})</code>', page)
    assert found
    answer = client.post(SET_UP, {"code": code(found[1])})
    assert answer.headers["Location"] == "/me/factors/paper/"
    return found[1]


def test_the_password_is_asked_again_before_anything_is_set_up(client: Client) -> None:
    enter(client, make_account())

    assert client.get(SET_UP).headers["Location"] == f"{AGAIN}?{urlencode({'next': SET_UP})}"
    wrong = client.post(AGAIN, {"password": "not mine at all", "next": SET_UP})
    assert "密码不对。" in wrong.content.decode()
    assert client.get(SET_UP).status_code == 302


def test_signing_in_takes_the_code_of_the_phone(client: Client) -> None:
    account = make_account()
    enter(client, account)
    secret = set_up(client)
    client.post("/sign-out/")

    assert enter(client, account) == ASKED
    assert client.get("/me/").status_code == 302  # not in yet
    wrong = client.post(ASKED, {"code": "000000"})
    assert "验证码不对，或已经用过" in wrong.content.decode()
    assert client.post(ASKED, {"code": code(secret, steps=1)}).headers["Location"] == "/me/"
    assert client.get("/me/").status_code == 200


def test_a_code_serves_once_even_for_two_at_once(client: Client) -> None:
    account = make_account()
    enter(client, account)
    secret = set_up(client)
    clients = [Client(), Client()]
    for each in clients:
        assert enter(each, account) == ASKED
    digits = code(secret, steps=1)

    def go(each: Client) -> int:
        try:
            return each.post(ASKED, {"code": digits}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, clients)) == [200, 302]  # one stays on the form


def test_a_code_on_paper_serves_once(client: Client) -> None:
    account = make_account()
    enter(client, account)
    set_up(client)
    shown = client.get("/me/factors/paper/").content.decode()
    codes = re.findall(r'<code class="num">(\d{8})</code>', shown)
    assert len(codes) == 10
    assert codes[0] not in client.get("/me/factors/paper/").content.decode()

    for answered in (302, 200):
        client.post("/sign-out/")
        enter(client, account)
        assert client.post(ASKED, {"code": codes[0]}).status_code == answered


def test_secrets_are_not_in_the_database(client: Client) -> None:
    enter(client, make_account())
    secret = set_up(client)

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, '') FROM mfa_authenticator")
        (stored,) = cursor.fetchone()
    assert secret not in stored
    assert base64.b64encode(secret.encode()).decode() not in stored


def test_who_is_told_and_what_is_written_down(client: Client) -> None:
    account = make_account()
    enter(client, account)
    secret = set_up(client)
    client.post(AGAIN, {"password": PASSWORD, "next": INDEX})
    client.post("/me/factors/phone/off/")
    while catch_up(READER):
        pass

    kinds = Entry.objects.filter(kind__startswith="factor.").order_by("pk")
    assert [each.kind for each in kinds] == ["factor.added"] * 2 + ["factor.removed"] * 2
    assert secret not in "".join(kinds.values_list("payload", flat=True))
    told = Notice.objects.filter(person=account.person).values_list("title", flat=True)
    assert set(told) == {"登录方式加了一种：手机验证码", "登录方式少了一种：手机验证码"}


@pytest.mark.usefixtures("required")
def test_staff_with_a_password_alone_get_no_further_than_setting_up(client: Client) -> None:
    operator = make_operator()
    enter(client, make_account(person=operator))

    for page in ("/back-office/people/", "/me/", "/", "/needs/"):
        assert client.get(page).headers["Location"] == INDEX
    assert "工作人员登录要两步验证" in client.get(INDEX).content.decode()
    set_up(client)
    assert client.get("/back-office/people/").status_code == 200

    client.post(AGAIN, {"password": PASSWORD, "next": INDEX})
    client.post("/me/factors/phone/off/")
    assert client.get("/back-office/people/").headers["Location"] == INDEX


@pytest.mark.usefixtures("required")
def test_a_seat_given_in_mid_session_asks_for_the_second_factor_at_once(client: Client) -> None:
    person = make_person()
    enter(client, make_account(person=person))
    assert client.get("/me/").status_code == 200

    seat = make_seat(person=person, role=Seat.Role.STEWARD)
    assert client.get("/me/").headers["Location"] == INDEX

    end_seat(seat=seat, by=person, at=now())
    assert client.get("/me/").status_code == 200


@pytest.mark.usefixtures("required")
def test_what_one_account_proved_is_worth_nothing_for_another(client: Client) -> None:
    enter(client, make_account())
    set_up(client)

    enter(client, make_account(person=make_operator()))
    client.post("/sign-out/")
    enter(client, make_account(person=make_operator()))
    assert client.get("/back-office/people/").headers["Location"] == INDEX


def test_other_devices_are_seen_and_sent_away(client: Client) -> None:
    account = make_account()
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit Safari/604.1"
    other = Client(headers={"user-agent": phone})
    enter(client, account)
    enter(other, account)

    page = client.get("/me/devices/").content.decode()
    assert "iPhone · Safari" in page
    assert page.count("这台") == 1
    assert client.post("/me/devices/").status_code == 302
    assert other.get("/me/").headers["Location"].startswith("/sign-in/")
    assert client.get("/me/").status_code == 200


def test_devices_of_others_are_not_shown(client: Client) -> None:
    enter(Client(headers={"user-agent": "Firefox on Linux"}), make_account())
    enter(client, make_account())

    assert "Firefox" not in client.get("/me/devices/").content.decode()


def test_guessing_codes_is_stopped(client: Client) -> None:
    account = make_account()
    enter(client, account)
    secret = set_up(client)
    client.post("/sign-out/")
    enter(client, account)

    said = [client.post(ASKED, {"code": f"{each:06d}"}) for each in range(8)]
    assert "尝试次数太多" in said[-1].content.decode()
    right = client.post(ASKED, {"code": code(secret, steps=1)})
    assert right.status_code == 200  # stays outside, with the right one too


def test_a_key_of_somebody_else_is_not_there(client: Client) -> None:
    other = Authenticator.objects.create(user=make_account(), type="webauthn", data={"name": "k"})
    enter(client, make_account())
    client.post(AGAIN, {"password": PASSWORD, "next": INDEX})

    for page in (f"/me/factors/keys/{other.pk}/", f"/me/factors/keys/{other.pk}/off/"):
        assert client.get(page).status_code == 404
        assert client.post(page).status_code == 404
    assert Authenticator.objects.filter(pk=other.pk).exists()


def test_a_lost_key_leads_back_to_the_form_and_not_inside(client: Client) -> None:
    answer = client.post("/sign-in/key/", {"credential": "{}", "next": "/inbox/"})

    assert answer.headers["Location"] == "/sign-in/"
    assert client.get("/me/").status_code == 302

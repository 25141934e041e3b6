"""A copied cookie counts nothing: acts are signed by the device, or their person is asked."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings
from tests.makers import PASSWORD, make_account, make_operator, make_person
from tests.market.writing import publish_need
from tests.web.signing import BIND, again, bind, make_key, public_of, question, sign_in, signed
from tests.web.test_factors import set_up

from kehui.ledger.models import Entry
from kehui.ledger.services import catch_up
from kehui.market.facts import ItemWithdrawn
from kehui.market.models import Need, State
from kehui.notices.models import Notice
from kehui.notices.readers import READER
from kehui.people.models import Account, DeviceKey, Level

pytestmark = pytest.mark.django_db(transaction=True)

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def required(settings: Settings) -> Iterator[None]:
    settings.DEVICE_KEYS = "required"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def need() -> Need:
    return publish_need()


@pytest.fixture
def account(need: Need) -> Account:
    return make_account(person=need.holder)


@pytest.fixture
def key() -> EllipticCurvePrivateKey:
    return make_key()


@pytest.fixture
def owner(account: Account, key: EllipticCurvePrivateKey) -> Client:
    """Return the browser of the owner, bound to its device."""
    client = Client()
    sign_in(client, account)
    assert bind(client, key) == 200
    return client


def path_of(need: Need) -> str:
    return f"/publish/{need.pk}/withdraw/"


SAID = {"reason": "no_answer"}


def copied(client: Client) -> Client:
    """Return another browser that has the cookies of this one and nothing else."""
    thief = Client(headers={"user-agent": "Firefox on another machine"})
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    return thief


def grow_old(client: Client, minutes: int = 6) -> None:
    """Let the last time that somebody was asked be some minutes ago."""
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        each | {"at": each["at"] - 60 * minutes} for each in records
    ]
    session.save()


def is_out(need: Need) -> bool:
    need.refresh_from_db()
    return need.state == State.PUBLISHED


def doubts() -> int:
    return Entry.objects.filter(kind="device.doubted").count()


def test_what_the_device_signs_is_done(
    owner: Client, key: EllipticCurvePrivateKey, need: Need
) -> None:
    answer = owner.post(path_of(need), signed(key, path_of(need), SAID))

    assert answer.headers["Location"] == f"/needs/{need.pk}/"
    assert not is_out(need)
    assert doubts() == 0


def test_a_copied_cookie_counts_nothing_and_the_owner_is_told(
    owner: Client, key: EllipticCurvePrivateKey, need: Need, account: Account
) -> None:
    thief = copied(owner)
    assert thief.get("/me/").status_code == 200

    tries = [SAID, signed(make_key(), path_of(need), SAID), signed(key, "/publish/9/", SAID)]
    for said in tries:
        answer = thief.post(path_of(need), said)
        assert answer.headers["Location"].startswith("/me/again/")
    assert is_out(need)

    catch_up(READER)
    notice = Notice.objects.get(person=account.person, reason=Notice.Reason.SECURITY)
    assert notice.link == "/me/devices/"
    assert doubts() == 1
    assert "发现没有签名的操作" in owner.get("/me/devices/").content.decode()
    owner.post(path_of(need), signed(key, path_of(need), SAID))
    assert not is_out(need)


def test_a_request_that_was_listened_to_is_refused_the_second_time(
    owner: Client, key: EllipticCurvePrivateKey, need: Need
) -> None:
    said = signed(key, path_of(need), {"reason": "no such"})
    assert owner.post(path_of(need), said).status_code == 422

    answer = copied(owner).post(path_of(need), said)
    assert answer.status_code == 409
    assert "没有重复办理" in answer.content.decode()
    assert is_out(need)


def test_what_was_signed_long_ago_is_refused(
    owner: Client, key: EllipticCurvePrivateKey, need: Need
) -> None:
    owner.post(path_of(need), signed(key, path_of(need), SAID, late=400))
    assert is_out(need)


@pytest.mark.parametrize(
    "harm",
    [
        {"device_signature": "%%"},
        {"device_signature": ""},
        {"device_time": "now"},
        {"device_time": "٣"},
        {"device_nonce": ""},
    ],
    ids=str,
)
def test_a_damaged_signature_is_none(
    owner: Client, key: EllipticCurvePrivateKey, need: Need, harm: dict[str, str]
) -> None:
    owner.post(path_of(need), signed(key, path_of(need), SAID) | harm)
    assert is_out(need)


def test_a_lost_key_is_made_anew_after_the_password_and_nothing_typed_is_lost(
    owner: Client, need: Need
) -> None:
    thief = copied(owner)
    answer = owner.post(path_of(need), SAID)
    onward = dict(re.findall(r"next=([^&]+)()", answer.headers["Location"]))
    (page,) = [each.replace("%2F", "/") for each in onward]
    assert owner.get(page).headers["Location"] == question(page)  # not before the password

    assert again(owner, page) == page
    shown = dict(HIDDEN.findall(owner.get(page).content.decode()))
    assert {name: shown[name] for name in SAID} == SAID
    assert thief.get("/me/").headers["Location"].startswith("/sign-in/")  # its cookie is no more
    fresh = make_key()
    assert bind(owner, fresh) == 200
    owner.post(path_of(need), signed(fresh, path_of(need), SAID))
    assert not is_out(need)
    assert DeviceKey.objects.count() == 1


def test_a_lost_key_with_two_factors_asks_for_both(
    owner: Client, key: EllipticCurvePrivateKey, need: Need
) -> None:
    set_up(owner)
    grow_old(owner)
    page = owner.post(path_of(need), SAID).headers["Location"].removeprefix("/me/again/?next=")
    page = page.replace("%2F", "/")

    assert again(owner, page) == page
    asked = f"/me/again/code/?{urlencode({'next': page})}"
    assert owner.get(page).headers["Location"] == asked
    assert bind(owner, make_key()) == 409  # not with one
    owner.post(path_of(need), SAID)
    assert is_out(need)


def test_without_a_key_the_password_is_asked_and_its_minutes_end(
    need: Need, account: Account, client: Client
) -> None:
    sign_in(client, account)
    grow_old(client)
    answer = client.post(path_of(need), SAID)
    assert answer.headers["Location"].startswith("/me/again/?next=%2Fme%2Fagain%2F")
    assert is_out(need)
    assert doubts() == 0

    again(client, "/me/")
    client.post(path_of(need), SAID)
    assert not is_out(need)


def test_a_form_is_kept_for_its_own_session_and_address(need: Need, account: Account) -> None:
    client, other = Client(), Client()
    sign_in(client, account)
    grow_old(client)
    page = client.post(path_of(need), SAID).headers["Location"]
    page = page.removeprefix("/me/again/?next=").replace("%2F", "/")
    sign_in(other, make_account())

    assert other.get(page).status_code == 404
    assert client.get("/me/again/guessed/go-on/").status_code == 404
    for _ in range(3):
        client.post(path_of(need), SAID)
    again(client, page)
    assert client.get(page).status_code == 404  # of many forms the last three are kept


def test_a_fragment_leads_to_the_question_too(need: Need, account: Account, client: Client) -> None:
    sign_in(client, account)
    grow_old(client)
    answer = client.post(path_of(need), SAID, headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/me/again/")


def test_files_are_never_part_of_what_is_signed(
    owner: Client, key: EllipticCurvePrivateKey, need: Need
) -> None:
    said = signed(key, path_of(need), SAID)
    owner.post(path_of(need), {**said, "file": BytesIO(b"more")})
    assert is_out(need)


def test_a_key_is_bound_once_and_soon_after_signing_in(client: Client) -> None:
    assert bind(client, make_key()) == 302  # to sign in
    sign_in(client, make_account())
    assert 'data-device="new"' in client.get("/me/").content.decode()
    grow_old(client)
    assert "data-device" not in client.get("/me/").content.decode()
    assert bind(client, make_key()) == 409

    again(client, "/me/")
    assert client.post(BIND, {"public_key": "no key"}).json()["code"] == "DEVICE_KEY_FORM"
    assert bind(client, make_key()) == 200
    number = DeviceKey.objects.get().pk
    assert f'data-device="{number}"' in client.get("/me/").content.decode()
    second = client.post(BIND, {"public_key": "AAAA"})
    assert (second.status_code, second.json()["device"]) == (409, str(number))


def test_a_session_that_was_sent_away_takes_its_key_along(
    owner: Client, account: Account, client: Client
) -> None:
    sign_in(client, account)
    client.post("/me/devices/")

    assert not DeviceKey.objects.exists()
    assert owner.get("/me/").headers["Location"].startswith("/sign-in/")


def test_a_key_that_is_gone_is_a_key_that_is_lost(
    owner: Client, key: EllipticCurvePrivateKey, need: Need
) -> None:
    DeviceKey.objects.all().delete()
    owner.post(path_of(need), signed(key, path_of(need), SAID))
    assert is_out(need)
    assert doubts() == 0

    again(owner, "/me/")
    assert bind(owner, make_key()) == 200


def test_the_key_stays_when_password_and_name_of_the_session_change(
    owner: Client, key: EllipticCurvePrivateKey, need: Need
) -> None:
    new = "another correct horse"
    assert owner.post("/me/password/", {"old": PASSWORD, "new": new}).status_code == 302
    owner.post("/me/again/", {"password": new, "next": "/me/"})

    owner.post(path_of(need), signed(key, path_of(need), SAID))
    assert not is_out(need)


def test_nothing_that_a_thief_put_aside_is_done_by_the_owner(owner: Client) -> None:
    """In the session allauth keeps a form, for whoever gives the password."""
    set_up(owner)
    grow_old(owner)
    session = owner.session
    session["account_reauthentication_state"] = {"request": {"path": "/me/factors/phone/"}}
    session.save()

    assert again(owner, "/me/factors/phone/") == "/me/factors/phone/"
    assert "account_reauthentication_state" not in owner.session


def test_the_password_comes_first_where_more_is_at_stake(client: Client) -> None:
    operator = make_account(person=make_operator())
    waiting = make_person(level=Level.V1)
    key = make_key()
    sign_in(client, operator)
    bind(client, key)
    grow_old(client)
    path = f"/back-office/people/{waiting.pk}/phone/"
    tokens: dict[str, str | list[str]] = {"name": "n", "scopes": ["read"], "key": "k"}

    assert client.post(path, signed(key, path, {})).headers["Location"].startswith("/me/again/")
    asked = client.post("/me/tokens/", signed(key, "/me/tokens/", tokens))
    assert asked.headers["Location"].startswith("/me/again/")
    table = "/back-office/imports/1.csv"
    assert client.get(table).headers["Location"] == question(table)
    again(client, "/me/")
    made = client.post("/me/tokens/", signed(key, "/me/tokens/", tokens))
    assert "kehui_" in made.content.decode()
    assert client.get(table).status_code == 404


def test_strangers_and_addresses_that_are_not_there_are_left_to_the_doors(
    client: Client, settings: Settings
) -> None:
    assert client.post("/publish/1/withdraw/").headers["Location"].startswith("/sign-in/")
    assert client.post("/nowhere/").status_code == 404
    settings.DEVICE_KEYS = "optional"
    need = publish_need()
    client.force_login(make_account(person=need.holder))
    client.post(path_of(need), SAID)
    assert not is_out(need)


def test_accounts_that_are_nobody_are_asked_and_nobody_is_told(client: Client) -> None:
    root = Account.objects.create_superuser("root", PASSWORD)
    client.force_login(root)
    assert client.post("/me/tokens/", {}).headers["Location"].startswith("/me/again/")


OWNERS, SESSIONS = 20, 50


def test_a_thousand_copied_cookies_count_nothing() -> None:
    """Of twenty owners with fifty sessions each; unsigned, signed by a thief, and listened to."""
    thief_key = make_key()
    stolen: list[tuple[Client, EllipticCurvePrivateKey, Need]] = []
    owners = [publish_need() for _ in range(OWNERS)]
    for need in owners:
        account = make_account(person=need.holder)
        for _ in range(SESSIONS):
            client, key = Client(), make_key()
            client.force_login(account)
            session = client.session
            row = UserSession.objects.create(
                user=account, ip="127.0.0.1", user_agent="", session_key=session.session_key
            )
            device = DeviceKey.objects.create(
                session=row, public_key=public_of(key), bound_at=now() - timedelta(days=1)
            )
            session["device"] = device.pk
            session.save()
            stolen.append((copied(client), key, need))

    for number, (client, key, need) in enumerate(stolen):
        path = path_of(need)
        tries = (
            dict[str, str | list[str]](SAID),
            signed(thief_key, path, SAID),
            signed(key, f"/publish/{need.pk}/renew/", SAID),
        )
        answer = client.post(path, tries[number % 3])
        assert answer.headers["Location"].startswith("/me/again/")

    while catch_up(READER):
        pass
    assert [is_out(need) for need in owners] == [True] * OWNERS
    assert Entry.objects.filter(kind=ItemWithdrawn.kind).count() == 0
    assert doubts() == OWNERS * SESSIONS
    told = Notice.objects.filter(reason=Notice.Reason.SECURITY)
    assert [told.filter(person=need.holder).count() for need in owners] == [SESSIONS] * OWNERS

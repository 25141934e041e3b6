import pytest
from django.test import Client
from pytest_django import Settings
from tests.makers import CHENGDU, PASSWORD, make_account, make_region, make_seat

from kehui.people.models import Account, Person
from kehui.people.services import tries

pytestmark = pytest.mark.django_db

NEWCOMER = {
    "username": "shen",
    "password": PASSWORD,
    "name": "沈知远",
    "title": "高级工程师",
    "region": CHENGDU,
    "is_sci_tech_worker": "on",
    "opening": "person",
    "privacy": "on",
}


def test_signing_in_leads_to_my_page_with_a_fresh_session_key(client: Client) -> None:
    make_account("shen", language="en")
    client.get("/sign-in/")
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before or ""

    answer = client.post("/sign-in/", {"username": "Shen", "password": PASSWORD})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/")
    assert client.session.session_key != before
    assert answer.cookies["django_language"].value == "en"


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/inbox/?only=done", "/inbox/?only=done"),
        ("https://elsewhere.example/", "/me/"),
        ("//elsewhere.example/", "/me/"),
        ("javascript:alert(1)", "/me/"),
    ],
)
def test_after_signing_in_only_a_page_of_ours_is_reached(
    client: Client, wanted: str, reached: str
) -> None:
    make_account("shen")

    answer = client.post("/sign-in/", {"username": "shen", "password": PASSWORD, "next": wanted})

    assert answer.headers["Location"] == reached


def test_a_wrong_password_is_said_on_the_form_and_the_name_stays(client: Client) -> None:
    make_account("shen")

    answer = client.post("/sign-in/", {"username": "shen", "password": "wrong-secret"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "用户名、手机号、邮箱或密码不对。" in page
    assert 'value="shen"' in page
    assert "wrong-secret" not in page


def test_too_many_tries_are_429_and_say_how_long(client: Client) -> None:
    make_account("shen")
    for _ in range(tries.TRIES_PER_USERNAME):
        client.post("/sign-in/", {"username": "shen", "password": "wrong"})

    answer = client.post("/sign-in/", {"username": "shen", "password": PASSWORD})

    assert answer.status_code == 429
    assert "请 15 分钟后再试" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_behind_a_proxy_the_address_it_saw_is_counted(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "TRIES_PER_BLOCK", 1)
    settings.TRUSTED_PROXIES = 1

    def status(seen: str) -> int:
        answer = client.post(
            "/sign-in/",
            {"username": "x" + seen[-3:], "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.99, {seen}"},
        )
        return answer.status_code

    assert [status(each) for each in ("192.0.2.1", "192.0.2.2", "198.51.100.1")] == [422, 429, 422]


@pytest.mark.parametrize("page", ["/sign-in/", "/sign-up/"])
def test_who_is_signed_in_need_not_do_it_again(client: Client, page: str) -> None:
    client.force_login(make_account())

    assert client.get(page).headers["Location"] == "/me/"


def test_signing_up_makes_an_account_and_signs_in(client: Client) -> None:
    make_region(CHENGDU)

    answer = client.post("/sign-up/", NEWCOMER)

    assert answer.headers["Location"] == "/me/"
    account = Account.objects.get()
    assert client.session["_auth_user_id"] == str(account.pk)
    assert account.person is not None
    assert (account.person.name, account.person.is_sci_tech_worker) == ("沈知远", True)


def test_who_signs_up_for_an_organization_goes_on_to_register_it(client: Client) -> None:
    make_region(CHENGDU)

    answer = client.post("/sign-up/", NEWCOMER | {"opening": "organization"})

    assert answer.headers["Location"] == "/organizations/register/"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("username", "taken", "这个用户名已有人用。请换一个。"),
        ("password", "short", "密码要 8 至 128 位，不能是常见密码"),
        ("privacy", "", "这个字段是必填项。"),
    ],
)
def test_a_refusal_stands_on_the_form_and_keeps_what_was_typed(
    client: Client, field: str, value: str, sentence: str
) -> None:
    make_account("taken")

    answer = client.post("/sign-up/", NEWCOMER | {field: value})

    page = answer.content.decode()
    assert sentence in page
    assert 'value="沈知远"' in page
    assert f'<option value="{CHENGDU}" selected>' in page
    assert Person.objects.count() == 1


def test_signing_out_is_a_post(client: Client) -> None:
    client.force_login(make_account())

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_elder_mode_is_remembered_by_cookie_and_account(client: Client) -> None:
    account = make_account()
    visitor = client.post("/preferences/elder/", {"elder": "1", "next": "/about/"})
    assert (visitor.headers["Location"], visitor.cookies["kehui_elder"].value) == ("/about/", "1")

    client.force_login(account)
    client.post("/preferences/elder/", {"elder": "1"})
    account.refresh_from_db()
    assert account.elder_mode

    answer = client.post("/preferences/elder/", {"elder": "0"})
    account.refresh_from_db()
    assert (account.elder_mode, answer.cookies["kehui_elder"].value) == (False, "0")


def test_an_account_of_nobody_is_refused_and_a_stranger_sent_to_sign_in(client: Client) -> None:
    assert client.get("/me/").headers["Location"] == "/sign-in/?next=/me/"

    client.force_login(Account.objects.create_superuser("root", PASSWORD))
    assert client.get("/me/").status_code == 403


def test_seats_are_seen_at_once(client: Client) -> None:
    seat = make_seat()
    client.force_login(make_account(person=seat.person))

    assert str(seat.organization) in client.get("/me/").content.decode()

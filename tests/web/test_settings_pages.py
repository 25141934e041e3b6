"""My settings: profile, language, password and tokens."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.makers import CHENGDU, PASSWORD, make_account, make_operator, make_person
from tests.web.entering import enter

from kehui.people import selectors
from kehui.people.models import Account, ApiToken

pytestmark = pytest.mark.django_db


def test_settings_show_and_keep_the_profile(client: Client) -> None:
    person = enter(client, make_person("沈知远"))
    assert 'value="沈知远"' in client.get("/me/settings/").content.decode()

    answer = client.post("/me/settings/", {"name": "沈知远", "title": "教授", "region": CHENGDU})

    assert answer.headers["Location"] == "/me/settings/"
    person.refresh_from_db()
    assert person.title == "教授"


def test_a_refused_profile_stays_on_the_form(client: Client) -> None:
    enter(client)

    page = client.post(
        "/me/settings/", {"name": "\u200b", "title": "教授", "region": CHENGDU}
    ).content.decode()

    assert "姓名应为 1 至 30 个字。" in page
    assert 'value="教授"' in page


def test_the_language_is_kept_by_account_and_cookie(client: Client) -> None:
    enter(client)

    answer = client.post("/me/language/", {"language": "en"})

    assert answer.cookies["django_language"].value == "en"
    assert Account.objects.get().language == "en"


def test_a_new_password_keeps_this_session_and_ends_the_others(client: Client) -> None:
    account = make_account("shen")
    other = Client()
    for each in (client, other):
        each.post("/sign-in/", {"username": "shen", "password": PASSWORD})

    wrong = client.post("/me/password/", {"old": "wrong", "new": "staple battery"})
    assert "原密码不对。" in wrong.content.decode()
    client.post("/me/password/", {"old": PASSWORD, "new": "staple battery"})

    account.refresh_from_db()
    assert account.check_password("staple battery")
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


def test_a_token_is_shown_once_and_made_once(client: Client) -> None:
    person = enter(client)
    made = {"name": "月报程序", "scopes": ["read"], "key": "k1"}

    answer = client.post("/me/tokens/", made)
    (secret,) = re.findall(r"kehui_[\w-]{43}", answer.content.decode())
    again = client.post("/me/tokens/", made)

    token = ApiToken.objects.get()
    assert (token.person, bytes(token.hash)) == (person, selectors.token_hash(secret))
    assert answer.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert again.headers["Location"] == "/me/tokens/"
    later = client.get("/me/tokens/").content.decode()
    assert "月报程序" in later
    assert secret not in later


def test_a_token_is_revoked_by_its_owner_only(client: Client) -> None:
    enter(client)
    client.post("/me/tokens/", {"name": "月报程序", "scopes": ["read"], "key": "k1"})
    token = ApiToken.objects.get()
    stranger = Client()
    enter(stranger)

    assert stranger.post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    assert client.post(f"/me/tokens/{token.pk}/revoke/").headers["Location"] == "/me/tokens/"
    assert "已撤销" in client.get("/me/tokens/").content.decode()


def test_only_operators_are_offered_the_metrics(client: Client) -> None:
    enter(client)
    assert 'value="metrics"' not in client.get("/me/tokens/").content.decode()

    enter(client, make_operator())
    assert 'value="metrics"' in client.get("/me/tokens/").content.decode()


def test_a_token_is_replaced_and_the_new_key_shown_once(client: Client) -> None:
    entered = make_account(person=make_person())
    client.force_login(entered)
    client.post("/me/tokens/", {"name": "月报程序", "scopes": ["read"], "days": "30", "key": "k1"})
    old = ApiToken.objects.get()
    assert old.expires_at - old.created_at == timedelta(days=30)

    page = client.post(f"/me/tokens/{old.pk}/replace/", {"key": "k2"}).content.decode()

    new = ApiToken.objects.exclude(pk=old.pk).get()
    assert page.count(new.prefix) == 2  # the key itself, and how it begins
    again = client.post(f"/me/tokens/{old.pk}/replace/", {"key": "k2"})
    assert again.headers["Location"] == "/me/tokens/"
    client.post(f"/me/tokens/{new.pk}/revoke/")
    refused = client.post(f"/me/tokens/{new.pk}/replace/", {"key": "k3"}, follow=True)
    assert "令牌无效" in refused.content.decode()
    assert ApiToken.objects.count() == 2

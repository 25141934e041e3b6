"""Hooks on their pages: made once, shown once, tried, given a new secret, ended."""

import re

import pytest
from django.test import Client
from pytest_django import Settings
from tests.hooks.making import member
from tests.hooks.receiving import URL

from kehui.hooks.models import Delivery, Hook
from kehui.hooks.services.sealing import unsealed
from kehui.people.models import Person

pytestmark = pytest.mark.django_db
MADE = {"name": "业务系统", "url": URL, "kinds": ["item.published"], "key": "k1"}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture(autouse=True)
def everywhere_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND = "*"


def entered(client: Client) -> Person:
    person = member()
    client.force_login(person.account)
    return person


def test_a_hook_is_made_once_and_its_secret_shown_once(client: Client) -> None:
    person = entered(client)

    page = client.post("/me/hooks/", MADE).content.decode()
    again = client.post("/me/hooks/", MADE)

    hook = Hook.objects.get()
    (secret,) = SECRET.findall(page)
    assert (hook.person, unsealed(hook.secret, uid=hook.uid)) == (person, secret)
    assert (again.status_code, again["Location"]) == (303, f"/me/hooks/{hook.pk}/")
    assert secret not in client.get(f"/me/hooks/{hook.pk}/").content.decode()
    assert "业务系统" in client.get("/me/hooks/").content.decode()


def test_a_refused_address_is_said_at_its_field_and_nothing_typed_is_lost(
    client: Client, settings: Settings
) -> None:
    entered(client)
    settings.OUTBOUND = "other.example.cn"

    page = client.post("/me/hooks/", MADE).content.decode()

    assert "请运营者把它写进设置 KEHUI_OUTBOUND" in page
    assert f'value="{URL}"' in page
    assert not Hook.objects.exists()


def test_it_is_tried_given_a_new_secret_resumed_sent_again_and_ended(client: Client) -> None:
    entered(client)
    client.post("/me/hooks/", MADE)
    hook = Hook.objects.get()
    place = f"/me/hooks/{hook.pk}/"

    client.post(f"{place}ping/")
    message = Delivery.objects.get()
    log = client.get(place).content.decode()
    assert f"msg_{message.uid.hex}" in log
    assert client.post(f"{place}deliveries/{message.pk}/again/")["Location"] == place
    assert len(SECRET.findall(client.post(f"{place}secret/", {"key": "k2"}).content.decode())) == 1
    assert client.post(f"{place}secret/", {"key": "k2"})["Location"] == place  # pressed twice
    assert client.post(f"{place}secret/", {"key": ""})["Location"] == place  # no key: refused
    client.post(f"{place}resume/")
    assert "这个回调没有停用" in client.get(place).content.decode()
    Hook.objects.update(stopped_at=hook.made_at, stopped_why="GONE")
    assert "GONE" in client.get(place).content.decode()
    client.post(f"{place}resume/")
    assert Hook.objects.get().stopped_at is None
    client.post(f"{place}end/")
    assert not Hook.objects.exists()


def test_nobody_else_finds_it(client: Client) -> None:
    entered(client)
    client.post("/me/hooks/", MADE)
    place = f"/me/hooks/{Hook.objects.get().pk}/"
    entered(client)

    assert client.get(place).status_code == 404
    for act in ("ping/", "secret/", "resume/", "end/"):
        assert client.post(place + act, {"key": "k"}).status_code == 404
    assert Hook.objects.exists()

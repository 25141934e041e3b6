"""The owner hears of a sign-in from a strange device, in the inbox and by letter."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings
from tests.makers import NOW, PASSWORD, make_account
from tests.web.test_code_doors import CONSOLE, PHONE

from kehui.ledger.services import catch_up
from kehui.notices import services as notices
from kehui.notices.models import Letter, Notice
from kehui.notices.readers import READER
from kehui.people import services
from kehui.people.models import Account, Arrival, Detail

pytestmark = pytest.mark.django_db(transaction=True)

AGENT = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


@pytest.fixture(autouse=True)
def terminal(settings: Settings) -> None:
    settings.LETTERS = {"phone": CONSOLE, "email": CONSOLE}


@pytest.fixture
def shen() -> Account:
    account = make_account("shen")
    assert account.person is not None
    services.confirm_contact(person=account.person, detail=Detail.PHONE, value=PHONE, at=NOW)
    catch_up(READER)
    Notice.objects.all().delete()
    Letter.objects.all().delete()
    return account


def enter(client: Client, address: str = "192.0.2.7") -> None:
    given = {"username": "shen", "password": PASSWORD}
    answer = client.post("/sign-in/", given, REMOTE_ADDR=address, headers={"User-Agent": AGENT})
    assert answer.status_code == 302


def told() -> list[str]:
    catch_up(READER)
    return list(Notice.objects.order_by("pk").values_list("title", flat=True))


def test_the_browser_gets_a_mark_that_says_nothing(client: Client, shen: Account) -> None:
    enter(client)

    cookie = client.cookies["kehui_device"]
    assert re.fullmatch(r"[0-9a-f]{32}", cookie.value)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert not Arrival.objects.filter(device=cookie.value).exists()
    assert told() == []
    assert "kehui_device" not in client.get("/me/").cookies


def test_the_same_browser_comes_back_unnoticed(client: Client, shen: Account) -> None:
    enter(client)
    client.post("/sign-out/")
    enter(client)

    assert (told(), Arrival.objects.count()) == ([], 1)


def test_a_strange_device_is_told_with_time_kind_and_place(client: Client, shen: Account) -> None:
    enter(client)
    enter(Client(), "198.51.100.9")

    assert told() == ["你的账号在新设备上登录"]
    notice = Notice.objects.get()
    assert re.match(
        r"\d{4}-\d\d-\d\d \d\d:\d\d，Windows · Chrome，网段 198\.51\.100\.0/24。", notice.body
    )
    assert "这不是我" in notice.body
    assert notice.link == "/me/devices/"
    assert notices.read_letter(Letter.objects.get()).to == PHONE
    assert "网段 198.51.100.0/24" in notices.read_letter(Letter.objects.get()).text
    page = client.get("/me/devices/").content.decode()
    assert "让其他设备退出" in page


def test_a_known_browser_at_a_new_place_is_told_in_the_inbox_alone(
    client: Client, shen: Account
) -> None:
    enter(client)
    client.post("/sign-out/")
    enter(client, "198.51.100.9")

    assert (told(), Letter.objects.count()) == (["你的账号从新的网络登录"], 0)


def test_a_forged_mark_is_put_aside(client: Client, shen: Account) -> None:
    client.cookies["kehui_device"] = "x" * 5000

    enter(client)

    assert re.fullmatch(r"[0-9a-f]{32}", client.cookies["kehui_device"].value)


def test_who_stops_at_the_second_step_has_not_come_in(client: Client, shen: Account) -> None:
    Authenticator.objects.create(
        user=shen, type="totp", data={"secret": services.sealed_secret("JBSWY3DPEHPK3PXP")}
    )

    enter(client)

    assert not Arrival.objects.exists()


def test_what_was_forgotten_meanwhile_is_not_told(client: Client, shen: Account) -> None:
    enter(client)
    enter(Client())
    Arrival.objects.all().delete()

    assert told() == []


def test_it_is_told_in_the_language_of_its_reader(client: Client, shen: Account) -> None:
    Account.objects.update(language="en")
    enter(client)
    enter(Client())

    assert told() == ["A new device signed in to your account"]

"""Doors under pressure: a script works, whoever has none waits, and the calm notice nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.makers import CHENGDU, PASSWORD, make_account, make_region
from tests.web.solving import press, solved, waiting
from tests.web.test_code_doors import CONSOLE
from tests.web.test_people_doors import NEWCOMER

from kehui.notices.models import Letter
from kehui.people import policies
from kehui.people.models import Account
from kehui.people.services import tries
from kehui.web.people import challenges, codes, doors

pytestmark = pytest.mark.django_db

WRONG = {"username": "shen", "password": "wrong"}
RIGHT = {"username": "shen", "password": PASSWORD}
JOINED = tries.subject("join", "127.0.0.0/24")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(challenges, "COST", 1)
    settings.LETTERS = {"phone": CONSOLE, "email": CONSOLE}


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    at = timezone.now() + timedelta(seconds=seconds)
    for module in (doors, codes):
        monkeypatch.setattr(module, "now", lambda: at)


def attacked(client: Client) -> str:
    """Return the page of a name that somebody has guessed at three times."""
    make_account("shen")
    return str(press(client, "/sign-in/", WRONG, times=3).content.decode())


def ask(client: Client, number: int, **more: str) -> tuple[int, str]:
    answer = client.post("/sign-in/by-code/", {"contact": f"138123456{number:02}"} | more)
    return answer.status_code, answer.content.decode()


def test_the_calm_are_asked_for_nothing(client: Client) -> None:
    for path in ("/sign-in/", "/sign-up/", "/sign-in/by-code/", "/password/forgotten/"):
        page = client.get(path).content.decode()
        assert ("data-challenge" in page, "challenge.js" in page) == (False, False)


def test_a_name_that_was_guessed_at_costs_work(client: Client) -> None:
    page = attacked(client)
    assert "请等 5 秒再按按钮" in page
    assert "js/challenge.js" in page

    bare = client.post("/sign-in/", RIGHT)
    assert (bare.status_code, "_auth_user_id" in client.session) == (422, False)
    assert "最近尝试较多，要先做一次安全检查。" in bare.content.decode()
    assert 'value="shen"' in bare.content.decode()
    client.post("/sign-in/", RIGHT | solved(page))

    assert "_auth_user_id" in client.session


def test_each_step_costs_more(client: Client) -> None:
    make_account("shen")
    seconds = []
    page = client.get("/sign-in/").content.decode()
    for _ in range(tries.TRIES_PER_USERNAME - 1):
        page = client.post("/sign-in/", WRONG | solved(page)).content.decode()
        seconds += [each for each in policies.WAITS[1:] if f"请等 {each} 秒" in page]

    assert seconds == [5, 10, 20, 20, 40]


def test_a_solution_serves_once_and_one_form(client: Client) -> None:
    page = attacked(client)
    given = solved(page)
    assert "密码不对" in client.post("/sign-in/", WRONG | given).content.decode()

    again = client.post("/sign-in/", RIGHT | given)

    assert "尝试较多" in again.content.decode() or again.status_code == 409
    assert "_auth_user_id" not in client.session
    for number in range(3):
        ask(client, number)
    assert ask(client, 4, **solved(page))[1].count("安全检查没有通过，已换了新的。") == 1


def test_without_a_script_one_waits_and_loses_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = attacked(client)
    given = waiting(page)

    early = client.post("/sign-in/", RIGHT | given).content.decode()
    assert "秒，然后再按一次。" in early
    assert waiting(early) == given  # one goes on waiting
    later(monkeypatch, 6)
    client.post("/sign-in/", RIGHT | given)

    assert "_auth_user_id" in client.session


def test_a_forged_wait_is_no_wait(client: Client) -> None:
    page = attacked(client)

    answer = client.post("/sign-in/", RIGHT | {"waiting": waiting(page)["waiting"] + "x"})

    assert "安全检查没有通过，已换了新的。请再按一次。" in answer.content.decode()


def test_many_codes_from_one_place_cost_work(client: Client) -> None:
    for number in range(3):
        assert ask(client, number)[0] == 302
    status, page = ask(client, 4)
    assert (status, Letter.objects.count()) == (422, 3)
    assert 'value="13812345604"' in page

    assert ask(client, 4, **solved(page))[0] == 302

    assert Letter.objects.count() == 4
    assert "data-challenge" in client.get("/password/forgotten/").content.decode()


def test_many_sign_ups_from_one_place_cost_work(client: Client) -> None:
    make_region(CHENGDU)
    for _ in range(5):
        tries.count([tries.Limit(JOINED, 60)], at=timezone.now())
    bare = client.post("/sign-up/", NEWCOMER).content.decode()
    assert "要先做一次安全检查" in bare
    assert 'value="沈知远"' in bare

    client.post("/sign-up/", NEWCOMER | solved(bare))

    assert Account.objects.get().shown_name == "沈知远"


def test_in_english_as_well(client: Client) -> None:
    client.cookies["django_language"] = "en"

    page = attacked(client)

    assert "please wait 5 seconds before you press the button" in page
    assert "please let the check finish" in client.post("/sign-in/", RIGHT).content.decode()

"""A phone at the doors: given, shown masked, seen in full by an operator who says why."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from tests.makers import NOW, PASSWORD, make_account, make_operator, make_person
from tests.web.entering import enter

from kehui.people import services
from kehui.people.models import Level, Person, Unmasking

pytestmark = pytest.mark.django_db

PHONE = "13812345678"
MASKED = "138****5678"


def waiting(number: str = PHONE) -> Person:
    person = make_person(level=Level.V1)
    make_account(person=person)
    services.give_phone(person=person, phone=number, at=NOW)
    return person


def test_a_phone_is_given_shown_masked_and_taken_back(client: Client) -> None:
    enter(client)
    assert "还没有填手机号。" in client.get("/me/phone/").content.decode()

    page = client.post("/me/phone/", {"phone": "138 1234 5678"}, follow=True).content.decode()

    assert MASKED in page
    assert PHONE not in page
    page = client.post("/me/phone/remove/", follow=True).content.decode()
    assert "手机号已删除。" in page
    assert MASKED not in page


def test_a_wrong_phone_stays_on_the_form(client: Client) -> None:
    enter(client)

    page = client.post("/me/phone/", {"phone": "1381234567"}).content.decode()

    assert "看不懂这个手机号。" in page
    assert 'value="1381234567"' in page


def test_a_phone_signs_in_at_the_door(client: Client) -> None:
    person = waiting()

    answer = client.post("/sign-in/", {"username": PHONE, "password": PASSWORD})

    assert answer.status_code == 302
    assert client.get("/me/phone/").context["user"].person == person


def test_an_operator_sees_it_masked_and_in_full_with_a_reason(client: Client) -> None:
    person, other = waiting(), waiting()
    operator = enter(client, make_operator())
    page = client.get("/back-office/people/").content.decode()
    assert page.count(MASKED) == 2
    assert "还有 1 人用这个手机号" in page
    door = f"/back-office/people/{person.pk}/phone/"
    assert PHONE not in client.get(door).content.decode()

    refused = client.post(door, {"reason": "identity", "note": "\u200b"}).content.decode()
    answer = client.post(door, {"reason": "identity", "note": "电话核对姓名"})

    assert PHONE not in refused
    assert escape("请选一个原因，并用不超过 120 字写明为什么要看。") in refused
    assert f'id="number">{PHONE}<' in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert Unmasking.objects.get().by == operator
    client.force_login(person.account)
    assert "电话核对姓名" in client.get("/me/phone/").content.decode()
    client.force_login(other.account)
    assert "电话核对姓名" not in client.get("/me/phone/").content.decode()


def test_nobody_else_finds_the_door(client: Client) -> None:
    person = waiting()
    enter(client)

    assert client.get(f"/back-office/people/{person.pk}/phone/").status_code == 404
    assert client.post(f"/back-office/people/{person.pk}/phone/").status_code == 404


def test_the_list_asks_as_often_for_three_phones_as_for_one(client: Client) -> None:
    enter(client, make_operator())

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/back-office/people/")
        return len(asked)

    waiting("13812345671")
    cost()
    one = cost()
    waiting("13812345672")
    waiting("13812345673")

    assert cost() == one


def test_the_register_stands_on_the_privacy_page(client: Client) -> None:
    page = client.get("/privacy/").content.decode()

    assert "加密，平时掩码" in page
    assert "身份证号" in page
    client.cookies["django_language"] = "en"
    assert "sealed, shown masked" in client.get("/privacy/").content.decode()

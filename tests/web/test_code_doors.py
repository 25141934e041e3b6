"""Codes at the doors: signing in and up, a new password, contacts, the outbox of operators."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings
from tests.makers import (
    CHENGDU,
    NOW,
    PASSWORD,
    make_account,
    make_operator,
    make_person,
    make_region,
)
from tests.web.entering import enter

from kehui.core.vault import texts
from kehui.core.vault.holders import KeyServiceDown
from kehui.notices import services as notices
from kehui.notices.models import Letter
from kehui.people import services
from kehui.people.models import Account, Detail, Person
from kehui.people.services import proofs

pytestmark = pytest.mark.django_db

PHONE, MASKED = "13812345678", "138****5678"
MAIL = "zhang@example.cn"
FRESH = "an entirely new one"
CONSOLE = {"carrier": "console", "url": "", "headers": "", "body": ""}


@pytest.fixture(autouse=True)
def terminal(settings: Settings) -> None:
    settings.LETTERS = {"phone": CONSOLE, "email": CONSOLE}


def digits_sent() -> str:
    return notices.read_letter(Letter.objects.latest("pk")).code


def send(
    client: Client, contact: str = PHONE, *, door: str = "/sign-in/by-code/", **more: str
) -> Any:
    return client.post(door, {"contact": contact} | more)


def answer(client: Client, digits: str = "", *, door: str = "/sign-in/by-code/answer/") -> Any:
    return client.post(door, {"digits": digits or digits_sent()})


def confirmed(username: str, contact: str = PHONE) -> Account:
    account = make_account(username)
    assert account.person is not None
    detail = Detail.EMAIL if "@" in contact else Detail.PHONE
    services.confirm_contact(person=account.person, detail=detail, value=contact, at=NOW)
    return account


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_sign_in_page_offers_both_ways(client: Client) -> None:
    page = client.get("/sign-in/?next=/inbox/").content.decode()

    assert 'href="/sign-in/by-code/?next=/inbox/"' in page
    assert 'href="/password/forgotten/"' in page


def test_a_code_signs_in_and_leads_back(client: Client) -> None:
    confirmed("shen")

    assert send(client, next="/inbox/").headers["Location"] == "/sign-in/by-code/answer/"
    page = client.get("/sign-in/by-code/answer/").content.decode()
    assert f"验证码发往 {MASKED}" in page
    assert PHONE not in page
    assert answer(client).headers["Location"] == "/inbox/"

    assert is_in(client)
    assert client.get("/sign-in/by-code/").headers["Location"] == "/me/"


def test_known_and_unknown_contacts_get_the_same_page() -> None:
    confirmed("shen")
    pages = []
    for contact in (PHONE, "13812345679"):
        client = Client()
        sent = send(client, contact)
        page = client.get("/sign-in/by-code/answer/").content.decode().replace("5679", "5678")
        page = re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", page)
        pages.append((sent.status_code, sent.headers["Location"], page))

    assert pages[0] == pages[1]


def test_a_newcomer_signs_up_with_a_code(client: Client) -> None:
    make_region(CHENGDU)
    send(client, MAIL, next="/inbox/")
    assert answer(client).headers["Location"] == "/sign-up/by-code/"
    assert "z****@example.cn 已确认" in client.get("/sign-up/by-code/").content.decode()
    given = {"name": "沈知远", "region": CHENGDU, "password": "short", "privacy": "on"}

    page = client.post("/sign-up/by-code/", given).content.decode()
    assert "密码要 8 至 128 位" in page
    assert 'value="沈知远"' in page
    joined = client.post("/sign-up/by-code/", given | {"password": PASSWORD})

    assert joined.headers["Location"] == "/inbox/"
    assert services.reach(Person.objects.get(name="沈知远")) == {"email": MAIL}
    assert is_in(client)


def test_who_shares_a_phone_says_who_it_is(client: Client) -> None:
    first, second = confirmed("first"), confirmed("second")
    make_account("third")
    send(client)
    assert answer(client).headers["Location"] == "/sign-in/by-code/account/"
    page = client.get("/sign-in/by-code/account/").content.decode()
    assert ("first" in page, "second" in page, "third" in page) == (True, True, False)

    third = Account.objects.get(username="third").pk
    assert client.post("/sign-in/by-code/account/", {"account": third}).status_code == 200
    client.post("/sign-in/by-code/account/", {"account": second.pk})

    assert client.session["_auth_user_id"] == str(second.pk)
    assert first.pk != second.pk


@pytest.mark.parametrize(
    ("typed", "said", "status"),
    [("1381234", "看不懂这个手机号。", 422), ("zhang@", "看不懂这个邮箱地址。", 422)],
)
def test_what_is_no_contact_stays_on_the_form(
    client: Client, typed: str, said: str, status: int
) -> None:
    for door in ("/sign-in/by-code/", "/password/forgotten/"):
        page = send(client, typed, door=door)
        assert page.status_code == status
        assert said in page.content.decode()
        assert f'value="{typed}"' in page.content.decode()


def test_what_stands_in_the_way_of_a_code_is_said(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(client).status_code == 302
    page = send(client)
    assert (page.status_code, "请 1 分钟后再试" in page.content.decode()) == (429, True)

    def down(*_: Any, **__: Any) -> str:
        raise KeyServiceDown

    with monkeypatch.context() as patch:
        patch.setattr(texts, "sealed_text", down)
        page = send(client, MAIL)
        assert (page.status_code, "密钥服务暂时没有答复" in page.content.decode()) == (503, True)

    settings.LETTERS = {each: CONSOLE | {"carrier": ""} for each in ("phone", "email")}
    page = send(client, MAIL)
    assert (page.status_code, "平台还没有开通邮件" in page.content.decode()) == (503, True)


def test_a_letter_that_failed_is_said_on_the_page(client: Client) -> None:
    send(client)
    Letter.objects.update(state="failed", code="HTTP_400", ended_at=now())
    assert "没有送出去" in client.get("/sign-in/by-code/answer/").content.decode()
    Letter.objects.all().delete()
    assert "没有送出去" in client.get("/sign-in/by-code/answer/").content.decode()


def test_wrong_answers_are_said_and_the_thread_stays(client: Client) -> None:
    confirmed("shen")
    send(client)
    right = digits_sent()
    wrong = f"{(int(right) + 1) % 10**6:06d}"

    assert "验证码不对，还可以试 4 次。" in answer(client, wrong).content.decode()
    answer(client, right)

    assert is_in(client)


def test_who_lost_the_thread_begins_anew(client: Client) -> None:
    for door in (
        "/sign-in/by-code/answer/",
        "/sign-in/by-code/account/",
        "/sign-up/by-code/",
        "/password/new/",
    ):
        page = client.get(door, follow=True)
        assert page.redirect_chain[-1][0] == "/sign-in/by-code/"
        assert "这一步已经过期。" in page.content.decode()
    send(client)  # asked, and not yet answered
    assert client.get("/sign-up/by-code/").headers["Location"] == "/sign-in/by-code/"


def test_a_forgotten_password_is_set_anew_and_factors_stay(client: Client) -> None:
    account = confirmed("shen")
    send(client, door="/password/forgotten/")
    assert answer(client).headers["Location"] == "/password/new/"
    assert MASKED in client.get("/password/new/").content.decode()

    assert "密码要 8" in client.post("/password/new/", {"new": "short"}).content.decode()
    page = client.post("/password/new/", {"new": FRESH}, follow=True)

    assert page.redirect_chain[-1][0] == "/sign-in/"
    assert not is_in(client)
    account.refresh_from_db()
    assert account.check_password(FRESH)


def test_of_several_accounts_the_chosen_one_gets_the_new_password(client: Client) -> None:
    first, second = confirmed("first"), confirmed("second")
    send(client, door="/password/forgotten/")
    answer(client)

    assert client.post("/password/new/", {"new": FRESH}).status_code == 200
    client.post("/password/new/", {"new": FRESH, "account": second.pk})

    assert [each.check_password(FRESH) for each in Account.objects.order_by("pk")] == [False, True]
    assert first.pk < second.pk


def test_a_contact_without_an_account_has_no_password(client: Client) -> None:
    send(client, door="/password/forgotten/")
    answer(client)

    page = client.get("/password/new/", follow=True)

    assert "没有确认过的账号" in page.content.decode()


def test_a_second_factor_is_asked_for_after_a_code(client: Client) -> None:
    account = confirmed("shen")
    Authenticator.objects.create(
        user=account, type="totp", data={"secret": services.sealed_secret("JBSWY3DPEHPK3PXP")}
    )
    send(client)

    assert answer(client).headers["Location"] == "/sign-in/code/"
    assert not is_in(client)


def test_a_member_confirms_changes_and_removes_contacts(client: Client) -> None:
    person = enter(client)
    assert "还没有填。" in client.get("/me/contacts/").content.decode()
    send(client, MAIL, door="/me/contacts/")
    assert "z****@example.cn" in client.get("/me/contacts/answer/").content.decode()
    page = answer(client, "000000x", door="/me/contacts/answer/").content.decode()
    assert "验证码不对" in page or "已确认" in page

    page = client.post("/me/contacts/answer/", {"digits": digits_sent()}, follow=True)

    assert "已确认" in page.content.decode()
    assert services.reach(person) == {"email": MAIL}
    client.post("/me/contacts/email/remove/")
    assert services.reach(person) == {}
    assert client.post("/me/contacts/bank_card/remove/").status_code == 404
    assert "看不懂" in send(client, "12", door="/me/contacts/").content.decode()


def test_a_code_of_one_member_serves_no_other(client: Client) -> None:
    enter(client)
    send(client, MAIL, door="/me/contacts/")
    waiting = client.session["code"]
    other = enter(client, make_person())
    session = client.session
    session["code"] = waiting
    session.save()

    page = client.post("/me/contacts/answer/", {"digits": digits_sent()}, follow=True)

    assert "这一步已经过期。" in page.content.decode()
    assert services.reach(other) == {}


def test_operators_of_a_demonstration_read_what_was_sent(
    client: Client, settings: Settings
) -> None:
    send(Client())
    notices.send_next(at=now())
    enter(client, make_operator())

    page = client.get("/back-office/outbox/").content.decode()

    assert f"验证码 {digits_sent()}" in page
    settings.LETTERS = {each: CONSOLE | {"carrier": "smtp"} for each in ("phone", "email")}
    page = client.get("/back-office/outbox/").content.decode()
    assert ("现在没有信件。" in page, digits_sent() in page) == (True, False)
    enter(client)
    assert client.get("/back-office/outbox/").status_code == 404


def test_a_proof_that_went_stale_leads_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client)
    answer(client)
    monkeypatch.setattr(proofs, "LIFE", proofs.LIFE * 0)

    response = client.get("/sign-up/by-code/")

    assert response.headers["Location"] == "/sign-in/code/"

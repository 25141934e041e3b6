"""My rights at the doors: consents, a copy of everything, and leaving."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils.html import escape
from tests.makers import NOW, PASSWORD, make_organization, make_person, make_seat
from tests.market.paper import PDF
from tests.market.writing import begin_need
from tests.web.entering import enter

from kehui.ledger.models import Access
from kehui.market.selectors.attachments import path_of
from kehui.market.services import add_attachment
from kehui.people import services
from kehui.people.models import Account, Consent, Person
from kehui.web.me import copies
from kehui.web.people.forms import SignUpForm

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_sign_up_asks_for_the_basics_alone_and_ticks_nothing(client: Client) -> None:
    form = SignUpForm()
    ticked = [name for name, each in form.fields.items() if each.initial is True]
    page = read(client, "/sign-up/")

    assert ticked == []
    assert " checked" not in page.partition('name="privacy"')[2]
    assert "个性化" not in page
    assert "为开通账号、登录、发布供需、撮合和洽谈" in page


def test_consents_are_shown_with_their_words_and_receipts(client: Client) -> None:
    person = enter(client)
    services.give_phone(person=person, phone="13812345678", at=NOW)

    page = read(client, "/me/consents/")

    assert "按我写下的方向、技能、学科和已发布的所能" in page
    assert "去删除，同意随之撤回" in page
    assert "第 1 版" in page
    assert "2026-03-02 09:00" in page


def test_personalization_is_off_with_one_click_and_on_again(client: Client) -> None:
    person = enter(client)
    assert "先说说你擅长什么" in read(client, "/me/suitable/")

    off = client.post(
        "/me/consents/personalization/withdraw/", {"next": "/me/suitable/"}, follow=True
    ).content.decode()
    assert "你关闭了个性化推荐" in off
    assert "先说说你擅长什么" not in off
    assert Consent.objects.get(person=person).given_at is None

    client.post("/me/consents/personalization/give/")
    assert "先说说你擅长什么" in read(client, "/me/suitable/")


@pytest.mark.parametrize("purpose", ["basics", "phone", "advertising"])
def test_other_purposes_have_no_switch(client: Client, purpose: str) -> None:
    enter(client)

    assert client.post(f"/me/consents/{purpose}/give/").status_code == 404
    assert client.post(f"/me/consents/{purpose}/withdraw/").status_code == 404


def test_refusing_extras_blocks_nothing(client: Client) -> None:
    person = enter(client)
    client.post("/me/consents/personalization/withdraw/")

    for path in ("/me/", "/needs/", "/offers/", "/publish/", "/me/settings/"):
        assert client.get(path).status_code == 200, path
    assert begin_need(person).holder == person


def unpacked(answer: Any) -> dict[str, bytes]:
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def ticket(client: Client) -> str:
    page = client.post("/me/copy/", {"password": PASSWORD}).content.decode()
    return page.partition('href="/me/copy/')[2].partition('"')[0]


def test_a_copy_is_told_of_asked_for_with_the_password_and_fetched(client: Client) -> None:
    person = enter(client, make_person("赵一<b>明"))
    services.give_phone(person=person, phone="13812345678", at=NOW)
    file = add_attachment(item=begin_need(person), person=person, name="照片", content=PDF, at=NOW)
    gone = add_attachment(
        item=begin_need(person), person=person, name="丢", content=PDF + b"2", at=NOW
    )
    path_of(gone.sha256).unlink()
    assert "科技所需" in read(client, "/me/copy/")
    assert "密码不对" in client.post("/me/copy/", {"password": "wrong"}).content.decode()
    assert not Access.objects.exists()

    answer = client.get(f"/me/copy/{ticket(client)}")

    files = unpacked(answer)
    assert set(files) == {"data.json", "index.html", f"files/{file.pk}.pdf"}
    assert files[f"files/{file.pk}.pdf"] == PDF
    said = json.loads(files["data.json"])
    assert said["people.PersonalDetails"]["rows"][0]["phone"] == "13812345678"
    assert escape("赵一<b>明") in files["index.html"].decode()
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert Access.objects.get().number == person.pk


def test_a_link_serves_its_person_alone_and_not_for_long(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(client)
    link = f"/me/copy/{ticket(client)}"
    other = Client()
    enter(other)

    assert Client().get(link).status_code == 302
    assert other.get(link).status_code == 404
    assert client.get("/me/copy/forged:link:x/").status_code == 404
    monkeypatch.setattr(copies, "MINUTES", -1)
    assert client.get(link).headers["Location"] == "/me/copy/"
    assert not Access.objects.exists()


def test_leaving_says_what_goes_and_wants_the_password(client: Client) -> None:
    person = enter(client)
    page = read(client, "/me/leave/")
    assert "只留编号，看不出是谁：账目要能重算" in page
    assert "联系电话或邮箱" in page

    unsure = client.post("/me/leave/", {"password": PASSWORD}).content.decode()
    wrong = client.post("/me/leave/", {"password": "x", "is_sure": "on"}).content.decode()

    assert "这个字段是必填项" in unsure
    assert "密码不对，什么也没有改动。" in wrong
    assert Person.objects.get(pk=person.pk).left_at is None


def test_who_leaves_is_signed_out_everywhere(client: Client) -> None:
    person = enter(client)
    elsewhere = Client()
    elsewhere.force_login(Account.objects.get(person=person))

    answer = client.post("/me/leave/", {"password": PASSWORD, "is_sure": "on"}, follow=True)

    assert "账号已注销" in answer.content.decode()
    assert elsewhere.get("/me/").status_code == 302
    assert not Account.objects.filter(person=person).exists()


def test_who_cannot_leave_yet_reads_what_to_do_first(client: Client) -> None:
    firm = make_organization("测试茶厂")
    person = enter(client, make_seat(organization=firm).person)

    page = read(client, "/me/leave/")
    assert "你是“测试茶厂”唯一的经办人" in page
    assert f'href="/organizations/{firm.pk}/"' in page
    tried = client.post("/me/leave/", {"password": PASSWORD, "is_sure": "on"})

    assert tried.status_code == 200
    assert Person.objects.get(pk=person.pk).left_at is None

"""Operators find persons, compare entries, merge them and undo it; others find nothing."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.makers import (
    CHENGDU,
    NOW,
    make_account,
    make_operator,
    make_organization,
    make_person,
)

from kehui.people.models import Level, MergeLog, Person
from kehui.people.services import give_phone

pytestmark = pytest.mark.django_db

FIND, DOUBLES, MERGE, DECIDE = (
    reverse(f"office:{each}") for each in ("find_people", "doubles", "merge", "decide_merge")
)


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(make_account(person=make_operator(make_person("平台值班"))))
    return client


def compared(one: object, other: object, thing: str = "person") -> str:
    return (
        f"{MERGE}?thing={thing}&one={getattr(one, 'pk', one)}&other={getattr(other, 'pk', other)}"
    )


def said(client: Client, address: str, **data: object) -> str:
    return client.post(address, data, follow=True).content.decode()


def test_persons_are_found_with_the_phone_masked(operator: Client) -> None:
    person = make_person("阿依古丽·买买提", employer=make_organization("天山研究所"))
    make_person("别人")
    give_phone(person=person, phone="13800005678", at=NOW)

    page = operator.get(FIND, {"name": "古丽", "region": CHENGDU}).content.decode()

    assert "阿依古丽·买买提" in page
    assert "天山研究所" in page
    assert "138****5678" in page
    assert "13800005678" not in page
    assert "别人" not in page
    assert "至少一项" in operator.get(FIND).content.decode()
    assert "没有找到" in operator.get(FIND, {"name": "无此人"}).content.decode()
    wrong = operator.get(FIND, {"discipline": "0812"}).content.decode()
    assert "三、五或七位数字" in wrong


def test_a_pair_is_compared_merged_and_undone(operator: Client) -> None:
    one, other = make_person("吴明"), make_person("吴明", level=Level.V1)
    page = operator.get(DOUBLES).content.decode()
    assert "名字形近，同一地区" in page
    address = compared(one, other)
    assert address.replace("&", "&amp;") in page
    assert "对调" in operator.get(address).content.decode()

    assert "凭什么" in said(operator, address)  # without a reason
    assert "已合并" in said(operator, address, reason="同一身份证")
    log = MergeLog.objects.get()
    assert "已撤销，两条各归原处" in said(operator, DECIDE, merge=log.pk)
    assert not Person.objects.filter(merged_into__isnull=False).exists()
    assert "已经撤销" in said(operator, DECIDE, merge=log.pk)


def test_what_was_changed_since_is_told(operator: Client) -> None:
    one, other = make_person(), make_person()
    employee = make_account(person=other)
    said(operator, compared(one, other), reason="同一人")
    employee.refresh_from_db()
    employee.person = make_person()
    employee.save()

    assert "1 处后来被改过" in said(operator, DECIDE, merge=MergeLog.objects.get().pk)


def test_two_may_be_kept_apart(operator: Client) -> None:
    one = make_organization("科达公司", code=None)
    other = make_organization("科达有限公司")

    address = compared(other, one, "organization")
    assert address.replace("&", "&amp;") in operator.get(DOUBLES).content.decode()
    assert "不再提示" in said(operator, address, reason="两张执照", apart="1")

    page = operator.get(DOUBLES).content.decode()
    assert "名字形近" not in page
    assert "不是同一个" in page


def test_two_affirmed_wait_for_a_second_operator(operator: Client) -> None:
    one, other = make_person(level=Level.V3), make_person(level=Level.V3)
    assert "另一位运营人员" in operator.get(compared(one, other)).content.decode()

    assert "等另一位" in said(operator, compared(one, other), reason="同一人")
    log = MergeLog.objects.get()
    assert "需要另一位运营人员复核" in said(operator, DECIDE, merge=log.pk)
    operator.force_login(make_account(person=make_operator()))
    assert "已复核并合并" in said(operator, DECIDE, merge=log.pk)


@pytest.mark.parametrize("query", ["?one=1", "?thing=person&one=x&other=1", "?thing=person&one=1"])
def test_a_broken_address_finds_nothing(operator: Client, query: str) -> None:
    assert operator.get(MERGE + query).status_code == 404


def test_without_a_pair_or_a_number_one_is_led_to_the_list(operator: Client) -> None:
    assert operator.get(MERGE).headers["Location"] == DOUBLES
    assert operator.post(DECIDE).headers["Location"] == DOUBLES
    assert operator.get(compared("9" * 30, "1")).status_code == 404


def test_others_find_nothing(client: Client) -> None:
    client.force_login(make_account())

    assert [client.get(each).status_code for each in (FIND, DOUBLES, MERGE)] == [404] * 3
    assert client.post(DECIDE).status_code == 404

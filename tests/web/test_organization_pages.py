"""Organizations: registered by whom they make their agent, with seats for colleagues."""

import pytest
from django.test import Client
from tests.makers import (
    CHENGDU,
    LIQUOR,
    make_account,
    make_organization,
    make_person,
    make_seat,
    make_uscc,
)
from tests.web.entering import enter

from kehui.people.models import Organization, Seat

pytestmark = pytest.mark.django_db

CODE = make_uscc(20260302)
FIRM = {
    "uscc": CODE,
    "name": "蜀南测试酒业有限公司",
    "kind": "enterprise",
    "region": CHENGDU,
    "industry": LIQUOR[:2],
    "size": "small",
}


def test_registering_an_organization_makes_me_its_agent_and_act_for_it(client: Client) -> None:
    person = enter(client)

    answer = client.post("/organizations/register/", FIRM)

    organization = Organization.objects.get()
    assert answer.headers["Location"] == f"/organizations/{organization.pk}/"
    assert (organization.uscc, organization.industry) == (CODE, "15")
    assert person.account.__class__.objects.get().acting_for == organization
    assert Seat.objects.get().person == person


def test_whoever_registers_a_name_like_another_one_is_told(client: Client) -> None:
    enter(client)
    make_organization("蜀南测试酒業")

    page = client.post("/organizations/register/", FIRM, follow=True).content.decode()

    assert "名称与已入驻的单位相同或形近" in page


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (CODE[:-1], "统一社会信用代码应为 18 位"),
        (CODE[:-1] + ("A" if CODE[-1] != "A" else "B"), "第 18 位校验码不符"),
        ("", "这个字段是必填项。"),
    ],
)
def test_a_wrong_code_is_explained_and_the_rest_stays(
    client: Client, code: str, sentence: str
) -> None:
    enter(client)

    page = client.post("/organizations/register/", FIRM | {"uscc": code}).content.decode()

    assert sentence in page
    assert 'value="蜀南测试酒业有限公司"' in page
    assert not Organization.objects.exists()


def test_a_code_that_is_taken_is_refused_without_naming_anybody(client: Client) -> None:
    enter(client)
    make_seat(make_person("韩蓝田"), organization=make_organization("另一个名字", code=CODE))

    page = client.post("/organizations/register/", FIRM).content.decode()

    assert "这家单位已经入驻。" in page
    assert "韩蓝田" not in page
    assert "另一个名字" not in page


def test_an_agent_gives_a_colleague_a_seat_and_ends_it(client: Client) -> None:
    seat = make_seat()
    enter(client, seat.person)
    colleague = make_account("lan").person
    page = f"/organizations/{seat.organization_id}/"

    assert client.post(page, {"username": " LAN "}).headers["Location"] == page
    assert "这个" not in client.get(page).content.decode()
    given = Seat.objects.get(person=colleague)
    again = client.post(page, {"username": "lan"}).content.decode()
    assert "此人已有这个席位。" in again

    assert client.post(f"/seats/{given.pk}/end/").headers["Location"] == page
    given.refresh_from_db()
    assert given.valid_until is not None
    assert client.post(f"/seats/{given.pk}/end/").status_code == 404


def test_a_colleague_who_is_not_here_is_said_so(client: Client) -> None:
    seat = make_seat()
    enter(client, seat.person)

    answer = client.post(f"/organizations/{seat.organization_id}/", {"username": "nobody"})

    assert "没有这个用户名。请和同事核对。" in answer.content.decode()


def test_who_ends_the_own_seat_is_out(client: Client) -> None:
    seat = make_seat()
    enter(client, seat.person)

    assert client.post(f"/seats/{seat.pk}/end/").headers["Location"] == "/me/"
    assert client.get(f"/organizations/{seat.organization_id}/").status_code == 404


def test_strangers_find_no_organization_page_and_end_no_seat(client: Client) -> None:
    seat = make_seat()
    enter(client)

    assert client.get(f"/organizations/{seat.organization_id}/").status_code == 404
    assert client.post(f"/seats/{seat.pk}/end/").status_code == 404

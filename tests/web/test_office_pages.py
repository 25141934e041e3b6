"""The back office: operators identify, and give seats."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.makers import (
    CHENGDU,
    SICHUAN,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_region,
    make_seat,
)
from tests.web.entering import enter

from kehui.core import uscc
from kehui.people import selectors
from kehui.people.models import Level, Organization, Seat

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["/back-office/people/", "/back-office/seats/"])
def test_the_back_office_is_there_for_operators_only(client: Client, page: str) -> None:
    assert client.get(page).headers["Location"].startswith("/sign-in/")
    enter(client)
    assert client.get(page).status_code == 404
    enter(client, make_operator())
    assert client.get(page).status_code == 200


def test_an_operator_identifies_persons_and_organizations(client: Client) -> None:
    operator = enter(client, make_operator())
    person = make_account(person=make_person("沈知远", level=Level.V1)).person
    firm = make_organization("蜀南测试酒业有限公司", level=Level.V1)
    odd = make_organization("没有代码的合作社", code=None, level=Level.V1)
    page = client.get("/back-office/people/").content.decode()
    for sentence in ("沈知远", firm.name, odd.name, "请核对其他证照"):
        assert sentence in page
    assert person is not None

    client.post(f"/back-office/people/{person.pk}/identify/")
    client.post(f"/back-office/organizations/{firm.pk}/identify/")

    person.refresh_from_db()
    firm.refresh_from_db()
    assert (person.level, firm.level) == (Level.V2, Level.V2)
    assert client.post(f"/back-office/people/{person.pk}/identify/").status_code == 404
    assert operator.level == Level.V2


def test_an_operator_does_not_identify_the_own(client: Client) -> None:
    operator = enter(client, make_operator(make_person(level=Level.V1)))
    own = make_seat(operator, organization=make_organization(level=Level.V1)).organization

    client.post(f"/back-office/people/{operator.pk}/identify/")
    client.post(f"/back-office/organizations/{own.pk if own else 0}/identify/")

    operator.refresh_from_db()
    assert (operator.level, Organization.objects.get().level) == (Level.V1, Level.V1)
    assert client.get("/back-office/people/").content.decode().count("不能为自己办理") == 2


def test_a_name_like_another_one_is_marked(client: Client) -> None:
    enter(client, make_operator())
    make_organization("蜀南测试酒业有限公司")
    make_organization("蜀南测试酒業集团", level=Level.V1)

    page = client.get("/back-office/people/").content.decode()

    assert "名称与“蜀南测试酒业有限公司”相同或形近" in page


def test_a_rare_but_valid_code_is_marked(client: Client) -> None:
    enter(client, make_operator())
    body = "91510100MA6CA1B2X"
    make_organization(code=body + uscc.check_character(body), level=Level.V1)

    assert "请对照证照核对" in client.get("/back-office/people/").content.decode()


def test_an_operator_gives_and_ends_a_reviewers_seat(client: Client) -> None:
    enter(client, make_operator())
    reviewer = make_account("lan").person
    make_region(SICHUAN)
    form = {"username": "lan", "role": "reviewer", "region": CHENGDU}

    assert client.post("/back-office/seats/", form).headers["Location"] == "/back-office/seats/"
    seat = Seat.objects.get(person=reviewer)
    assert (seat.role, seat.region_id) == ("reviewer", CHENGDU)
    assert "此人已有这个席位。" in client.post("/back-office/seats/", form).content.decode()
    missing = client.post("/back-office/seats/", form | {"username": "nobody"})
    assert "没有这个用户名。" in missing.content.decode()
    client.post(f"/back-office/seats/{seat.pk}/end/")
    assert not selectors.reviewers(today=seat.valid_from).exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_those_who_wait_asks_a_constant_number_of_questions(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    enter(client, make_operator())
    for _ in range(rows):
        make_account(person=make_person(level=Level.V1, employer=make_organization()))
        make_organization(level=Level.V1)

    with django_assert_num_queries(9):
        client.get("/back-office/people/")


def test_a_name_with_quotes_stays_a_name(client: Client) -> None:
    enter(client, make_operator())
    make_organization('川"onclick="x<b>', level=Level.V1)

    page = client.get("/back-office/people/").content.decode()

    assert 'aria-label="核验通过：川&quot;onclick=&quot;x&lt;b&gt;"' in page
    assert '"onclick="' not in page

"""My page leads to what I wrote, to what answers it, and to what my seats let me do."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.makers import (
    CHENGDU,
    NOW,
    PASSWORD,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_region,
    make_reviewer,
    make_seat,
    make_team,
)
from tests.market.writing import publish_need, publish_offer, submit, write_need
from tests.web.entering import enter

from kehui.market.models import Item, SavedSearch
from kehui.matching.services import build_index, match_item
from kehui.people.models import Account, Level, Person

pytestmark = pytest.mark.django_db


def my_page(person: Person) -> str:
    client = Client()
    make_account(person=person)
    assert client.login(username=person.account.username, password=PASSWORD)
    return client.get("/me/").content.decode()


def test_an_own_item_stands_there_with_its_matches() -> None:
    need = publish_need()
    publish_offer()
    build_index(at=NOW)
    match_item(item=need, at=NOW)

    page = my_page(need.holder)

    assert f'href="/needs/{need.pk}/"' in page
    assert "1 个匹配" in page
    assert need.holder.name in page


def test_a_draft_leads_on_to_writing() -> None:
    draft = write_need()

    assert f'href="/publish/{draft.pk}/"' in my_page(draft.holder)


def test_a_reviewer_reads_how_many_wait() -> None:
    submit(write_need())

    page = my_page(make_reviewer())

    assert "质量审核" in page
    assert '<span class="num">1</span>' in page
    assert "领域词典" not in page


def test_an_operator_finds_the_office_and_others_do_not() -> None:
    assert "领域词典" in my_page(make_operator())
    assert "我的工作" not in my_page(make_person())


def test_my_page_says_who_i_am_and_what_is_missing(client: Client) -> None:
    enter(client, make_person("沈知远", level=Level.V1, title="高级工程师"))

    page = client.get("/me/").content.decode()

    assert "沈知远" in page
    assert "还不能发布" in page
    assert "可以发布、洽谈、确认" in page


def test_i_switch_for_whom_i_act(client: Client) -> None:
    seat = make_seat()
    person = enter(client, seat.person)

    client.post("/me/acting-for/", {"organization": str(seat.organization_id)})
    assert Account.objects.get(person=person).acting_for == seat.organization
    client.post("/me/acting-for/", {"organization": ""})
    assert Account.objects.get(person=person).acting_for is None


@pytest.mark.parametrize("chosen", ["theirs", "x"])
def test_i_do_not_act_for_another_organization(client: Client, chosen: str) -> None:
    enter(client)
    theirs = make_organization()

    answer = client.post(
        "/me/acting-for/", {"organization": str(theirs.pk) if chosen == "theirs" else chosen}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("seats", [1, 3])
def test_my_page_asks_a_constant_number_of_questions(
    client: Client, seats: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = make_person()
    for _ in range(seats):
        make_seat(person)
        make_team(lead=person)
    enter(client, person)

    with django_assert_num_queries(12):
        client.get("/me/")


def test_my_items_are_empty_at_first(client: Client) -> None:
    enter(client)

    page = client.get("/me/items/?state=draft").content.decode()

    assert "这里还没有供需信息。" in page


def test_my_items_stand_by_state_and_lead_to_their_pages(client: Client) -> None:
    person = enter(client)
    item = Item.objects.create(
        side="need",
        kind="problem",
        title="酱油废水除盐",
        region=make_region(CHENGDU),
        holder=person,
        entered_by=person,
        created_at=NOW,
        changed_at=NOW,
    )

    everything = client.get("/me/items/").content.decode()

    assert f'<a href="{reverse("market:edit", args=[item.pk])}">酱油废水除盐</a>' in everything
    assert "酱油废水除盐" in client.get("/me/items/?state=draft").content.decode()
    assert "酱油废水除盐" not in client.get("/me/items/?state=closed").content.decode()
    assert "/me/items/?state=draft" in client.get("/me/").content.decode()


def test_a_saved_search_leads_to_its_results_until_it_is_forgotten(client: Client) -> None:
    person = enter(client)
    search = SavedSearch.objects.create(
        person=person,
        side="need",
        name="废水",
        query="废水 除盐",
        filters={"region": CHENGDU, "kind": ""},
        created_at=NOW,
        looked_at=NOW,
    )
    stranger = Client()
    enter(stranger)

    address = reverse("market:needs")
    assert f"{address}?q=%E5%BA%9F%E6%B0%B4+%E9%99%A4%E7%9B%90&amp;region={CHENGDU}" in (
        client.get("/me/").content.decode()
    )
    assert stranger.post(f"/me/searches/{search.pk}/forget/").status_code == 404
    client.post(f"/me/searches/{search.pk}/forget/")
    assert not SavedSearch.objects.exists()

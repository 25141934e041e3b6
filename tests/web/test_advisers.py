"""The page of a need names people to ask; a person's own page shows needs, offers or not."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.makers import make_organization, make_person
from tests.matching.pairs import AT, TEXTS, need_of, offer_of
from tests.matching.people import BRIDGE, SALT, gathered, known_for
from tests.web.entering import enter

from kehui.market.models import Indicator, Need, State
from kehui.matching.services import build_index, match_item
from kehui.web.matching import advisers

pytestmark = pytest.mark.django_db


def people_on(page: str) -> list[str]:
    """Return the articles of the people to ask."""
    asked = page.partition('id="experts-list"')[2]
    return re.findall(r'<article class="match".*?</article>', asked, re.DOTALL)


def in_index(people: int, *, at: datetime = AT) -> Need:
    for _ in range(people):
        known_for(SALT)
    need = need_of("salt")
    gathered()
    build_index(at=at)
    return need


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def listed_for(need: Need) -> str:
    """Return the page that lists the people to ask."""
    client = Client()
    enter(client, need.holder)
    return read(client, f"/needs/{need.pk}/experts/")


def test_the_page_leaves_the_people_to_a_fragment_and_to_a_link_that_needs_no_script() -> None:
    need = in_index(1)
    client = Client()
    enter(client, need.holder)

    page = read(client, f"/needs/{need.pk}/")
    later = re.search(r'<div class="later".*?</div>', page, re.DOTALL)
    assert later
    assert people_on(page) == []
    (address,) = re.findall(r'hx-get="([^"]+)"', later.group())
    assert f'<a href="{address}">' in later.group()

    asked = client.get(address, headers={"HX-Request": "true"})
    assert asked["Vary"].startswith("HX-Request")
    fragment = asked.content.decode()
    assert fragment.startswith('<div id="experts-list">')
    whole = read(client, address)
    assert len(people_on(fragment)) == 1
    assert people_on(fragment) == people_on(whole)
    assert f'<a href="/needs/{need.pk}/">' in whole
    back = client.get(
        address, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    ).content.decode()
    assert people_on(back) == people_on(whole)
    assert "<!DOCTYPE html>" in back


def test_the_best_three_are_shown_and_more_on_a_click(monkeypatch: pytest.MonkeyPatch) -> None:
    need = in_index(7)
    client = Client()
    enter(client, need.holder)
    address = f"/needs/{need.pk}/experts/"

    first = read(client, address)
    assert len(people_on(first)) == 3
    assert f'href="{address}?show=12"' in first
    more = read(client, f"{address}?show=12")
    assert len(people_on(more)) == 7
    assert "再看几位" not in more

    monkeypatch.setattr(advisers, "MOST", 5)
    most = read(client, f"{address}?show=99")
    assert len(people_on(most)) == 5
    assert "再看几位" not in most
    assert len(people_on(read(client, f"{address}?show=x"))) == 3


def test_a_person_stands_there_with_reasons_that_name_the_offers_and_a_sum() -> None:
    maker = make_person("李清源", employer=make_organization("某某研究所"))
    studio = known_for(SALT, maker)
    offer_of("salt", maker, studio=studio)
    need = in_index(0)

    (shown,) = people_on(listed_for(need))

    assert f'href="/studios/{studio.pk}/"' in shown
    assert "蒸发结晶、盐分回收" in shown
    assert "李清源" in shown
    assert "某某研究所" in shown
    assert "有相近的所能" in shown
    assert "“泡菜盐渍废水的盐分回收”，契合" in shown
    table = re.search(r'<table class="calc-t">.*?</table>', shown, re.DOTALL)
    assert table
    *parts, total = map(int, re.findall(r'<td class="num">(\d+)', table.group()))
    assert sum(parts) == total
    assert len(parts) == 3


def test_without_anybody_or_an_index_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    need = need_of("salt")
    assert "匹配索引正在准备" in listed_for(need)

    build_index(at=AT)
    assert "还没有合适的人" in listed_for(need_of("salt"))

    monkeypatch.setattr("kehui.matching.adapter.targets.FIRST", 1)
    monkeypatch.setattr("kehui.matching.adapter.targets.LONGEST", 1)
    assert "只比对了最接近的一千多位" in listed_for(in_index(3, at=AT + timedelta(hours=1)))


def test_who_shares_no_subject_with_the_need_is_not_shown() -> None:
    fits = known_for(SALT)
    known_for(BRIDGE)
    need = in_index(0)

    (shown,) = people_on(listed_for(need))

    assert f"/studios/{fits.pk}/" in shown


def test_who_names_no_skill_is_shown_with_the_first_words_of_the_directions() -> None:
    directions = TEXTS["salt"][1] * 3
    known_for({"directions": directions})

    (shown,) = people_on(listed_for(in_index(0)))

    assert f'<p class="card-text">{directions[:60]}</p>' in shown


def test_others_a_closed_need_and_an_offer_show_nobody() -> None:
    need = in_index(1)
    address = f"/needs/{need.pk}/experts/"
    asked = {"HX-Request": "true"}

    assert 'id="experts"' not in read(Client(), f"/needs/{need.pk}/")
    assert Client().get(address, headers=asked).status_code == 404
    stranger, client = Client(), Client()
    enter(stranger)
    assert 'id="experts"' not in read(stranger, f"/needs/{need.pk}/")
    assert stranger.get(address).status_code == 404
    offer = offer_of("salt")
    enter(client, offer.holder)
    assert 'id="experts"' not in read(client, f"/offers/{offer.pk}/")
    assert client.get(f"/needs/{offer.pk}/experts/", headers=asked).status_code == 404

    need.state, need.close_reason, need.closed_at = State.CLOSED, "solved_here", AT
    need.save()
    enter(client, need.holder)
    assert 'id="experts"' not in read(client, f"/needs/{need.pk}/")
    assert client.get(address).status_code == 404


def test_matches_the_combination_and_people_to_ask_stand_on_one_page() -> None:
    need = need_of("salt")
    for name, sign, target, unit in (("盐回收率", "ge", 85, "%"), ("出水氨氮", "le", 8, "mg/L")):
        Indicator.objects.create(
            need=need, position=target, name=name, comparison=sign, target=target, unit=unit
        )
    offer_of("salt", advantage="盐回收率达到 88 %。")
    offer_of("salt", advantage="出水氨氮 6 mg/L。")
    build_index(at=AT)
    match_item(item=need, at=AT)
    client = Client()
    enter(client, need.holder)

    found, mark, _ = read(client, f"/needs/{need.pk}/").partition('id="experts"')

    assert mark
    assert len(re.findall(r'<article class="match"', found)) == 2
    assert len(re.findall(r'<aside class="combo">', found)) == 1


@pytest.mark.parametrize("people", [1, 3])
def test_people_to_ask_take_a_constant_number_of_questions(
    people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    need = in_index(people)
    client = Client()
    enter(client, need.holder)
    page, listed = f"/needs/{need.pk}/", f"/needs/{need.pk}/experts/"
    read(client, page)
    read(client, listed)

    with django_assert_num_queries(17):
        read(client, page)
    with django_assert_num_queries(16):
        assert len(people_on(read(client, listed))) == people


def test_a_new_profile_without_offers_sees_the_needs_of_its_field() -> None:
    fits = in_index(0)
    need_of("bridge")
    newcomer = make_person(disciplines=("61030",))
    known_for(SALT, newcomer)
    client = Client()
    enter(client, newcomer)

    page = read(client, "/me/").partition('id="suitable"')[2].partition("</section>")[0]
    assert "/needs/" not in page.replace('href="/needs/"', "")  # the tool of the panel leads to all
    assert 'hx-get="/me/suitable/"' in page
    assert '<a href="/me/suitable/">' in page

    whole = read(client, "/me/suitable/").partition('id="suitable-list"')[2]
    fragment = client.get("/me/suitable/", headers={"HX-Request": "true"}).content.decode()
    assert fragment.startswith('<div id="suitable-list">')
    for shown in (whole, fragment):
        assert re.findall(r"/needs/(\d+)/", shown) == [str(fits.pk)]
        assert "方向" in shown.partition("</ul>")[0]


def test_a_suitable_need_names_the_offer_that_speaks_for_it() -> None:
    in_index(0)
    maker = make_person()
    offer_of("salt", maker, studio=known_for(SALT, maker))
    in_index(0, at=AT + timedelta(hours=1))
    client = Client()
    enter(client, maker)

    assert "“泡菜盐渍废水的盐分回收”，契合" in read(client, "/me/suitable/")


def test_needs_that_suit_are_shown_to_the_person_alone() -> None:
    assert Client().get("/me/suitable/").status_code == 302


@pytest.mark.parametrize("offers", [1, 3])
def test_my_page_asks_as_much_however_much_speaks_for_me(
    offers: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    maker = make_person()
    studio = known_for(SALT, maker)
    for _ in range(offers):
        offer_of("salt", maker, studio=studio)
    in_index(0)
    client = Client()
    enter(client, maker)
    read(client, "/me/")
    read(client, "/me/suitable/")

    with django_assert_num_queries(14):
        read(client, "/me/")
    with django_assert_num_queries(18):
        assert "“泡菜盐渍废水的盐分回收”，契合" in read(client, "/me/suitable/")


def test_my_page_says_why_there_is_nothing_yet() -> None:
    client = Client()
    person = enter(client)
    assert "先说说你擅长什么" in read(client, "/me/suitable/")

    known_for(SALT, person)
    assert "匹配索引正在准备" in read(client, "/me/suitable/")

    build_index(at=AT)
    assert "还没有对得上的需求" in read(client, "/me/suitable/")

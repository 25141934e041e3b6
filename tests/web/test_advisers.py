"""The page of a need names people to ask; a person's own page shows needs, offers or not."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.makers import make_organization, make_person
from tests.matching.pairs import AT, need_of, offer_of
from tests.matching.people import BRIDGE, SALT, gathered, known_for
from tests.web.entering import enter

from kehui.market.models import Indicator, Need, State
from kehui.matching.services import build_index, match_item
from kehui.web.matching import advisers

pytestmark = pytest.mark.django_db


def people_on(page: str) -> list[str]:
    """Return the articles of the people to ask."""
    asked = page.partition('id="experts"')[2].partition("</section>")[0]
    return re.findall(r'<article class="match".*?</article>', asked, re.DOTALL)


def in_index(people: int, *, at: datetime = AT) -> Need:
    for _ in range(people):
        known_for(SALT)
    need = need_of("salt")
    gathered()
    build_index(at=at)
    return need


def page_of(need: Need, asked: str = "") -> str:
    client = Client()
    enter(client, need.holder)
    return client.get(f"/needs/{need.pk}/{asked}").content.decode()


def test_the_best_three_are_shown_and_more_on_a_click(monkeypatch: pytest.MonkeyPatch) -> None:
    need = in_index(7)
    client = Client()
    enter(client, need.holder)

    first = client.get(f"/needs/{need.pk}/").content.decode()
    assert len(people_on(first)) == 3
    assert "?experts=12#experts" in first
    more = client.get(f"/needs/{need.pk}/?experts=12").content.decode()
    assert len(people_on(more)) == 7
    assert "再看几位" not in more

    monkeypatch.setattr(advisers, "MOST", 5)
    most = client.get(f"/needs/{need.pk}/?experts=99").content.decode()
    assert len(people_on(most)) == 5
    assert "再看几位" not in most
    assert len(people_on(client.get(f"/needs/{need.pk}/?experts=x").content.decode())) == 3


def test_a_person_stands_there_with_reasons_that_name_the_offers_and_a_sum() -> None:
    maker = make_person("李清源", employer=make_organization("某某研究所"))
    studio = known_for(SALT, maker)
    offer_of("salt", maker, studio=studio)
    need = in_index(0)

    (shown,) = people_on(page_of(need))

    assert f'href="/studios/{studio.pk}/"' in shown
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
    assert "匹配索引正在准备" in page_of(need)

    build_index(at=AT)
    assert "还没有合适的人" in page_of(need_of("salt"))

    monkeypatch.setattr("kehui.matching.adapter.targets.FIRST", 1)
    monkeypatch.setattr("kehui.matching.adapter.targets.LONGEST", 1)
    assert "只比对了最接近的一千多位" in page_of(in_index(3, at=AT + timedelta(hours=1)))


def test_who_shares_no_subject_with_the_need_is_not_shown() -> None:
    fits = known_for(SALT)
    known_for(BRIDGE)
    need = in_index(0)

    (shown,) = people_on(page_of(need))

    assert f"/studios/{fits.pk}/" in shown


def test_others_a_closed_need_and_an_offer_show_nobody() -> None:
    need = in_index(1)

    assert 'id="experts"' not in Client().get(f"/needs/{need.pk}/").content.decode()
    offer = offer_of("salt")
    client = Client()
    enter(client, offer.holder)
    assert 'id="experts"' not in client.get(f"/offers/{offer.pk}/").content.decode()

    need.state, need.close_reason, need.closed_at = State.CLOSED, "solved_here", AT
    need.save()
    assert 'id="experts"' not in page_of(need)


def test_matches_the_combination_and_people_to_ask_stand_on_one_page() -> None:
    need = need_of("salt")
    for name, sign, target, unit in (("盐回收率", "ge", 85, "%"), ("出水氨氮", "le", 8, "mg/L")):
        Indicator.objects.create(
            need=need, position=target, name=name, comparison=sign, target=target, unit=unit
        )
    offer_of("salt", advantage="盐回收率达到 88 %。")
    offer_of("salt", advantage="出水氨氮 6 mg/L。")
    known_for(SALT)
    gathered()
    build_index(at=AT)
    match_item(item=need, at=AT)

    page = page_of(need)

    found, _, _ = page.partition('id="experts"')
    assert len(re.findall(r'<article class="match"', found)) == 2
    assert len(re.findall(r'<aside class="combo">', found)) == 1
    assert len(people_on(page)) == 1


@pytest.mark.parametrize("people", [1, 3])
def test_people_to_ask_take_a_constant_number_of_questions(
    people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    need = in_index(people)
    client = Client()
    enter(client, need.holder)
    client.get(f"/needs/{need.pk}/")

    with django_assert_num_queries(23):
        assert len(people_on(client.get(f"/needs/{need.pk}/").content.decode())) == people


def test_a_new_profile_without_offers_sees_the_needs_of_its_field() -> None:
    fits = in_index(0)
    need_of("bridge")
    newcomer = make_person(disciplines=("61030",))
    known_for(SALT, newcomer)
    client = Client()
    enter(client, newcomer)

    page = client.get("/me/").content.decode()

    shown = page.partition('id="suitable"')[2].partition("</section>")[0]
    assert re.findall(r"/needs/(\d+)/", shown) == [str(fits.pk)]
    assert "按写下的方向、技能和学科" in shown


def test_my_page_says_why_there_is_nothing_yet() -> None:
    client = Client()
    person = enter(client)
    assert "先说说你擅长什么" in client.get("/me/").content.decode()

    known_for(SALT, person)
    assert "匹配索引正在准备" in client.get("/me/").content.decode()

    build_index(at=AT)
    assert "还没有对得上的需求" in client.get("/me/").content.decode()

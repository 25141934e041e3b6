"""The page of an item argues for its matches, and takes what its owner answers."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.makers import PASSWORD, make_account, make_person
from tests.matching.pairs import AT, matched, need_of, offer_of

from kehui.market.models import Need
from kehui.matching.models import Feedback, Interest, Suggestion
from kehui.matching.services import match_item
from kehui.people.models import Level, Person

pytestmark = pytest.mark.django_db
OFFERS = 12


def enter(person: Person) -> Client:
    client = Client()
    make_account(person=person)
    assert client.login(username=person.account.username, password=PASSWORD)
    return client


def articles(page: str) -> list[str]:
    return re.findall(r'<article class="match".*?</article>', page, re.DOTALL)


@pytest.fixture
def need() -> Need:
    """Return a need with a dozen matches."""
    need = need_of("salt", make_person(level=Level.V2))
    for number in range(OFFERS):
        offer_of("salt", kind="service" if number % 3 else "achievement")
    assert len(matched(need)) == OFFERS
    return need


@pytest.mark.parametrize(
    ("asked", "shown", "more"),
    [("", 5, 5), ("?show=10", 10, 2), ("?show=20", 12, 0), ("?show=x", 5, 5), ("?show=3", 5, 5),
     ("?show=99999", 5, 5), ("?kind=achievement", 4, 0)],
)  # fmt: skip
def test_matches_come_by_fives_then_twice_as_many(
    need: Need, asked: str, shown: int, more: int
) -> None:
    page = enter(need.holder).get(f"/needs/{need.pk}/{asked}").content.decode()

    assert len(articles(page)) == shown
    assert re.findall(r"再看 (\d+) 个", page) == ([str(more)] if more else [])


def test_the_next_matches_are_of_the_same_kind(need: Need) -> None:
    page = enter(need.holder).get(f"/needs/{need.pk}/?kind=service").content.decode()

    assert "?kind=service&amp;show=10#matches" in page


def test_the_points_of_a_match_add_up_and_its_words_are_marked(need: Need) -> None:
    page = enter(need.holder).get(f"/needs/{need.pk}/").content.decode()

    for article in articles(page):
        table = re.search(r'<table class="calc-t">.*?</table>', article, re.DOTALL)
        assert table
        *parts, total = map(int, re.findall(r'<td class="num">(\d+)', table.group()))
        assert sum(parts) == total == int(re.findall(r'<b class="num">(\d+)</b>', article)[0])
        assert "<mark>" in article


def test_ten_matches_take_no_more_questions_than_five(
    need: Need, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = enter(need.holder)
    client.get(f"/needs/{need.pk}/")

    for asked in ("", "?show=10"):
        with django_assert_num_queries(16):
            client.get(f"/needs/{need.pk}/{asked}")


def test_the_other_side_reads_the_need_with_its_argument(need: Need) -> None:
    offer = Suggestion.objects.filter(need=need)[0].offer
    match_item(item=offer, at=AT)

    page = enter(offer.holder).get(f"/offers/{offer.pk}/").content.decode()

    (article,) = articles(page)
    assert need.title in article
    assert need.holder.name in article


def test_others_read_the_details_and_no_matches(need: Need) -> None:
    page = Client().get(f"/needs/{need.pk}/").content.decode()

    assert need.title in page
    assert articles(page) == []


def test_an_answer_is_taken_and_shown(need: Need) -> None:
    client = enter(need.holder)
    fit, unfit, wanted = Suggestion.objects.filter(need=need).order_by("-order", "pk")[:3]

    client.post(f"/matches/{fit.pk}/accept/", {"position": "1"})
    client.post(f"/matches/{unfit.pk}/decline/", {"reason": "R05", "position": "2"})
    client.post(f"/matches/{wanted.pk}/talk/", {"position": "3"})

    assert Feedback.objects.get(suggestion=unfit).reason == "R05"
    assert Feedback.objects.get(suggestion=fit).reason == ""
    assert Interest.objects.get(need=need).offer == wanted.offer
    page = client.get(f"/needs/{need.pk}/?show=20").content.decode()
    assert "已约谈，等答复" in page
    assert page.count("你说：") == 2


def test_a_refusal_without_a_reason_is_asked_for_one(need: Need) -> None:
    suggestion = Suggestion.objects.filter(need=need)[0]

    page = enter(need.holder).post(
        f"/matches/{suggestion.pk}/decline/", {"sentence": "不行"}, follow=True
    )

    assert "原因" in page.content.decode()
    assert not Feedback.objects.exists()


def test_why_not_me_is_answered_for_any_pair(need: Need) -> None:
    stranger = offer_of("bridge")

    page = enter(need.holder).get(f"/needs/{need.pk}/why/{stranger.pk}/")

    assert page.status_code == 200
    assert stranger.title in page.content.decode()


def test_a_page_crosses_a_slow_line_in_a_fifth_of_its_bytes(need: Need) -> None:
    client = enter(need.holder)
    whole = client.get(f"/needs/{need.pk}/")

    small = client.get(f"/needs/{need.pk}/", headers={"Accept-Encoding": "gzip"})

    assert small["Content-Encoding"] == "gzip"
    assert len(small.content) < len(whole.content) / 5

"""The page of an item argues for its matches, and takes what its owner answers."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.makers import NOW, PASSWORD, make_account, make_person, make_steward
from tests.matching.judged import put_ranker
from tests.matching.pairs import AT, matched, need_of, offer_of

from kehui.market.models import Indicator, Need, Studio
from kehui.matching.models import ExposureRun, Feedback, Interest, Showing, Suggestion
from kehui.matching.services import match_item, share_exposure
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
        with django_assert_num_queries(18):
            client.get(f"/needs/{need.pk}/{asked}")


def test_what_the_owner_sees_is_noted_with_its_place(need: Need) -> None:
    client = enter(need.holder)

    client.get(f"/needs/{need.pk}/")
    client.get(f"/needs/{need.pk}/?show=10")
    client.get(f"/items/{need.pk}/matches/")

    best = Suggestion.objects.filter(need=need).order_by("-order", "pk")[:10]
    shown = Showing.objects.order_by("position")
    assert list(shown.values_list("position", "offer", "side", "person")) == [
        (place, each.offer_id, "need", need.holder_id) for place, each in enumerate(best, start=1)
    ]


def test_the_fragment_alone_is_noted_too_and_staff_that_looks_on_is_not(need: Need) -> None:
    steward = enter(make_steward())
    for address in (f"/needs/{need.pk}/", f"/items/{need.pk}/matches/"):
        assert len(articles(steward.get(address).content.decode())) == 5
    assert not Showing.objects.exists()

    enter(need.holder).get(f"/items/{need.pk}/matches/")

    assert Showing.objects.count() == 5


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


def test_the_rule_page_says_who_orders() -> None:
    by_score = Client().get("/rules/matching/").content.decode()
    ranker = put_ranker(lexical=1.0)

    learned = Client().get("/rules/matching/").content.decode()

    assert ("按分数排" in by_score, ranker.version in by_score) == (True, False)
    assert ("按过去的答复学到的规则排" in learned, ranker.version in learned) == (True, True)


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


def crowd(need: Need) -> Suggestion:
    """Let the first match's studio lead two other needs as well, and share exposure."""
    first = Suggestion.objects.filter(need=need).order_by("-order", "pk")[0]
    Suggestion.objects.filter(pk=first.pk).update(order=F("order") + 0.1)
    for _ in range(2):
        other = need_of("bridge")
        copy = Suggestion.objects.get(pk=first.pk)
        copy.pk, copy.need = None, other
        copy.save()
    Studio.objects.update(opened_at=NOW - timedelta(days=400))
    share_exposure(at=AT)
    return first


def test_a_moved_match_says_why_and_keeps_its_score(need: Need) -> None:
    first = crowd(need)

    page = enter(need.holder).get(f"/needs/{need.pk}/?show=20").content.decode()

    moved = [each for each in articles(page) if "按契合分是第 1 位" in each]
    assert len(moved) == 1
    assert f'<b class="num">{first.score}</b>' in moved[0]
    assert "常排在各家需求的前列，位次让出" in moved[0]


def test_the_rule_page_tells_parameters_and_figures_from_the_rows(need: Need) -> None:
    assert "还没有核算过" in Client().get("/rules/matching/").content.decode()
    crowd(need)
    run = ExposureRun.objects.get()

    page = Client().get("/rules/matching/").content.decode()

    assert f"{run.gini_before:.3f} → {run.gini_after:.3f}" in page
    assert page.count("<circle") == len(run.curve)
    assert page.count('class="on"') == 1
    assert f"{run.trade:g}（现行）" in page
    assert all(f"{each['relevance']:.2%}" in page for each in run.curve)


def test_a_combination_is_suggested_with_its_gain_and_can_be_asked_to_talk() -> None:
    need = need_of("salt", make_person(level=Level.V2))
    for place, (name, sign, target, unit) in enumerate(
        (("盐回收率", "ge", 85, "%"), ("出水氨氮", "le", 8, "mg/L"), ("结垢周期", "ge", 400, "天"))
    ):
        Indicator.objects.create(
            need=need, position=place, name=name, comparison=sign, target=target, unit=unit
        )
    salt = offer_of("salt", advantage="盐回收率达到 88 %。", price_low_fen=3_000_000)
    offer_of("salt", advantage="出水氨氮 6 mg/L。")
    matched(need)
    client = enter(need.holder)

    page = client.get(f"/needs/{need.pk}/").content.decode()

    (card,) = re.findall(r'<aside class="combo">.*?</aside>', page, re.DOTALL)
    assert "单独一家最多达到 1 项指标。这 2 家合起来，3 项里达到 2 项，多 1 项。" in card
    assert "另有 1 家面议" in card
    assert "还没有人达到：结垢周期。" in card
    mine = Suggestion.objects.get(need=need, offer=salt)
    assert f"/matches/{mine.pk}/talk/" in card
    client.post(f"/matches/{mine.pk}/talk/")
    again = client.get(f"/needs/{need.pk}/").content.decode()
    (card,) = re.findall(r'<aside class="combo">.*?</aside>', again, re.DOTALL)
    assert f"/matches/{mine.pk}/talk/" not in card

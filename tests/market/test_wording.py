"""How a query is read, and what is new when nothing is asked for."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.makers import NOW
from tests.market.rows import put_need, put_offer

from kehui.engines.text import Lexicon
from kehui.market.models import Item, Side
from kehui.market.selectors import newest
from kehui.market.selectors.wording import MOST_WORDS, Wording, holding, read

COATING = Lexicon({"高温涂层": ["TBC"], "桥梁监测": []})


def test_a_term_of_the_dictionary_stands_for_all_its_names() -> None:
    asked = read("高温涂层 剥落", COATING)

    assert asked.words == (("高温涂层", "tbc"), ("剥落",))
    assert set(asked.marks) == {"高温涂层", "tbc", "剥落"}


def test_a_term_without_another_name_is_read_like_any_word() -> None:
    assert read("桥梁监测", COATING) == read("桥梁监测", Lexicon())
    assert read("桥梁监测", COATING).words == (("桥梁",), ("监测",))


@given(st.integers(0, 40))
def test_of_few_words_all_are_asked_for_and_of_many_two_thirds(count: int) -> None:
    least = Wording(words=tuple((str(each),) for each in range(count))).least

    assert least == count if count <= 3 else 2 * count <= 3 * least < 2 * count + 3


def test_of_a_long_text_the_first_words_count() -> None:
    asked = read(" ".join(f"word{place}" for place in range(20)), Lexicon())

    assert [group[0] for group in asked.words] == [f"word{place}" for place in range(MOST_WORDS)]


@pytest.mark.django_db
def test_an_item_is_held_by_phrases_words_and_what_it_does_not_say() -> None:
    salt = put_offer(title="高盐废水盐分回收", keywords=["电渗析"])
    put_offer(title="印染废水脱色")
    put_offer(title="盐分高的土壤改良", description="与废水无关，只谈盐分回收。" * 10)
    items = Item.objects.all()

    def held(query: str) -> list[int]:
        return [each.pk for each in holding(items, read(query, Lexicon()))]

    assert held("“盐废水”") == [salt.pk]
    assert held("废水 盐分")[0] == salt.pk  # two words in the title weigh most
    assert held("废水 -印染 -土壤") == [salt.pk]
    assert held("电渗析") == [salt.pk]


@pytest.mark.django_db
def test_what_is_new_is_published_and_the_newest_stands_first() -> None:
    made = [put_need(published_at=NOW - timedelta(days=age)) for age in (2, 0, 1)]
    twins = [put_offer(published_at=NOW), put_offer(published_at=NOW)]
    put_need(state="draft")
    put_offer(state="withdrawn")

    assert list(newest.newest_needs(2)) == [made[1], made[2]]
    assert list(newest.newest_offers(9)) == [twins[1], twins[0]]
    assert [newest.published_count(side) for side in (Side.NEED, Side.OFFER)] == [3, 2]

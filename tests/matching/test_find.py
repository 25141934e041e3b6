"""Search by words and filters, with the index and without it, on real rows."""

from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.makers import NOW, WUHOU, YIBIN, make_operator
from tests.market.rows import put_need, put_offer

from kehui.market.models import Side
from kehui.market.selectors.browse import Filters
from kehui.market.services.terms import add_term
from kehui.matching.services.index import build_index
from kehui.matching.services.search import LEAD, TEASER, Found, How, find, marked

pytestmark = pytest.mark.django_db
AT = NOW + timedelta(hours=1)


def look(query: str, *, side: str = Side.OFFER, page: int = 1, **filters: Any) -> Found:
    return find(side=side, query=query, filters=Filters(**filters), at=AT, page=page)


def titles(found: Found) -> list[str]:
    return [hit.item.title for hit in found.page]


@pytest.fixture(autouse=True)
def own_index_folder(settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path


@pytest.fixture(params=["index", "letters"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


_builds = count(1)


def prepare(way: str) -> None:
    if way == "index":
        # A snapshot is called by its instant, and a process keeps the one it has mapped
        build_index(at=AT + timedelta(seconds=next(_builds)))


COATING = "燃气轮机叶片高温涂层制备工艺"
PICKLES = "泡菜盐渍废水盐分回收装置"
PLATING = "电镀废水重金属回收装置"
BRIDGE = "桥梁结构健康监测系统"


def put_four() -> None:
    for title in (COATING, PICKLES, PLATING, BRIDGE):
        put_offer(title=title)


def test_parts_of_words_find_the_whole(way: str) -> None:
    put_four()
    prepare(way)

    assert titles(look("涂层")) == [COATING]
    assert set(titles(look("废水"))) == {PICKLES, PLATING}


def test_a_phrase_must_stand_as_it_is(way: str) -> None:
    put_four()
    prepare(way)

    assert titles(look("“盐渍废水”")) == [PICKLES]
    assert titles(look("“废水盐渍”")) == []


def test_what_is_excluded_does_not_come(way: str) -> None:
    put_four()
    prepare(way)

    assert titles(look("废水 -电镀")) == [PICKLES]
    assert set(titles(look("-废水"))) == {COATING, BRIDGE}


def test_filters_are_exact_beside_words(way: str) -> None:
    put_offer(title=PICKLES, region=WUHOU)
    put_offer(title=PLATING, region=YIBIN)
    prepare(way)

    assert titles(look("废水", region=YIBIN)) == [PLATING]


def test_facets_count_what_was_found(way: str) -> None:
    put_offer(title=PICKLES, kind="service")
    put_offer(title=PLATING)
    put_offer(title=BRIDGE)
    prepare(way)

    found = look("废水", kind="service")

    kinds = {each.value: each.count for f in found.facets if f.name == "kind" for each in f.choices}
    assert (found.total, kinds["service"], kinds["achievement"], kinds["capacity"]) == (1, 1, 1, 0)


def test_a_problem_in_a_persons_own_words_finds_an_offer_and_shows_why(way: str) -> None:
    put_four()
    prepare(way)

    found = look("泡菜厂的盐渍废水太咸了，想把盐分回收")

    best = found.page[0]
    assert best.item.title == PICKLES
    marks = {best.item.title[start:end] for start, end in best.title_spans}
    assert "泡菜" in "".join(marks)


def test_a_term_of_the_dictionary_works_at_once(way: str) -> None:
    put_four()
    prepare(way)
    assert COATING not in titles(look("TBC"))

    add_term(term="高温涂层", synonyms=["TBC"], person=make_operator(), at=AT)

    assert titles(look("TBC")) == [COATING]


def test_the_page_says_by_what_it_was_found() -> None:
    put_four()
    assert (look("").how, look("废水").how) == (How.NEWEST, How.LETTERS)

    prepare("index")

    assert look("废水").how == How.INDEX


def test_without_words_the_newest_come_first_twenty_a_page() -> None:
    made = [put_need(published_at=NOW - timedelta(hours=each)).pk for each in range(23)]

    first, second = look("", side=Side.NEED), look("", side=Side.NEED, page=2)

    assert [hit.item.pk for hit in (*first.page, *second.page)] == made
    assert (len(first.page), first.total, look("", side=Side.NEED, page=9).page.number) == (
        20,
        23,
        2,
    )


def test_queries_do_not_grow_with_what_is_found(way: str) -> None:
    put_offer(title=PICKLES)
    prepare(way)
    look("废水")
    with CaptureQueriesContext(connection) as before:
        look("废水")
    put_offer(title=PLATING)
    put_offer(title="印染废水脱色")
    prepare(way)
    look("废水")
    with CaptureQueriesContext(connection) as after:
        look("废水")

    assert len(after) == len(before)


@pytest.mark.parametrize(
    ("text", "marks", "spans"),
    [
        ("高温涂层", ["涂层"], ((2, 4),)),
        ("ＰＡＯ润滑油", ["pao"], ((0, 3),)),
        ("废水废水", ["废水", "水废"], ((0, 4),)),
        ("没有", ["涂层"], ()),
    ],
)
def test_marks_are_found_whatever_their_spelling(
    text: str, marks: list[str], spans: tuple[tuple[int, int], ...]
) -> None:
    assert marked(text, marks) == spans


def test_a_teaser_begins_near_the_first_word_and_says_that_it_was_cut(way: str) -> None:
    text = "我们做过很多年。" * 30 + "电渗析装置已经运行两年。" + "欢迎到现场来看。" * 30
    put_offer(title="盐分回收装置", description=text)
    short = "电渗析膜，" + "脱盐率高。" * 20
    put_offer(title="电渗析膜组件", description=short)
    prepare(way)

    teasers = {hit.item.title: hit for hit in look("电渗析").page}

    hit = teasers["盐分回收装置"]
    assert (hit.teaser[0], hit.teaser[-1]) == ("…", "…")
    assert len(hit.teaser) <= 112
    assert {hit.teaser[start:end] for start, end in hit.teaser_spans} == {"电渗析"}
    assert teasers["电渗析膜组件"].teaser == short


@pytest.mark.parametrize("longer", [-1, 0, 1, 2])
def test_a_teaser_says_at_its_end_whether_the_text_goes_on(longer: int) -> None:
    whole = "电渗析" + "长" * (TEASER - 3 + longer)
    far = "远" * TEASER + "电渗析" + "长" * (TEASER - LEAD - 3 + longer)
    texts = {"盐分回收装置": whole, "盐分去除装置": far}
    for title, text in texts.items():
        put_offer(title=title, description=text)

    teasers = {hit.item.title: hit.teaser for hit in look("电渗析").page}

    goes_on = "…" if longer > 0 else ""
    assert teasers == {
        "盐分回收装置": whole[:TEASER] + goes_on,
        "盐分去除装置": "…" + far[TEASER - LEAD :][:TEASER] + goes_on,
    }

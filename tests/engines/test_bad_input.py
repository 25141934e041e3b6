"""Whatever somebody writes, stores or plugs in: an answer or a refusal, never a wrong index."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.makers import HashEncoder, market

from kehui.engines.matching import (
    Index,
    Listing,
    NoEncoder,
    Snapshot,
    build_snapshot,
    explain,
    match,
    score,
    search,
    why_not,
)
from kehui.engines.text import Lexicon

ODD = {
    "nothing": "",
    "one character": "盐",
    "digits": "2026 1121 35.5",
    "English": "Zero liquid discharge of high-salinity wastewater",
    "emoji": "🧂🧂 💧 高盐废水 👩‍🔬",
    "traditional": "高鹽廢水蒸發結晶，回收鹽分",
    "right to left": "\u202e高盐废水\u202c \u200f蒸发\u200e",
    "controls": "高盐\x00废水\x1b[31m\ufeff",
    "lone surrogate": "高盐\ud800废水",
    "punctuation": "，。！？（）【】",
    "100 kB": "高盐废水蒸发结晶回收盐分。" * 2_800,
}


def index_of(listings: list[Listing], folder: Path, lexicon: Lexicon | None = None) -> Index:
    build_snapshot(listings, folder / "a", encoder=HashEncoder())
    snapshot = Snapshot.open(folder / "a", verify=True)
    return Index(snapshot, encoder=HashEncoder(), lexicon=lexicon)


@pytest.fixture(scope="module")
def any_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(market(3), tmp_path_factory.mktemp("any"))


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_texts_are_indexed_found_scored_and_explained(text: str, tmp_path: Path) -> None:
    offer = Listing(id=9_001, side="offer", title=text, body=text)
    need = Listing(id=9_002, side="need", title=text, body=text)
    index = index_of([*market(1), offer, need], tmp_path)

    for asking, other in ((need, offer), (offer, need)):
        best = match(index, asking, k=5)
        assert len(best) == 5
        assert all(0 <= each.exact <= 100 for each in best)
        assert why_not(asking, other, index=index).explanation.scored.score >= 0
    told = explain(need, offer, index=index)
    for span in (*told.need_spans, *told.offer_spans):
        assert text[span.start : span.end] == span.text
    search(index, text, side="offer")


@settings(max_examples=60, deadline=None)
@given(one=st.text(max_size=60), other=st.text(max_size=60))
def test_any_two_texts_have_a_score_that_adds_up(any_index: Index, one: str, other: str) -> None:
    need = Listing(id=1, side="need", title=one, body=other)
    offer = Listing(id=2, side="offer", title=other, body=one)

    found = score(any_index, need, offer)

    assert 0 <= found.exact <= 100
    assert sum(part.got for part in found.parts) == found.score


def test_a_need_equal_to_an_offer_is_its_best_partner(tmp_path: Path) -> None:
    title, body = "泡菜废水盐分回收", "高盐废水蒸发结晶，回收盐分，吨水成本不高于40元。"
    offer = Listing(id=9_001, side="offer", title=title, body=body)
    need = Listing(id=9_002, side="need", title=title, body=body)
    index = index_of([*market(1), offer], tmp_path)

    assert match(index, need, k=1)[0].id == offer.id


def test_ten_thousand_identical_offers_are_ordered_by_number(tmp_path: Path) -> None:
    offers = [
        Listing(id=each, side="offer", title="高盐废水蒸发结晶", body="回收盐分")
        for each in range(1, 10_001)
    ]
    build_snapshot(offers, tmp_path / "a", encoder=NoEncoder())
    index = Index(Snapshot.open(tmp_path / "a"))

    best = match(index, Listing(id=20_000, side="need", title="高盐废水处理"), k=20)

    assert [each.id for each in best] == list(range(1, 21))
    assert len({each.exact for each in best}) == 1


@pytest.mark.parametrize(
    "vector",
    [
        np.full(16, np.nan, np.float32),
        np.full(16, np.inf, np.float32),
        np.ones(3, np.float32),
        np.ones((16, 2), np.float32),
    ],
    ids=["NaN", "infinite", "too short", "a matrix"],
)
def test_a_stored_vector_that_is_none_is_made_anew(
    vector: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", tmp_path: Path
) -> None:
    listings = market(1)
    build_snapshot(listings, tmp_path / "good", encoder=HashEncoder())
    build_snapshot(listings, tmp_path / "bad", encoder=HashEncoder(), vectors={1: vector})
    good, bad = (
        Index(Snapshot.open(tmp_path / each), encoder=HashEncoder()) for each in ("good", "bad")
    )

    assert bad.snapshot.manifest.files == good.snapshot.manifest.files
    for asking in listings[:5]:
        assert match(bad, asking, vector=vector) == match(good, asking)


@pytest.mark.parametrize("term", ["盐(分", "a+b*", "[高盐", "\\", "盐|水", ".*", "^盐$"])
def test_terms_of_the_dictionary_are_words_not_patterns(term: str, tmp_path: Path) -> None:
    offer = Listing(id=9_001, side="offer", title=f"{term}的回收")
    need = Listing(id=9_002, side="need", title="氯化钠回收")
    index = index_of([offer], tmp_path, Lexicon({term: ["氯化钠"]}))

    assert [each.id for each in match(index, need)] == [9_001]
    assert search(index, term, side="offer").total <= 1

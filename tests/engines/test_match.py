"""The matches are those of the definition: every pair scored by hand, filtered, sorted."""

import copy
import random
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engines.makers import HashEncoder, index_of, listing, market

from kehui.engines.matching import (
    Index,
    Listing,
    NoEncoder,
    Scored,
    Snapshot,
    Weights,
    match,
    score,
    table,
)
from kehui.engines.text import Lexicon

MVR = Lexicon({"MVR": ["机械蒸汽再压缩"], "竹浆纤维": ["慈竹纸浆"]})


def oracle(
    index: Index, asking: Listing, listings: list[Listing], *, k: int, today: int, tier: int
) -> list[tuple[int, float]]:
    """Score every pair by the plain definition and keep the best."""
    found = []
    for other in listings:
        if other.side == asking.side or not other.is_open or other.tier > tier:
            continue
        if asking.owner and other.owner == asking.owner:
            continue
        if other.side == "need" and other.deadline_day is not None and other.deadline_day < today:
            continue
        pair = (asking, other) if asking.side == "need" else (other, asking)
        found.append((other.id, score(index, *pair).exact))
    return sorted(found, key=lambda each: (-each[1], each[0]))[:k]


def plain(found: list[Scored]) -> list[tuple[int, float]]:
    return [(each.id, each.exact) for each in found]


@pytest.mark.parametrize("seed", range(6))
def test_matches_of_both_sides_are_those_of_the_definition(tmp_path: Path, seed: int) -> None:
    listings = market(seed)
    index = index_of(tmp_path, listings, encoder=HashEncoder(), lexicon=MVR)

    for asking in listings[::4]:
        for k, today, tier in ((10, 0, 3), (3, 150, 1)):
            found = match(index, asking, k=k, today=today, tier=tier)
            assert plain(found) == oracle(index, asking, listings, k=k, today=today, tier=tier)


@pytest.mark.parametrize("seed", range(4))
def test_a_delta_replaces_and_adds_as_if_it_were_indexed(tmp_path: Path, seed: int) -> None:
    listings = market(seed)
    draw = random.Random(seed)  # a made-up market
    changed = [replace(listing(draw, each.id, each.side), is_open=True) for each in listings[::7]]
    fresh = [listing(draw, 500, "offer"), listing(draw, 20_000, "need")]
    delta = [*changed, *fresh]
    index = index_of(tmp_path, listings, delta=delta, encoder=HashEncoder())
    gone = {each.id for each in changed}
    now = [each for each in listings if each.id not in gone] + delta

    for asking in now[::5]:
        found = match(index, asking)
        assert plain(found) == oracle(index, asking, now, k=10, today=0, tier=3)


@pytest.mark.parametrize("seed", range(4))
def test_a_pair_has_one_score_from_both_sides(tmp_path: Path, seed: int) -> None:
    listings = market(seed)
    index = index_of(tmp_path, listings, encoder=HashEncoder(), lexicon=MVR)
    needs = [each for each in listings if each.side == "need" and each.is_open]
    offers = {each.id: each for each in listings if each.side == "offer"}

    for need in needs:
        for found in match(index, need, k=100):
            back = {each.id: each for each in match(index, offers[found.id], k=100)}
            assert back[need.id].exact == found.exact
            assert back[need.id].parts == found.parts


def test_parts_add_up_and_stay_within_their_most(tmp_path: Path) -> None:
    listings = market(9)
    index = index_of(tmp_path, listings, encoder=HashEncoder())

    for asking in listings:
        for found in match(index, asking, k=100):
            assert sum(part.got for part in found.parts) == found.score
            assert all(0 <= part.got <= part.most for part in found.parts)
            assert 0 <= found.score <= 100


def test_a_large_market_is_pruned_without_loss(tmp_path: Path) -> None:
    listings = market(3, offers=900, needs=40)
    index = index_of(tmp_path, listings, encoder=HashEncoder())

    for asking in listings[-10:]:
        found = match(index, asking, k=5)
        assert plain(found) == oracle(index, asking, listings, k=5, today=0, tier=3)


def test_equal_offers_are_ordered_by_id(tmp_path: Path) -> None:
    twins = [
        Listing(id=number, side="offer", title="高盐废水蒸发结晶", owner=number)
        for number in range(60, 20, -1)
    ]
    index = index_of(tmp_path, twins, encoder=NoEncoder())

    found = match(index, Listing(id=999, side="need", title="高盐废水结晶"), k=4)

    assert [each.id for each in found] == [21, 22, 23, 24]


def test_an_empty_market_has_no_matches(tmp_path: Path) -> None:
    index = index_of(tmp_path, [])

    assert match(index, Listing(id=1, side="need", title="高盐废水结晶")) == []


def test_a_term_of_the_dictionary_works_at_once(tmp_path: Path) -> None:
    offers = [
        Listing(id=1, side="offer", title="机械蒸汽再压缩蒸发装置"),
        Listing(id=2, side="offer", title="猕猴桃采后保鲜"),
    ]
    need = Listing(id=3, side="need", title="求MVR设备")
    without = index_of(tmp_path, offers)
    within = Index(without.snapshot, lexicon=MVR)

    before = {each.id: each.lexical for each in match(without, need)}
    after = {each.id: each.lexical for each in match(within, need)}

    assert before[1] == 0
    assert after[1] > 0
    assert after[2] == before[2]


def test_weights_change_what_counts(tmp_path: Path) -> None:
    offers = [
        Listing(id=1, side="offer", title="高盐废水蒸发结晶", industry="A01"),
        Listing(id=2, side="offer", title="猕猴桃采后保鲜", industry="C2614"),
    ]
    index = index_of(tmp_path, offers)
    need = Listing(id=3, side="need", title="高盐废水蒸发", industry="C2614")
    by_scene = Weights(
        tech=0, indicators=0, scene=100, readiness=0, distance=0, budget=0, response=0
    )

    assert [each.id for each in match(index, need)] == [1, 2]
    assert [each.id for each in match(index, need, weights=by_scene)] == [2, 1]


@pytest.mark.parametrize(
    ("asked", "title", "gains"),
    [
        ("求MVR设备", "机械蒸汽再压缩蒸发装置", {1}),  # the other name
        ("求MVR设备", "MVR蒸发装置", set()),  # the very name: its terms count already
        ("求MVR设备", "MVR即机械蒸汽再压缩装置", set()),  # both
        ("求MVR设备", "猕猴桃采后保鲜", set()),
        ("求蒸汽设备", "MVR蒸发装置", set()),  # a part of a name is not the name
    ],
)
def test_a_synonym_counts_only_where_the_very_name_is_missing(
    tmp_path: Path, asked: str, title: str, gains: set[int]
) -> None:
    offers = [Listing(id=1, side="offer", title=title), *market(1, offers=20, needs=0)[5:]]
    need = Listing(id=3000, side="need", title=asked)
    without = index_of(tmp_path, offers)
    within = Index(without.snapshot, lexicon=MVR)

    before, after = (
        {each.id: each.lexical for each in match(index, need, k=50)} for index in (without, within)
    )

    assert {each for each in after if after[each] > before[each]} == gains
    assert plain(match(within, need)) == oracle(within, need, offers, k=10, today=0, tier=3)


@pytest.mark.parametrize("entries", [{"MVR": ["盐"]}, {"MVR": [" mvr"]}, {"盐": []}])
def test_a_name_too_short_to_be_found_by_changes_nothing(
    tmp_path: Path, entries: dict[str, list[str]]
) -> None:
    offers = [
        Listing(id=1, side="offer", title="盐分回收"),
        Listing(id=2, side="offer", title="MVR"),
    ]
    need = Listing(id=3, side="need", title="求MVR设备")
    without = index_of(tmp_path, offers)

    within = Index(without.snapshot, lexicon=Lexicon(entries))

    assert within.concepts.concepts == ()
    assert match(within, need) == match(without, need)


def test_weights_of_any_rule_give_the_order_of_the_definition(tmp_path: Path) -> None:
    listings = market(5)
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    draw = random.Random(5)  # made-up weights

    for asking in listings[::9]:
        rule = Weights(*(draw.choice((0.0, 1.0, 12.5, 60.0)) for _ in range(7)))
        others = [each for each in listings if each.side != asking.side and each.is_open]
        pairs = {
            each.id: (asking, each) if asking.side == "need" else (each, asking)
            for each in others
            if not asking.owner or each.owner != asking.owner
        }
        wanted = [
            (number, score(index, *pair, weights=rule).exact) for number, pair in pairs.items()
        ]
        found = match(index, asking, k=5, weights=rule)
        assert plain(found) == sorted(wanted, key=lambda each: (-each[1], each[0]))[:5]


def test_a_listing_comes_once_in_a_delta(tmp_path: Path) -> None:
    twice = [Listing(id=1, side="offer", title="废水"), Listing(id=1, side="offer", title="废气")]

    with pytest.raises(ValueError, match="listing 1 came twice"):
        index_of(tmp_path, [], delta=twice)


def test_a_stored_vector_stands_for_the_text(tmp_path: Path) -> None:
    offers = [Listing(id=1, side="offer", title="甲"), Listing(id=2, side="offer", title="乙")]
    encoder = HashEncoder()
    vectors = encoder.encode(["甲", "乙"])
    snapshot = index_of(tmp_path, [], encoder=encoder).snapshot
    index = Index(snapshot, offers, encoder=encoder, vectors={1: vectors[1], 2: vectors[0]})

    found = match(index, Listing(id=9, side="need", title="丙"), vector=vectors[1])

    assert found[0].id == 1
    assert found[0].cosine == pytest.approx(1, abs=0.01)


def test_rows_are_read_again_when_too_many_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = market(6)
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    before = [match(index, each) for each in listings[-5:]]

    monkeypatch.setattr(table, "KEPT", 3)
    fresh = Index(Snapshot.open(index.snapshot.folder), encoder=HashEncoder())

    assert [match(fresh, each) for each in listings[-5:]] == before
    assert len(fresh.shards["offer"][0].table._listings) <= 3  # noqa: SLF001


def test_a_table_is_copied_like_any_value(tmp_path: Path) -> None:
    original = index_of(tmp_path, market(6)).shards["offer"][0].table

    again = copy.copy(original)

    assert again.ids.tolist() == original.ids.tolist()
    assert not hasattr(again, "nothing_of_this_name")

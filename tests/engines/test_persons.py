"""Persons and calls in the index: kept apart, found when asked for, scored by all they offer."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.makers import HashEncoder, index_of, market

from kehui.engines.matching import CALL, PERSON, Listing, aggregate, among, match, reach, score
from kehui.engines.matching.persons import COUNTED, FLOOR

scores = st.floats(0, 100)
shelves = st.dictionaries(st.integers(1, 40), scores, max_size=12)
DISTINCT = st.lists(st.integers(1, 99), min_size=2, max_size=COUNTED + 1, unique=True)


def with_targets(seed: int) -> list[Listing]:
    """Return a market in which a third of the offers are persons, and of the needs calls."""
    draw = random.Random(seed)  # a made-up market
    return [
        replace(each, kind=PERSON if each.side == "offer" else CALL)
        if draw.random() < 0.35
        else each
        for each in market(seed)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_persons_and_calls_never_leak_into_ordinary_matches(tmp_path: Path, seed: int) -> None:
    listings = with_targets(seed)
    index = index_of(tmp_path, listings, delta=listings[::9], encoder=HashEncoder())
    target = {each.id for each in listings if each.kind in {PERSON, CALL}}

    for asking in listings[::5]:
        everybody = {each.id for each in match(index, asking, k=500, kinds=ALL)}
        ordinary = {each.id for each in match(index, asking, k=500)}
        asked_for = {each.id for each in match(index, asking, k=500, kinds={PERSON, CALL})}

        assert ordinary == everybody - target
        assert asked_for == everybody & target
        assert asked_for


ALL = {"service", "achievement", PERSON, CALL}


@pytest.mark.parametrize("seed", range(3))
def test_of_the_kinds_asked_for_the_best_are_found(tmp_path: Path, seed: int) -> None:
    """The filter comes before the order: as if nothing else were indexed, but for the scores."""
    listings = with_targets(seed)
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    kinds = {each.id: each.kind for each in listings}

    for asking in listings[::7]:
        everybody = match(index, asking, k=500, kinds=ALL)
        for chosen in ({PERSON, CALL}, {"service"}, {"service", PERSON}, {"nothing"}):
            wanted = [each for each in everybody if kinds[each.id] in chosen][:4]
            assert match(index, asking, k=4, kinds=chosen) == wanted


def test_among_scores_any_listing_as_the_pair_scores(tmp_path: Path) -> None:
    listings = with_targets(2)
    delta = [replace(each, title=each.title + "示范") for each in listings[::8]]
    index = index_of(tmp_path, listings, delta=delta, encoder=HashEncoder())
    now = {each.id: each for each in (*listings, *delta)}

    for asking in list(now.values())[::6]:
        shown = {each.id: each.exact for each in match(index, asking, k=500, kinds=ALL, today=150)}
        some = [*list(shown)[::3], 999_999, -5]
        found = among(index, asking, [*some, *some, *list(now)[:5]], today=150)

        wanted = {number: shown[number] for number in (*some, *list(now)[:5]) if number in shown}
        assert {each.id: each.exact for each in found} == wanted
        assert [each.exact for each in found] == sorted(wanted.values(), reverse=True)
        for each in found:
            pair = (asking, now[each.id]) if asking.side == "need" else (now[each.id], asking)
            assert each.exact == score(index, *pair).exact


def test_a_listing_is_found_by_its_number_however_the_rows_stand(tmp_path: Path) -> None:
    numbers = [7, -3, 2**40, -(2**40), 1]
    offers = [Listing(id=each, side="offer", title="高盐废水", kind=PERSON) for each in numbers]
    table = index_of(tmp_path, offers).shards["offer"][0].table

    assert [table.row(each) for each in numbers] == [0, 1, 2, 3, 4]
    assert [table.row(each) for each in (0, 8, 2**41, -(2**41))] == [None] * 4


@given(scores, shelves)
def test_a_person_scores_0_to_100_and_the_parts_add_up(
    profile: float, offers: dict[int, float]
) -> None:
    found = aggregate(profile, offers)

    assert max(profile, *offers.values(), 0) <= found.exact + 1e-9
    assert 0 <= found.exact <= 100 + 1e-9
    assert sum(part.got for part in found.parts) == found.score == round(found.exact)
    assert sum(part.exact for part in found.parts) == pytest.approx(found.exact)
    assert sum(each.points for each in found.grounds) == pytest.approx(
        found.parts[1].exact + found.parts[2].exact
    )
    assert found.exact <= reach(max(profile, *offers.values(), 0)) + 1e-9


@given(scores, shelves, st.randoms(use_true_random=False))
def test_the_order_of_the_offers_does_not_show(
    profile: float, offers: dict[int, float], chance: random.Random
) -> None:
    shuffled = list(offers.items())
    chance.shuffle(shuffled)

    assert aggregate(profile, dict(shuffled)) == aggregate(profile, offers)


@given(scores, shelves, scores, st.integers(1, 40))
def test_nothing_added_or_improved_lowers_a_person(
    profile: float, offers: dict[int, float], more: float, offer: int
) -> None:
    before = aggregate(profile, offers).exact

    better = {**offers, offer: max(more, offers.get(offer, 0))}
    assert aggregate(profile, better).exact >= before - 1e-9
    assert aggregate(max(profile, more), offers).exact >= before - 1e-9


@given(DISTINCT)
def test_without_an_offer_it_rests_on_a_person_scores_less(drawn: list[int]) -> None:
    profile, *offers = drawn
    shelf = dict(enumerate(map(float, offers)))
    found = aggregate(profile, shelf)

    for each in found.grounds:
        rest = {offer: score for offer, score in shelf.items() if offer != each.offer}
        assert aggregate(profile, rest).exact < found.exact
    for offer in shelf.keys() - {each.offer for each in found.grounds}:
        rest = {other: score for other, score in shelf.items() if other != offer}
        assert aggregate(profile, rest).exact == pytest.approx(found.exact)


def test_an_example_of_the_sum() -> None:
    found = aggregate(61, {7: 82.0, 9: 58.0, 4: 40.0})

    # 82 + 18 · 0.2 · 21/60 + (18 - 1.26) · 0.1 · 18/60
    assert found.exact == pytest.approx(82 + 1.26 + 0.5022)
    assert [(part.name, part.got) for part in found.parts] == [
        ("profile", 1), ("best_offer", 82), ("further_offers", 1),
    ]  # fmt: skip
    assert [(each.offer, each.score) for each in found.grounds] == [(7, 82.0), (9, 58.0)]


def test_many_middling_offers_do_not_beat_one_that_fits() -> None:
    crowd = aggregate(30, dict.fromkeys(range(200), FLOOR + 10))

    assert crowd.exact < aggregate(30, {1: 58.0}).exact
    assert aggregate(70, {}).exact == 70  # nobody without an offer is held back


@pytest.mark.parametrize("wrong", [-0.1, 100.1, float("nan")])
def test_what_is_no_score_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match=r"0\.\.100"):
        aggregate(wrong, {})
    with pytest.raises(ValueError, match=r"0\.\.100"):
        aggregate(50, {1: wrong})

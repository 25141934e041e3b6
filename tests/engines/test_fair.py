"""What a score may not depend on, and what it must: the parts, one by one."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.makers import REGIONS, HashEncoder, index_of, market

from kehui.engines.matching import Index, Listing, match, parts, score
from kehui.engines.matching.places import distance_km
from kehui.engines.matching.scored import rounded

CAPITAL, BORDER = 510104, 513401


@pytest.fixture
def small(tmp_path: Path) -> Index:
    return index_of(tmp_path, market(4), encoder=HashEncoder())


def twins(listing: Listing, number: int) -> tuple[Listing, Listing]:
    """Return the listing twice, once of the capital and once of a border county."""
    own = replace(listing, is_open=True, tier=0, owner=0, deadline_day=None)
    return replace(own, id=number, region=CAPITAL), replace(own, id=number + 1, region=BORDER)


@pytest.mark.parametrize("seed", range(4))
def test_equal_items_of_two_regions_rank_the_same(tmp_path: Path, seed: int) -> None:
    listings = market(seed, offers=20, needs=20)
    pairs = [twins(each, 20_000 + 2 * place) for place, each in enumerate(listings)]
    index = index_of(tmp_path, [one for pair in pairs for one in pair], encoder=HashEncoder())
    for each in listings:
        nowhere = replace(each, region=0, region_requirement=(), owner=0)
        found = match(index, nowhere, k=100)
        assert len(found) == 40
        for first, second in zip(found[::2], found[1::2], strict=True):
            assert second.id == first.id + 1
            assert (second.exact, second.parts) == (first.exact, first.parts)


@pytest.mark.parametrize("seed", range(4))
def test_a_region_counts_in_the_distance_and_nowhere_else(tmp_path: Path, seed: int) -> None:
    listings = market(seed, offers=12, needs=12)
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    needs, offers = listings[12:], listings[:12]

    for need, offer in zip(needs, offers, strict=True):
        found = [score(index, need, replace(offer, region=each)) for each in REGIONS]
        by_region = [{part.name: part.exact for part in each.parts} for each in found]
        for shares in by_region:
            shares.pop("distance")
        assert by_region == [by_region[0]] * len(REGIONS)


def test_the_name_of_an_owner_and_the_day_count_nowhere(small: Index) -> None:
    need, offer = Listing(id=1, side="need", title="高盐废水"), market(4)[0]
    changed = replace(offer, id=77, owner=99, published_day=1, kind="capacity", tags=("热",))

    assert score(small, need, changed).parts == score(small, need, offer).parts


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        (0, CAPITAL, parts.NEUTRAL["distance"]),
        (CAPITAL, CAPITAL, 1.0),
        (519901, 519901, 1.0),  # codes without a point on the map
        (519901, 519902, 0.9),
        (519901, 518801, 0.6),
        (519901, 329901, 0.1),
    ],
)
def test_places_off_the_map_are_near_by_their_codes(one: int, other: int, share: float) -> None:
    assert parts.nearness(one, other) == share == parts.nearness(other, one)


def test_places_on_the_map_are_near_by_kilometers() -> None:
    kilometers = distance_km(CAPITAL, BORDER)

    assert kilometers is not None
    assert 200 < kilometers < parts.FAR_KM
    assert parts.nearness(CAPITAL, BORDER) == 1 - kilometers / parts.FAR_KM
    assert parts.nearness(513332, 500237) == 0  # from one end of the two provinces to the other


@given(st.lists(st.floats(0, 40), min_size=1, max_size=9))
def test_parts_as_shown_add_up_to_the_score_as_shown(exact: list[float]) -> None:
    shown = rounded(exact)

    assert sum(shown) == round(sum(sorted(exact))) or abs(sum(exact) % 1 - 0.5) < 1e-9
    assert all(abs(one - each) < 1 for one, each in zip(shown, exact, strict=True))


def test_exact_parts_add_up_to_the_exact_score(small: Index) -> None:
    for asking in market(4)[::6]:
        for found in match(small, asking, k=100):
            assert found.exact == pytest.approx(sum(part.exact for part in found.parts), abs=1e-9)
            assert sum(part.got for part in found.parts) == found.score == round(found.exact)

from collections import Counter
from datetime import UTC, datetime
from functools import cache

import pytest

from kehui.core import uscc
from kehui.core.codes import read_rows
from kehui.demo.items import DemoNeed, DemoOffer
from kehui.demo.places import counties
from kehui.demo.province import SIZES, Province

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def make_province(seed: int = 51, size: str = "small") -> Province:
    rows = [(row["code"], row["name"]) for row in read_rows("regions.csv") if not row["valid_to"]]
    return Province(SIZES[size], seed=seed, at=AT, counties=counties(rows))


@cache
def small() -> tuple[Province, list[DemoOffer], list[DemoNeed]]:
    province = make_province()
    return province, list(province.offers()), list(province.needs())


def test_small_has_what_was_promised() -> None:
    province, offers, needs = small()

    assert len(province.cast.organizations) >= 600
    assert len(province.cast.people) >= 1500
    assert len(offers) >= 3000
    assert len(needs) >= 1500


def test_every_county_has_needs_and_offers() -> None:
    _, offers, needs = small()

    for items in (offers, needs):
        codes = Counter(each.region for each in items)
        assert len(codes) == 183
        assert min(codes.values()) >= 2
        assert len({code[:4] for code in codes}) == 21


def test_the_same_seed_gives_the_same_province_and_another_seed_another() -> None:
    _, offers, needs = small()
    again, other = make_province(), make_province(seed=52)

    assert list(again.offers()) == offers
    assert list(again.needs()) == needs
    assert [each.title for each in other.offers()] != [each.title for each in offers]


def test_codes_of_organizations_are_valid_and_unique() -> None:
    province, _, _ = small()
    codes = [uscc.parse(each.uscc) for each in province.cast.organizations]

    assert len({each.code for each in codes}) == len(codes)
    assert [each.code for each in codes if each.needs_review] == []


def test_texts_are_different_from_each_other() -> None:
    _, offers, needs = small()

    for items in (offers, needs):
        assert len({each.title for each in items}) / len(items) >= 0.99
        assert len({each.description for each in items}) / len(items) >= 0.99


@pytest.mark.parametrize("size", ["small", "city"])
def test_texts_have_the_lengths_that_the_market_asks_for(size: str) -> None:
    province = make_province(size=size)

    for each in (*province.offers(), *province.needs()):
        assert 6 <= len(each.title) <= 60, each.title
        assert 100 <= len(each.description) <= 3000, each.description


def test_dates_are_in_order() -> None:
    _, offers, needs = small()

    for each in (*offers, *needs):
        assert each.created_at < AT
        assert (AT - each.created_at).days <= 370
        if each.published_at is not None:
            assert each.created_at <= each.published_at <= AT
        if each.state == "published":
            assert each.valid_until is not None
            assert each.valid_until > AT.date()
        if each.closed_at is not None:
            assert each.published_at is not None
            assert each.published_at <= each.closed_at <= AT


def test_published_needs_have_offers_that_solve_them() -> None:
    _, offers, needs = small()
    there = {each.technique for each in offers if each.state == "published"}
    problems = [each for each in needs if each.kind == "problem" and each.state == "published"]

    answered = [each for each in problems if each.solved_by[0] in there]

    assert len(answered) / len(problems) >= 0.95


def test_one_showcase_is_answered_by_no_single_offer() -> None:
    _, offers, needs = small()
    milk = next(each for each in needs if "制冷、掺假快检" in each.title)
    talks = [each for each in offers if "藏汉双语" in each.title]
    cold = [each for each in offers if each.technique == "yak/solarcool"]

    assert len(milk.indicators) == 4
    assert talks
    assert cold

"""Filters and facets, held against counting by hand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.makers import CHENGDU, NOW, SICHUAN, WUHOU, YIBIN, make_person
from tests.market.rows import put_need, put_offer, put_studio

from kehui.core import industries, regions
from kehui.core.services import add_park
from kehui.market.models import Category, Item, PriceMode, Side
from kehui.market.selectors import browse
from kehui.market.selectors.browse import BANDS, DAYS, NEGOTIATED, Filters
from kehui.market.selectors.facets import NAMES, facets
from kehui.market.services.categories import load_categories

WAN = 1_000_000
CHONGQING = "500000"
WANZHOU = "500101"


def found(side: str = Side.OFFER, **filters: Any) -> set[int]:
    rows = browse.published(side, Filters(**filters), at=NOW)
    return set(rows.values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_region_includes_everything_below_it_and_parks_that_touch_it() -> None:
    in_chengdu, in_wuhou, in_yibin = (put_offer(region=code) for code in (CHENGDU, WUHOU, YIBIN))
    in_wanzhou = put_offer(region=WANZHOU)
    park = add_park(parent=CHENGDU, name="测试园区", counties=[WUHOU])
    in_park = put_offer()
    Item.objects.filter(pk=in_park.pk).update(region=park)

    assert found(region=SICHUAN) == {in_chengdu.pk, in_wuhou.pk, in_yibin.pk, in_park.pk}
    assert found(region=CHENGDU) == {in_chengdu.pk, in_wuhou.pk, in_park.pk}
    assert found(region=WUHOU) == {in_wuhou.pk, in_park.pk}
    assert found(region=park.pk) == {in_park.pk}
    assert found(region=CHONGQING) == {in_wanzhou.pk}  # no level between it and its counties


@pytest.mark.django_db
def test_price_bands_hold_their_lower_end_and_not_their_upper() -> None:
    def priced(fen: int) -> int:
        put = put_offer(price_mode=PriceMode.FIXED, price_fen=fen, negotiable_reason="")
        return int(put.pk)

    below, low, high = priced(WAN - 1), priced(WAN), priced(10 * WAN)
    talks = put_offer().pk

    assert found(price="0-1") == {below}
    assert found(price="1-10") == {low}
    assert found(price="10-50") == {high}
    assert found(price=NEGOTIATED) == {talks}


@pytest.mark.django_db
def test_drafts_and_the_other_side_are_never_found() -> None:
    offer, need = put_offer(), put_need()
    draft = put_offer(state="draft", published_at=NOW)

    assert found() == {offer.pk}
    assert found(Side.NEED) == {need.pk}
    assert draft.pk not in found()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({"kind": "nonsense", "trl": "12", "days": "x", "tier": "-1"}, {}),
        (
            {"industry": "c", "trl": "9", "days": "30", "tier": "0"},
            {"industry": "C", "trl": 9, "days": 30, "tier": 0},
        ),
        ({"region": "P-510100-1"}, {"region": "P-510100-1"}),
        ({"region": "5'; drop", "price": "1-10"}, {"price": "1-10"}),
        ({"trl": "²"}, {}),
    ],
)
def test_an_address_is_read_for_what_makes_sense(
    typed: dict[str, str], read: dict[str, Any]
) -> None:
    assert Filters.of(typed, side=Side.OFFER).plain() == read


def brute(name: str, value: str, item: Item) -> bool:
    """Say by hand whether the item passes one filter."""
    checks: dict[str, Callable[[], bool]] = {
        "region": lambda: value in regions.line(item.region_id),
        "industry": lambda: (
            item.industry in industries.tree()
            and value in {each.code for each in industries.tree().line(item.industry)}
        ),
        "kind": lambda: item.kind == value,
        "category": lambda: (
            item.category is not None and value in {item.category.pk, item.category.parent_id}
        ),
        "price": lambda: _band_of(item) == value,
        "trl": lambda: item.trl is not None and item.trl >= int(value),
        "days": lambda: (
            item.published_at is not None and item.published_at > NOW - timedelta(days=int(value))
        ),
        "tier": lambda: item.tier <= int(value),
    }
    return checks[name]()


def _band_of(item: Item) -> str:
    if item.price_fen is None:
        return NEGOTIATED
    return next(
        name
        for name, (low, high) in BANDS.items()
        if low * WAN <= item.price_fen and (high is None or item.price_fen < high * WAN)
    )


ITEMS = st.lists(
    st.fixed_dictionaries(
        {
            "region": st.sampled_from([CHENGDU, WUHOU, YIBIN]),
            "industry": st.sampled_from(["", "1512", "1371", "15", "C", "0111"]),
            "kind": st.sampled_from(["achievement", "service", "capacity"]),
            "category_id": st.sampled_from([None, "01", "0101", "0102", "1101"]),
            "price_fen": st.sampled_from([None, 1, WAN, 9 * WAN, 10 * WAN, 200 * WAN]),
            "trl": st.sampled_from([None, 1, 4, 9]),
            "age_days": st.sampled_from([0, 6, 7, 29, 91]),
            "tier": st.integers(0, 3),
        }
    ),
    max_size=8,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "region": st.sampled_from([SICHUAN, CHENGDU, WUHOU]),
        "industry": st.sampled_from(["C", "15", "1512"]),
        "kind": st.sampled_from(["achievement", "service"]),
        "category": st.sampled_from(["01", "0101"]),
        "price": st.sampled_from([*BANDS, NEGOTIATED]),
        "trl": st.integers(1, 9),
        "days": st.sampled_from(DAYS),
        "tier": st.integers(0, 3),
    },
)


class FacetsAgreeWithCounting(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(ITEMS, FILTERS)
    def test_every_count_is_what_the_choice_would_leave(
        self, rows: list[dict[str, Any]], chosen: dict[str, Any]
    ) -> None:
        load_categories()
        person = make_person()
        studio = put_studio(person)
        for row in rows:
            values = dict(row)
            age = timedelta(days=values.pop("age_days"), hours=1)
            fixed = values["price_fen"] is not None
            put_offer(
                person,
                studio=studio,
                published_at=NOW - age,
                price_mode=PriceMode.FIXED if fixed else PriceMode.NEGOTIATED,
                **values,
            )
        items = list(Item.objects.select_related("category"))

        seen = facets(Side.OFFER, Filters(**chosen), at=NOW)

        assert [facet.name for facet in seen] == list(NAMES)
        for facet in seen:
            others = {name: value for name, value in chosen.items() if name != facet.name}
            left = [
                item
                for item in items
                if all(brute(name, str(value), item) for name, value in others.items())
            ]
            for choice in facet.choices:
                expected = sum(brute(facet.name, choice.value, item) for item in left)
                assert (facet.name, choice.value, choice.count) == (
                    facet.name, choice.value, expected,
                )  # fmt: skip


@pytest.mark.django_db
def test_facets_ask_as_often_for_three_items_as_for_one() -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            facets(Side.OFFER, Filters(region=SICHUAN), at=NOW)
        return len(queries)

    put_offer(region=CHENGDU)
    once = asked()
    put_offer(region=YIBIN)
    put_offer(region=WUHOU)

    assert asked() == once


@pytest.mark.django_db
def test_the_category_list_is_loaded_once_and_kept() -> None:
    assert load_categories() == 0
    assert Category.objects.filter(parent=None).count() == 13
    assert all(each.labels for each in Category.objects.exclude(parent=None))

    Category.objects.filter(pk="0101").update(name="改过的名字")

    assert load_categories() == 1
    assert Category.objects.get(pk="0101").name == "集成电路与元器件"

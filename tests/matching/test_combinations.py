"""A need's page suggests offers that meet its indicators together, from what was argued."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.makers import TODAY
from tests.matching.pairs import AT, matched, need_of, offer_of

from kehui.market.models import Indicator, Item, Need, Offer, PriceMode, Tier
from kehui.matching.models import Interest, Suggestion
from kehui.matching.services import combination_for, match_item
from kehui.matching.services.combinations import Combination

pytestmark = pytest.mark.django_db
SALT = "盐回收率达到 88 %。"
WATER = "出水氨氮 6 mg/L。"


def wanting(*more: tuple[str, str, str, str]) -> Need:
    """Return a need with two indicators, and more."""
    need = need_of("salt", budget_high_fen=10_000_000)
    for name, comparison, target, unit in (
        ("盐回收率", "ge", "85", "%"), ("出水氨氮", "le", "8", "mg/L"), *more,
    ):  # fmt: skip
        Indicator.objects.create(
            need=need, name=name, comparison=comparison, target=Decimal(target), unit=unit
        )
    return need


def offering(advantage: str, **values: Any) -> Offer:
    return offer_of("salt", advantage=advantage, **values)


def told(need: Need) -> Combination | None:
    return combination_for(Need.objects.get(pk=need.pk), today=TODAY)


def test_two_offers_meet_what_neither_meets_alone() -> None:
    need = wanting(("结垢周期", "ge", "400", "天"))
    salt = offering(SALT, price_low_fen=3_000_000, price_high_fen=8_000_000)
    water = offering(WATER, price_mode=PriceMode.FIXED, price_fen=5_000_000, negotiable_reason="")
    offering("别的都好。")
    matched(need)

    found = told(need)

    assert found is not None
    assert {each.suggestion.offer_id: each.meets for each in found.members} == {
        salt.pk: ("盐回收率",),
        water.pk: ("出水氨氮",),
    }
    assert (found.indicators, found.alone, found.together, found.gain) == (3, 1, 2, 1)
    assert (found.missing, found.is_exact) == (("结垢周期",), True)
    assert (found.low_fen, found.high_fen, found.unpriced) == (8_000_000, 13_000_000, 0)
    assert found.is_over_budget


def test_who_names_no_price_is_counted_apart() -> None:
    need = wanting()
    offering(SALT, price_low_fen=3_000_000)
    offering(WATER)
    matched(need)

    found = told(need)

    assert found is not None
    assert (found.low_fen, found.high_fen, found.unpriced) == (3_000_000, 3_000_000, 1)
    assert not found.is_over_budget


def test_one_offer_that_meets_everything_is_no_combination() -> None:
    need = wanting()
    offering(SALT + WATER)
    offering(WATER)
    matched(need)

    assert told(need) is None


def test_a_need_without_a_table_has_no_combination() -> None:
    need = need_of("salt")
    offering(SALT)
    matched(need)

    assert told(need) is None


def test_nobody_meets_anything() -> None:
    need = wanting()
    offering("别的都好。")
    matched(need)

    assert told(need) is None


def test_what_was_declined_is_not_suggested_together() -> None:
    need = wanting()
    offering(SALT)
    offering(WATER)
    matched(need)
    Suggestion.objects.filter(offer__advantage=SALT).update(offer_answer="declined")

    assert told(need) is None


def test_full_hands_are_not_suggested_together() -> None:
    need = wanting()
    offering(SALT)
    water = offering(WATER, capacity=1)
    matched(need)
    assert told(need) is not None
    for _ in range(3):
        other = need_of("bridge")
        Interest.objects.create(
            need=other, offer=water, by=other.holder, side="need", asked_at=AT, reply_due_on=TODAY
        )

    assert told(need) is None


def test_an_argument_older_than_the_text_it_speaks_of_does_not_count() -> None:
    need = wanting()
    offering(SALT)
    water = offering(WATER)
    matched(need)
    later = AT + timedelta(hours=1)
    Item.objects.filter(pk=water.pk).update(tier=Tier.VERIFIED, changed_at=later)

    assert told(need) is None


def test_an_argument_of_another_table_does_not_count() -> None:
    need = wanting()
    offering(SALT)
    offering(WATER)
    matched(need)
    Indicator.objects.filter(need=need, name="出水氨氮").update(name="出水总磷")

    assert told(need) is None


def test_what_completes_the_set_is_kept_though_twenty_score_higher() -> None:
    need = wanting()
    best = [offering(SALT, trl=9, industry="1371") for _ in range(21)]
    last = offering(WATER)
    Need.objects.filter(pk=need.pk).update(industry="1371", trl=5)
    need.refresh_from_db()

    kept = matched(need)

    assert len(kept) == 21
    found = told(need)
    assert found is not None
    assert {each.suggestion.offer_id for each in found.members} == {best[0].pk, last.pk}


def test_the_suggestion_is_the_same_each_time() -> None:
    need = wanting()
    for text in (SALT, WATER, SALT, WATER):
        offering(text)
    matched(need)
    first = told(need)

    match_item(item=need, at=AT)

    assert told(need) == first


def test_what_is_not_worth_talking_about_is_no_part_of_a_set() -> None:
    need = wanting()
    offering(SALT)
    offer_of("bridge", advantage=WATER)
    matched(need)

    assert Suggestion.objects.get(offer__advantage=WATER).score < 55
    assert told(need) is None

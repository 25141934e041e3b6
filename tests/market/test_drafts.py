from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.makers import NOW, make_organization, make_person, make_region, make_seat, make_team
from tests.market.writing import (
    LATER,
    LONG,
    begin_need,
    category_for,
    indicator,
    write_need,
    write_offer,
)

from kehui.core.errors import Refused
from kehui.ledger.models import Entry
from kehui.market import services
from kehui.market.models import Achievement, Indicator, Item, Need, Side
from kehui.market.services.drafts import MayNotActFor, NotYours
from kehui.market.services.fields import (
    ContactInText,
    IncompleteItem,
    NeedFieldMissing,
    PriceNotPositive,
    RangeReversed,
    TooLong,
    UnknownValue,
    ValueMalformed,
)

pytestmark = pytest.mark.django_db


def save(item: Item, **values: Any) -> Item:
    return services.save_draft(item=item, person=item.holder, values=values, at=LATER)


def test_a_draft_begins_where_its_author_is() -> None:
    person = make_person(region="511500")

    draft = begin_need(person)

    assert (draft.state, draft.region_id, draft.contact_name) == ("draft", "511500", person.name)
    assert Entry.objects.count() == 0


def test_a_draft_for_an_organization_begins_where_that_is() -> None:
    firm = make_organization(region="511500")
    agent = make_seat(organization=firm).person

    assert begin_need(agent, organization=firm).region_id == "511500"


def test_without_a_seat_nobody_writes_for_an_organization() -> None:
    with pytest.raises(MayNotActFor):
        begin_need(organization=make_organization())


def test_an_offer_begins_in_ones_own_studio_only() -> None:
    studio = write_offer().studio
    stranger = make_person()
    for each in (studio, None):
        with pytest.raises(NotYours):
            services.start_draft(
                side=Side.OFFER,
                kind="service",
                holder=stranger,
                entered_by=stranger,
                organization=None,
                studio=each,
                at=NOW,
            )


def test_half_a_draft_is_saved() -> None:
    draft = begin_need()

    save(draft, title=" 盐 ", price_mode="fixed")

    draft.refresh_from_db()
    assert (draft.title, draft.price_mode, draft.changed_at) == ("盐", "fixed", LATER)


@pytest.mark.parametrize(
    ("values", "field", "refusal"),
    [
        ({"kind": "achievements"}, "kind", UnknownValue),
        ({"kind": "capacity"}, "kind", UnknownValue),
        ({"kind": ""}, "kind", NeedFieldMissing),
        ({"tier": None}, "tier", NeedFieldMissing),
        ({"state": "published"}, "state", UnknownValue),
        ({"title": "盐" * 61}, "title", TooLong),
        ({"price_mode": "gift"}, "price_mode", UnknownValue),
        ({"price_fen": 0}, "price_fen", PriceNotPositive),
        ({"trl": 10}, "trl", UnknownValue),
        ({"trl": 0}, "trl", UnknownValue),
        ({"tier": 7}, "tier", UnknownValue),
        ({"industry": "9999"}, "industry", UnknownValue),
        ({"region_requirement": ["519999"]}, "region_requirement", UnknownValue),
        ({"budget_low_fen": 200, "budget_high_fen": 100}, "budget_low_fen", RangeReversed),
        ({"budget_low_fen": 0}, "budget_low_fen", PriceNotPositive),
        ({"keywords": ["词" * 21]}, "keywords", ValueMalformed),
        ({"deadline": "soon"}, "deadline", ValueMalformed),
    ],
)
def test_a_value_that_can_never_stand_is_refused_even_in_a_draft(
    values: dict[str, Any], field: str, refusal: type[Refused]
) -> None:
    draft = begin_need()

    with pytest.raises(refusal) as caught:
        save(draft, **values)

    assert caught.value.field == field


def test_an_offer_serves_at_least_one_at_a_time() -> None:
    with pytest.raises(UnknownValue):
        save(write_offer(), capacity=0)


def test_several_impossible_values_are_named_together() -> None:
    with pytest.raises(IncompleteItem) as caught:
        save(begin_need(), trl=12, industry="9999")

    assert {fault.field for fault in caught.value.faults} == {"trl", "industry"}


def test_somebody_else_changes_nothing() -> None:
    need, stranger = write_need(), make_person()

    with pytest.raises(NotYours):
        services.save_draft(item=need, person=stranger, values={}, at=LATER)
    with pytest.raises(NotYours):
        services.discard_draft(item=need, person=stranger, at=LATER)
    with pytest.raises(NotYours):
        services.add_indicators(need=need, person=stranger, indicators=[], at=LATER)


def test_indicators_keep_their_order_and_replace_those_before() -> None:
    need = write_need()

    services.add_indicators(
        need=need,
        person=need.holder,
        indicators=[
            indicator(name="电耗"),
            indicator(name="粒径", comparison="between", target_high=Decimal("90.5")),
        ],
        at=LATER,
    )

    assert [str(each) for each in Need.objects.get().indicators.all()] == [
        "电耗 ≥ 85 %",
        "粒径 85–90.5 %",
    ]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": " "}, NeedFieldMissing),
        ({"comparison": "between"}, RangeReversed),
        ({"comparison": "between", "target_high": Decimal(85)}, RangeReversed),
        ({"verification": "打 13800000001 问"}, ContactInText),
    ],
)
def test_a_table_with_a_fault_is_not_saved(values: dict[str, Any], refusal: type[Refused]) -> None:
    need = write_need()

    with pytest.raises(refusal) as caught:
        services.add_indicators(
            need=need, person=need.holder, indicators=[indicator(**values)], at=LATER
        )

    assert caught.value.field == "indicators"
    assert Indicator.objects.get().name == "盐回收率"


def test_a_draft_is_thrown_away_with_its_table() -> None:
    need = write_need()

    services.discard_draft(item=need, person=need.holder, at=LATER)

    assert (Item.objects.count(), Indicator.objects.count()) == (0, 0)


def test_an_achievement_is_described_twice_and_kept_once() -> None:
    offer = write_offer(kind="achievement", trl=6)
    for ownership in ("本校", "本校与企业共有"):
        services.describe_achievement(
            offer=offer,
            person=offer.holder,
            values={"stage": "applied", "ownership": ownership, "patents": ["ZL202310000001.X"]},
            at=LATER,
        )

    assert Achievement.objects.get().ownership == "本校与企业共有"
    with pytest.raises(UnknownValue):
        services.describe_achievement(
            offer=offer, person=offer.holder, values={"stage": "finished"}, at=LATER
        )


def test_the_first_offer_opens_the_studio_and_the_second_uses_it() -> None:
    team = make_team(host=make_organization(region="511500"))

    first = services.start_offer(owner=team, person=team.lead, kind="service", at=NOW)
    second = services.start_offer(owner=team, person=team.lead, kind="capacity", at=NOW)

    assert (first.studio, first.studio.name) == (second.studio, team.name)
    assert first.studio.region == make_region("511500")
    assert Entry.objects.filter(kind="studio.opened").count() == 1


def test_a_category_of_another_kind_waits_until_the_submission() -> None:
    draft = begin_need(kind="service")

    save(draft, category=category_for("problem"), label="没有这个标签")

    faults = {fault.field for fault in services.faults_of(draft_now(draft), today=date(2026, 3, 2))}
    assert {"category", "label"} <= faults


def draft_now(draft: Need) -> Need:
    return Need.objects.get(pk=draft.pk)


def test_text_is_stored_without_the_blanks_around_it() -> None:
    draft = begin_need()

    save(draft, description=f"  {LONG}  ")

    assert draft_now(draft).description == LONG


def test_text_from_a_program_may_hold_a_nul() -> None:
    draft = begin_need()

    save(draft, tried="膜\0法")

    assert draft_now(draft).tried == "膜法"

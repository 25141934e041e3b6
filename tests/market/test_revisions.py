"""What is out is revised: as a whole, with a new revision, and with its table."""

from decimal import Decimal
from typing import Any

import pytest
from tests.market.writing import (
    LATER,
    NEED,
    indicator,
    publish_need,
    publish_offer,
    review,
    submit,
    write_need,
)

from kehui.ledger.models import Entry
from kehui.market import services
from kehui.market.facts import ItemRevised
from kehui.market.models import Item, Need, NeedKind, State
from kehui.market.services.drafts import NotEditable
from kehui.market.services.fields import IncompleteItem, NeedFieldMissing, PriceMissing, TooShort

pytestmark = pytest.mark.django_db


def save(item: Item, **values: Any) -> Item:
    return services.save_draft(item=item, person=item.holder, values=values, at=LATER)


def test_what_is_out_is_not_saved_as_a_draft() -> None:
    need = publish_need()

    with pytest.raises(NotEditable):
        save(need, title="另一个标题就这样")
    with pytest.raises(NotEditable):
        services.add_indicators(need=need, person=need.holder, indicators=[], at=LATER)
    with pytest.raises(NotEditable):
        services.discard_draft(item=need, person=need.holder, at=LATER)


def test_a_held_item_stays_whole_in_what_is_changed() -> None:
    need = submit(write_need())
    review(need, 2, 2, 2, 2)
    for values, refusal in (
        ({"title": "盐"}, TooShort),
        ({"price_mode": "fixed"}, PriceMissing),
        ({"negotiable_reason": " "}, NeedFieldMissing),
        ({"deadline": None}, NeedFieldMissing),
    ):
        with pytest.raises(refusal):
            save(need, **values)
    save(need, tried="又试过膜法，通量掉得快。")

    need.refresh_from_db()
    assert (need.title, Need.objects.get().tried) == (NEED["title"], "又试过膜法，通量掉得快。")


def test_revising_a_published_item_records_a_new_revision() -> None:
    need = publish_need()

    changed = services.revise_item(
        item=need, person=need.holder, values={"tried": "又试过膜法。"}, at=LATER
    )

    assert isinstance(changed, Need)
    assert (changed.state, changed.revision) == (State.PUBLISHED, 2)
    assert list(changed.indicators.all()) == list(need.indicators.all())
    assert ItemRevised.of(Entry.objects.get(kind="item.revised")) == ItemRevised(
        item=need.pk, side="need", revision=2
    )


def test_a_revision_may_replace_the_table() -> None:
    need = publish_need()

    services.revise_item(
        item=need,
        person=need.holder,
        values={},
        indicators=[indicator(name="吨水成本", comparison="le", target=Decimal(35), unit="元")],
        at=LATER,
    )

    assert [str(each) for each in need.indicators.all()] == ["吨水成本 ≤ 35 元"]


def test_a_revision_must_leave_a_problem_its_indicators() -> None:
    need = publish_need(kind=NeedKind.PROBLEM)

    with pytest.raises(NeedFieldMissing):
        services.revise_item(item=need, person=need.holder, values={}, indicators=[], at=LATER)

    assert need.indicators.count() == 1


def test_a_revision_is_checked_as_a_whole() -> None:
    offer = publish_offer()

    with pytest.raises(IncompleteItem):
        services.revise_item(
            item=offer, person=offer.holder, values={"title": "", "problem_solved": ""}, at=LATER
        )

    assert Item.objects.get().revision == 1


def test_drafts_are_saved_and_not_revised() -> None:
    need = write_need()

    with pytest.raises(NotEditable):
        services.revise_item(item=need, person=need.holder, values={}, at=LATER)

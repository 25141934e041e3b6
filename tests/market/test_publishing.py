from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import Settings
from tests.makers import NOW, make_organization, make_person, make_seat
from tests.market.writing import (
    LONG,
    NEED,
    begin_need,
    publish_need,
    review,
    submit,
    write_need,
    write_offer,
)
from tests.parallel import meanwhile

from kehui.core.errors import Refused
from kehui.ledger.models import Entry
from kehui.market import services
from kehui.market.facts import ItemHeld, ItemSubmitted
from kehui.market.models import Item, Need, State
from kehui.market.services.drafts import NotEditable, NotYours
from kehui.market.services.fields import IncompleteItem, NeedFieldMissing
from kehui.market.services.publishing import CapReached, DuplicateOwn, VerifyFirst
from kehui.people.models import Level

pytestmark = pytest.mark.django_db
OTHER = "车间粉尘浓度在线监测与除尘联动"
OTHER_TEXT = (
    "木工车间粉尘浓度忽高忽低，人工每班巡检两次，来不及。想装在线监测，粉尘浓度超过限值时自动加大"
    "除尘风量，低的时候减下来省电。车间三条线，除尘器五台，现有控制柜可以接信号，不能停产改造。"
    "要求防爆，监测误差不超过一成。"
)


def test_submitting_a_whole_need_records_one_fact() -> None:
    need = write_need()

    done = submit(need)

    assert (done.state, done.submitted_at, done.revision) == (State.SUBMITTED, NOW, 1)
    assert [ItemSubmitted.of(entry) for entry in Entry.objects.filter(kind="item.submitted")] == [
        ItemSubmitted(
            item=need.pk,
            side="need",
            revision=1,
            item_kind="service",
            region="510100",
            organization=None,
        )
    ]


def test_an_offer_is_submitted_too() -> None:
    assert submit(write_offer()).state == State.SUBMITTED


def test_an_empty_draft_names_all_that_is_missing() -> None:
    draft = begin_need(kind="problem")

    with pytest.raises(IncompleteItem) as caught:
        submit(draft)

    assert [fault.field for fault in caught.value.faults] == [
        "title",
        "description",
        "category",
        "price_mode",
        "deadline",
        "contact_channel",
        "industry",
        "background",
        "main_problem",
        "target",
        "indicators",
        "terms_accepted_at",
    ]
    assert str(caught.value) == "还有 12 处要补。"
    assert Entry.objects.count() == 0


def test_a_single_fault_is_raised_as_itself() -> None:
    with pytest.raises(NeedFieldMissing) as caught:
        submit(write_need(deadline=None))

    assert caught.value.field == "deadline"


def test_only_owners_submit() -> None:
    need = write_need()

    with pytest.raises(NotYours):
        services.submit_item(item=need, person=make_person(), at=NOW)


def test_what_is_submitted_is_not_submitted_again() -> None:
    need = submit(write_need())

    with pytest.raises(NotEditable) as caught:
        submit(need)

    assert "待审核" in str(caught.value)


@pytest.mark.parametrize(("person", "organization"), [(Level.V1, Level.V2), (Level.V2, Level.V1)])
def test_who_is_not_identified_publishes_nothing(person: Level, organization: Level) -> None:
    behind = make_organization(level=organization)
    agent = make_seat(make_person(level=person), organization=behind).person

    with pytest.raises(VerifyFirst):
        submit(write_need(agent, organization=behind))


def test_a_person_reaches_the_daily_cap(settings: Settings) -> None:
    settings.DAILY_CAP_PER_PERSON = 1
    person = make_person()
    submit(write_need(person))
    second = write_need(person, title=OTHER, description=OTHER_TEXT)

    with pytest.raises(CapReached) as caught:
        submit(second)
    tomorrow = submit(second, at=NOW + timedelta(days=1))

    assert caught.value.status == 429
    assert tomorrow.state == State.SUBMITTED


def test_an_organization_reaches_the_daily_cap(settings: Settings) -> None:
    settings.DAILY_CAP_PER_ORGANIZATION = 1
    firm = make_organization()
    one, other = (make_seat(organization=firm).person for _each in range(2))
    submit(write_need(one, organization=firm))

    with pytest.raises(CapReached):
        submit(write_need(other, organization=firm, title=OTHER, description=OTHER_TEXT))


def test_a_resubmitted_item_counts_once(settings: Settings) -> None:
    settings.DAILY_CAP_PER_PERSON = 1
    need = submit(write_need())
    review(need, 2, 2, 2, 2)

    again = submit(need)

    assert (again.state, again.revision) == (State.SUBMITTED, 2)


def test_nearly_the_same_of_ones_own_is_refused_with_its_number() -> None:
    person = make_person()
    first = submit(write_need(person))

    with pytest.raises(DuplicateOwn) as caught:
        submit(write_need(person, description=f"{LONG}。"))

    assert caught.value.params == {"title": NEED["title"], "item": first.pk}


def test_nearly_the_same_of_somebody_else_is_flagged_for_the_reviewer() -> None:
    publish_need()

    assert submit(write_need()).flags == ["DUPLICATE_FOREIGN"]


def test_a_title_of_something_else_is_taken_and_put_on_hold() -> None:
    need = submit(write_need(title="无人机植保航线规划软件定制"))

    assert (need.state, need.flags) == (State.ON_HOLD, ["COHERENCE_LOW"])
    held = ItemHeld.of(Entry.objects.get(kind="item.held"))
    assert held.why == ("COHERENCE_LOW",)
    assert Entry.objects.filter(kind="item.submitted").count() == 1


def test_a_price_typed_before_negotiation_was_chosen_does_not_stand_in_the_way() -> None:
    need = write_need(price_mode="fixed", price_fen=100, negotiable_reason="")
    services.save_draft(
        item=need,
        person=need.holder,
        values={"price_mode": "negotiated", "negotiable_reason": "看样品"},
        at=NOW,
    )

    assert submit(need).price_fen is None


def test_expired_items_may_be_written_and_submitted_again() -> None:
    need = publish_need()
    Item.objects.filter(pk=need.pk).update(state=State.EXPIRED)
    services.save_draft(item=need, person=need.holder, values={"tried": "又试过膜法。"}, at=NOW)

    assert submit(need).state == State.SUBMITTED


@pytest.mark.django_db(transaction=True)
def test_of_two_submissions_at_once_the_second_meets_the_cap(settings: Settings) -> None:
    settings.DAILY_CAP_PER_PERSON = 1
    person = make_person()
    one = write_need(person)
    other = write_need(person, title=OTHER, description=OTHER_TEXT)
    _second_waits_and_is_refused(one, other, CapReached)


@pytest.mark.django_db(transaction=True)
def test_of_two_agents_at_once_the_second_meets_the_cap(settings: Settings) -> None:
    settings.DAILY_CAP_PER_ORGANIZATION = 1
    firm = make_organization()
    first, second = (make_seat(organization=firm).person for _each in range(2))
    one = write_need(first, organization=firm)
    other = write_need(second, organization=firm, title=OTHER, description=OTHER_TEXT)
    _second_waits_and_is_refused(one, other, CapReached)


@pytest.mark.django_db(transaction=True)
def test_of_two_of_the_same_at_once_the_second_is_a_double() -> None:
    person = make_person()
    _second_waits_and_is_refused(write_need(person), write_need(person), DuplicateOwn)


def _second_waits_and_is_refused(one: Need, other: Need, refusal: type[Refused]) -> None:
    with ExitStack() as stack:
        with transaction.atomic():
            submit(one)
            second = stack.enter_context(meanwhile(submit, other))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(refusal):
            second.result(timeout=5)
    assert Item.objects.filter(state=State.SUBMITTED).count() == 1

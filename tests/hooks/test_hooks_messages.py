import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.hooks.making import hook_of, member
from tests.makers import NOW, make_organization, make_seat
from tests.market.writing import write_need, write_offer

from kehui.hooks.models import Delivery, Hook
from kehui.hooks.readers import READER
from kehui.hooks.services import (
    HookNotYours,
    end_hook,
    forget_deliveries,
    lay_out,
    ping,
    send_again,
)
from kehui.ledger.facts import Fact
from kehui.ledger.services import catch_up, record, replay
from kehui.market.facts import ItemWithdrawn
from kehui.market.models import Item
from kehui.matching.facts import InterestExpressed, OutcomeReached
from kehui.people.facts import OrganizationIdentified
from kehui.people.models import Account, Person, Seat

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def happens(fact: Fact) -> list[int]:
    """Record the fact, lay it out, and return whose hooks it is for."""
    (entry,) = record(fact, actor=None, at=LATER)
    lay_out(entry=entry)
    return list(
        Delivery.objects.filter(entry=entry.pk).order_by("hook").values_list("hook", flat=True)
    )


def withdrawn(item: Item) -> ItemWithdrawn:
    return ItemWithdrawn(item=item.pk, side=item.side, revision=1, reason="solved_here")


def test_a_fact_goes_to_its_holder_and_organization_and_to_nobody_else() -> None:
    holder, agent, stranger = member(), member(), member()
    organization = make_organization()
    for each in (holder, agent):
        make_seat(each, organization=organization)
    own, ours = hook_of(holder), hook_of(agent, organization)
    hook_of(agent)
    hook_of(stranger)
    need = write_need(holder, organization=organization, at=NOW)

    assert happens(withdrawn(need)) == sorted([own.pk, ours.pk])
    said = json.loads(Delivery.objects.all()[0].body)
    assert said["type"] == "item.withdrawn"
    assert said["data"] == {
        "item": need.pk, "side": "need", "revision": 1, "reason": "solved_here",
    }  # fmt: skip
    assert need.title not in Delivery.objects.all()[0].body


def test_nothing_is_laid_out_for_what_is_not_wanted_stopped_earlier_or_shut() -> None:
    holder = member()
    need = write_need(holder, organization=None, at=NOW)
    hook_of(holder, kinds=["item.renewed"])
    stopped, fresh, good = (hook_of(holder) for _ in range(3))
    Hook.objects.filter(pk=stopped.pk).update(stopped_at=NOW, stopped_why="GONE")
    Hook.objects.filter(pk=fresh.pk).update(since=LATER + timedelta(seconds=1))

    assert happens(withdrawn(need)) == [good.pk]
    Account.objects.filter(person=holder).update(is_active=False)
    assert happens(withdrawn(need)) == []


def test_an_organization_without_an_agent_is_told_nothing() -> None:
    agent, organization = member(), make_organization()
    seat = make_seat(agent, organization=organization)
    hook = hook_of(agent, organization, kinds=["organization.identified"])
    fact = OrganizationIdentified(organization=organization.pk, level=2)

    assert happens(fact) == [hook.pk]
    Seat.objects.filter(pk=seat.pk).update(valid_until=NOW.date() - timedelta(days=1))
    assert happens(fact) == []


def pair(seeker: Person, provider: Person) -> dict[str, Any]:
    need = write_need(seeker, organization=None, at=NOW)
    return {"need": need.pk, "offer": write_offer(provider, at=NOW).pk}


def test_both_sides_are_told_unless_a_steward_goes_between() -> None:
    seeker, provider = member(), member()
    both = pair(seeker, provider)
    told = ["interest.expressed", "suggestion.outcome"]
    seeking, providing = hook_of(seeker, kinds=told), hook_of(provider, kinds=told)
    asked: dict[str, Any] = {**both, "reply_due_on": LATER.date()}

    assert happens(InterestExpressed(**asked, side="need", through_steward=False)) == [
        seeking.pk,
        providing.pk,
    ]
    assert happens(InterestExpressed(**asked, side="need", through_steward=True)) == [seeking.pk]
    assert happens(InterestExpressed(**asked, side="offer", through_steward=True)) == [providing.pk]
    assert happens(OutcomeReached(**both, outcome="signed")) == [seeking.pk, providing.pk]


def test_only_a_message_of_ones_own_is_sent_again() -> None:
    person, stranger = member(), member()
    hook = hook_of(person)
    message = ping(hook=hook, person=person, at=NOW)

    with pytest.raises(HookNotYours):
        send_again(delivery=message, person=stranger, at=NOW)
    message.delete()
    with pytest.raises(HookNotYours):
        send_again(delivery=message, person=person, at=NOW)
    end_hook(hook=hook, person=person, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_reading_anew_makes_nothing_twice_and_nothing_that_was_forgotten() -> None:
    holder = member()
    need = write_need(holder, organization=None, at=NOW)
    hook = hook_of(holder)
    with transaction.atomic():
        record(withdrawn(need), actor=None, at=LATER)
    catch_up(READER)
    before = Delivery.objects.get()

    replay(READER)

    assert Delivery.objects.get() == before
    assert forget_deliveries(before=LATER + timedelta(seconds=1)) == 0  # it has not arrived yet
    Delivery.objects.update(state=Delivery.State.DONE)
    assert forget_deliveries(before=LATER + timedelta(seconds=1)) == 1
    replay(READER)
    assert not Delivery.objects.exists()
    hook.refresh_from_db()
    assert hook.since == LATER + timedelta(seconds=1)

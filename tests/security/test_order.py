"""Each step of an item has its place: none is left out, none is done twice."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.makers import make_reviewer
from tests.market.writing import LATER, publish_need, review, submit, write_need

from kehui.core.errors import Refused
from kehui.ledger.models import Entry
from kehui.market import services
from kehui.market.models import CloseReason, Item, Need, State

pytestmark = pytest.mark.django_db
REASON = CloseReason.values[0]
STEPS: dict[str, Callable[[Item], Any]] = {
    "submit": submit,
    "review": lambda item: review(item, reviewer=make_reviewer()),
    "close": lambda item: services.close_item(
        item=item, person=item.holder, reason=REASON, at=LATER
    ),
    "withdraw": lambda item: services.withdraw_item(
        item=item, person=item.holder, reason=REASON, at=LATER
    ),
    "renew": lambda item: services.renew_item(item=item, person=item.holder, at=LATER),
    "confirm": lambda item: services.confirm_contact(item=item, person=item.holder, at=LATER),
    "discard": lambda item: services.discard_draft(item=item, person=item.holder, at=LATER),
}


def drafted() -> Item:
    return write_need()


def waiting() -> Item:
    return submit(write_need())


def published() -> Item:
    return publish_need()


def closed() -> Item:
    item = publish_need()
    STEPS["close"](item)
    return item


ALLOWED = {
    drafted: {"submit", "discard"},
    waiting: {"review", "withdraw"},
    published: {"close", "withdraw", "renew", "confirm"},
    closed: set[str](),
}


@pytest.mark.parametrize("begin", ALLOWED, ids=lambda each: each.__name__)
def test_no_step_is_left_out(begin: Callable[[], Item]) -> None:
    for name in sorted(STEPS.keys() - ALLOWED[begin]):
        item = begin()
        before = (Need.objects.get(pk=item.pk).state, Entry.objects.count())

        with pytest.raises(Refused):
            STEPS[name](item)

        kinds = [Need.objects.get(pk=item.pk).state, Entry.objects.count()]
        assert tuple(kinds) == before, name


def test_the_steps_in_their_order_are_taken() -> None:
    item = drafted()
    for name, state in (
        ("submit", State.SUBMITTED),
        ("review", State.PUBLISHED),
        ("close", State.CLOSED),
    ):
        STEPS[name](item)
        assert Need.objects.get(pk=item.pk).state == state

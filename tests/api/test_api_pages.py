"""Lists come page by page: everything once, whatever is published or withdrawn meanwhile."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.calling import Program
from tests.makers import make_person
from tests.market.writing import OFFER, publish_offer, write_offer

from kehui.api.v1 import cursors
from kehui.market.models import Item, Offer, State, Studio
from kehui.people.models import Person

pytestmark = pytest.mark.django_db


def numbered(count: int) -> list[int]:
    """Publish so many offers, three each at one instant; return the newest first."""
    now = timezone.now() - timedelta(days=1)
    first = publish_offer()
    made = [first.pk, *(copy_of(first, number) for number in range(1, count))]
    for place, pk in enumerate(made):
        Item.objects.filter(pk=pk).update(published_at=now + timedelta(seconds=place - place % 3))
    rows = Item.objects.order_by("-published_at", "-pk")
    return list(rows.values_list("pk", flat=True))


def copy_of(offer: Offer, number: int) -> int:
    """Publish another offer of another person without asking about doubles."""
    made = write_offer(make_person(), **OFFER | {"title": f"第 {number} 种电渗析盐回收工艺"})
    Item.objects.filter(pk=made.pk).update(
        state=State.PUBLISHED,
        submitted_at=offer.submitted_at,
        published_at=timezone.now(),
        valid_until=offer.valid_until,
    )
    return int(made.pk)


def walk(
    program: Program, path: str, limit: int, between: Callable[[], object], **query: str
) -> list[int]:
    """Read every page, doing something between two of them."""
    seen: list[int] = []
    asked: dict[str, str] = {"limit": str(limit), **query}
    while True:
        told = program.get(path, **asked).json()
        seen += [each["id"] for each in told["items"]]
        if told["next"] is None:
            return seen
        asked["cursor"] = told["next"]
        between()


@pytest.mark.parametrize("query", [{}, {"q": "盐回收"}])
def test_pages_show_everything_once_while_others_publish(query: dict[str, str]) -> None:
    before = numbered(7)
    program, template = Program(make_person()), Offer.objects.get(pk=before[-1])
    numbers = iter(range(100, 200))

    def publish() -> int:
        return copy_of(template, next(numbers))

    for limit in (1, 2, 3, 7, 8):
        known = list(Item.objects.order_by("-published_at", "-pk").values_list("pk", flat=True))
        seen = walk(program, "/offers", limit, publish, **query)
        assert sorted(seen) == sorted(known)
        if not query:
            assert seen == known


def test_what_is_withdrawn_between_two_pages_costs_no_other_item() -> None:
    before = numbered(6)
    program = Program(make_person())

    def withdraw_the_first() -> None:
        Item.objects.filter(pk=before[0]).update(state=State.WITHDRAWN)

    for query in ({}, {"q": "盐回收"}):
        Item.objects.filter(pk=before[0]).update(state=State.PUBLISHED)
        seen = walk(program, "/offers", 2, withdraw_the_first, **query)
        assert set(before[1:]) <= set(seen)
        assert len(seen) == len(set(seen))


@given(
    st.lists(
        st.one_of(st.integers(-(2**62), 2**62), st.text(max_size=20), st.floats(allow_nan=False)),
        max_size=4,
    )
)
def test_a_cursor_gives_back_what_was_written(values: list[object]) -> None:
    cursor = cursors.write("list", *values)

    assert cursors.read("list", cursor, [type(each) for each in values]) == values
    assert cursor.isascii()
    with pytest.raises(cursors.CursorMalformed):
        cursors.read("other", cursor, [type(each) for each in values])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_a_cursor_made_up_is_refused(text: str) -> None:
    with pytest.raises(cursors.CursorMalformed):
        cursors.read("list", text, (int, str))


def open_studio(person: Person) -> Studio:
    return publish_offer(person).studio


def test_studios_come_page_by_page() -> None:
    made = [open_studio(make_person()).pk for _ in range(3)]

    assert walk(Program(make_person()), "/studios", 1, lambda: None) == made[::-1]

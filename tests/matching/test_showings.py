"""What was shown where is noted: in order, once a person and day, whatever becomes of the match."""

from contextlib import ExitStack
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries
from tests.makers import make_person
from tests.matching.judged import put_showing
from tests.matching.pairs import AT, matched, need_of, offer_of, one_pair
from tests.parallel import meanwhile

from kehui.market.models import Offer, Side, State
from kehui.matching import adapter
from kehui.matching.models import Showing, Suggestion
from kehui.matching.services import forget_showings, match_item, note_showings

pytestmark = pytest.mark.django_db


def show(*shown: Suggestion, first: int = 1, days: int = 0) -> None:
    note_showings(
        shown=shown,
        side=Side.NEED,
        person=shown[0].need.holder,
        first=first,
        at=AT + timedelta(days=days),
    )


def test_every_match_is_noted_with_its_place_and_what_made_its_score(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    need = need_of("salt")
    for subject in ("salt", "coating", "bridge"):
        offer_of(subject)
    found = matched(need)
    person = need.holder

    with django_assert_num_queries(1):
        note_showings(shown=found, side=Side.NEED, person=person, first=4, at=AT)

    rows = list(Showing.objects.order_by("position"))
    assert [(each.position, each.offer_id) for each in rows] == [
        (place, each.offer_id) for place, each in enumerate(found, start=4)
    ]
    assert {(each.side, each.person_id, each.on) for each in rows} == {
        ("need", person.pk, date(2026, 3, 2))
    }
    assert [(each.score, each.features, each.engine, each.ranker) for each in rows] == [
        (each.score, each.features, adapter.version(), "") for each in found
    ]
    assert rows[0].features["rule"] == pytest.approx(found[0].order / 100)


def test_the_first_look_of_a_day_counts_and_the_next_day_anew() -> None:
    suggestion = one_pair()

    show(suggestion, first=3)
    show(suggestion, first=1)
    show(suggestion, first=2, days=1)

    assert list(Showing.objects.order_by("on").values_list("on", "position")) == [
        (date(2026, 3, 2), 3),
        (date(2026, 3, 3), 2),
    ]


def test_each_person_of_a_side_sees_for_themselves() -> None:
    suggestion = one_pair()
    show(suggestion)

    note_showings(shown=[suggestion], side=Side.NEED, person=make_person(), at=AT)

    assert Showing.objects.count() == 2


def test_nothing_shown_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    person = make_person()

    with django_assert_num_queries(0):
        note_showings(shown=[], side=Side.NEED, person=person, at=AT)


def test_a_match_that_goes_leaves_behind_that_it_was_shown() -> None:
    suggestion = one_pair()
    show(suggestion)
    changed_at = AT + timedelta(minutes=1)
    Offer.objects.update(state=State.WITHDRAWN, changed_at=changed_at)

    match_item(item=suggestion.need, at=changed_at)

    assert not Suggestion.objects.exists()
    assert Showing.objects.get().offer_id == suggestion.offer_id


def test_places_count_from_one() -> None:
    suggestion = one_pair()

    with pytest.raises(IntegrityError):
        show(suggestion, first=0)


def test_what_was_shown_long_ago_is_forgotten() -> None:
    suggestion = one_pair()
    for on in (date(2024, 3, 1), date(2024, 3, 2)):
        put_showing(suggestion.need, suggestion.offer, on=on)

    assert forget_showings(before=date(2024, 3, 2)) == 1
    assert Showing.objects.get().on == date(2024, 3, 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_looks_at_once_one_is_noted() -> None:
    suggestion = one_pair()

    with ExitStack() as stack:
        with transaction.atomic():
            show(suggestion, first=2)
            second = stack.enter_context(meanwhile(show, suggestion, first=1))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        second.result(timeout=5)

    assert Showing.objects.get().position == 2

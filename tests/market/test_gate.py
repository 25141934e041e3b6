from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from tests.makers import NOW, TODAY, make_organization, make_person, make_reviewer, make_seat
from tests.market.writing import (
    LATER,
    publish_need,
    review,
    submit,
    write_need,
    write_offer,
)
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.market import services
from kehui.market.facts import ItemHeld, ItemPublished, ItemRejected
from kehui.market.models import CRITERIA, Item, Review, State
from kehui.market.services.gate import (
    ChangedMeanwhile,
    NotAReviewer,
    NothingToReview,
    ScoreMissing,
    outcome_of,
)
from kehui.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("points", "outcome"),
    [
        ((0, 0, 0, 0), State.REJECTED),
        ((1, 1, 1, 1), State.REJECTED),
        ((4, 0, 0, 0), State.REJECTED),
        ((5, 0, 0, 0), State.ON_HOLD),
        ((2, 1, 1, 1), State.ON_HOLD),
        ((3, 2, 2, 2), State.ON_HOLD),
        ((3, 3, 2, 2), State.PUBLISHED),
        ((5, 5, 0, 0), State.ON_HOLD),
        ((5, 5, 5, 0), State.ON_HOLD),
        ((5, 5, 5, 5), State.PUBLISHED),
    ],
)
def test_the_rubric_at_its_boundaries(points: tuple[int, ...], outcome: State) -> None:
    assert outcome_of(dict(zip(CRITERIA, points, strict=True))) == outcome


@given(st.tuples(*[st.integers(0, 5)] * 4), st.integers(0, 3))
def test_a_point_more_never_makes_it_worse(points: tuple[int, ...], place: int) -> None:
    order = [State.REJECTED, State.ON_HOLD, State.PUBLISHED]
    better = [min(each + (at == place), 5) for at, each in enumerate(points)]

    before = outcome_of(dict(zip(CRITERIA, points, strict=True)))
    after = outcome_of(dict(zip(CRITERIA, better, strict=True)))

    assert order.index(after) >= order.index(before)


def test_ten_points_publish_for_180_days_and_tell_the_author(settings: Settings) -> None:
    settings.VALID_DAYS = 180
    need = submit(write_need())

    decided = review(need, 3, 3, 2, 2)

    item = Item.objects.get()
    assert (item.state, item.published_at, item.valid_until) == (
        State.PUBLISHED,
        LATER,
        TODAY + timedelta(days=180),
    )
    assert (decided.total, decided.outcome, decided.revision) == (10, State.PUBLISHED, 1)
    assert (
        ItemPublished.of(Entry.objects.get(kind="item.published")).valid_until == item.valid_until
    )
    notice = Notice.objects.get(person=need.holder, reason="gate")
    assert (notice.title, notice.link) == (f"“{need.title}”已发布", f"/needs/{need.pk}/")


def test_an_author_may_wish_for_less_time_but_not_for_more(settings: Settings) -> None:
    settings.VALID_DAYS = 180
    short, long = TODAY + timedelta(days=30), TODAY + timedelta(days=900)
    one = submit(write_need(valid_until=short))
    other = submit(write_offer(valid_until=long))

    review(one)
    review(other)

    until = dict(Item.objects.values_list("pk", "valid_until"))
    assert until == {one.pk: short, other.pk: TODAY + timedelta(days=180)}


def test_five_points_hold_and_name_what_is_weak() -> None:
    need = submit(write_need())

    review(need, 1, 2, 1, 3)

    assert Item.objects.get().state == State.ON_HOLD
    held = ItemHeld.of(Entry.objects.get(kind="item.held"))
    assert held.why == ("advantages", "clarity", "cooperation")
    assert Notice.objects.get(reason="gate").body == "写得清楚。"


def test_four_points_reject() -> None:
    review(submit(write_need()), 1, 1, 1, 1)

    assert Item.objects.get().state == State.REJECTED
    assert ItemRejected.of(Entry.objects.get(kind="item.rejected")).why == CRITERIA


def test_holding_does_not_shorten_the_time_of_a_later_publication(settings: Settings) -> None:
    settings.VALID_DAYS = 180
    need = submit(write_need())
    review(need, 2, 2, 2, 2)
    later = NOW + timedelta(days=20)

    review(submit(need, at=later), at=later)

    assert Item.objects.get().valid_until == TODAY + timedelta(days=200)


def test_a_revised_item_that_passes_again_keeps_its_dates() -> None:
    need = publish_need()
    services.revise_item(item=need, person=need.holder, values={"tried": "膜法。"}, at=LATER)
    later = NOW + timedelta(days=20)

    review(need, at=later)

    item = Item.objects.get()
    assert (item.published_at, item.valid_until) == (need.published_at, need.valid_until)


def test_a_revised_item_that_fails_goes_from_the_market() -> None:
    need = publish_need()
    services.revise_item(item=need, person=need.holder, values={"tried": "膜法。"}, at=LATER)

    review(need, 2, 2, 2, 2)

    assert Item.objects.get().state == State.ON_HOLD


def test_what_comes_back_is_asked_anew_whether_anybody_is_there() -> None:
    need = publish_need()
    Item.objects.filter(pk=need.pk).update(contact_asked_at=NOW)
    services.revise_item(item=need, person=need.holder, values={"tried": "膜法。"}, at=LATER)
    review(need, 2, 2, 2, 2)
    later = NOW + timedelta(days=20)

    review(submit(need, at=later), at=later)
    services.ask_contacts(at=later)

    item = Item.objects.get()
    assert (item.state, item.contact_asked_at) == (State.PUBLISHED, later)


def test_what_was_answered_is_not_asked_again() -> None:
    need = publish_need()
    services.confirm_contact(item=need, person=need.holder, at=LATER)
    Item.objects.filter(pk=need.pk).update(state=State.EXPIRED, contact_asked_at=NOW)
    later = NOW + timedelta(days=200)
    services.save_draft(
        item=need,
        person=need.holder,
        values={"deadline": TODAY + timedelta(days=300)},
        at=later,
    )

    review(submit(need, at=later), at=later)

    assert Item.objects.get().contact_asked_at == NOW


def test_reviewers_decide_nothing_of_their_own_or_of_their_firm() -> None:
    firm = make_organization()
    author = make_seat(organization=firm).person
    colleague = make_reviewer(make_seat(organization=firm).person)
    need = submit(write_need(author, organization=firm))
    for reviewer in (make_reviewer(author), colleague, make_person()):
        with pytest.raises(NotAReviewer):
            review(need, reviewer=reviewer)

    assert Review.objects.count() == 0


@pytest.mark.parametrize("state", ["draft", "on_hold", "rejected", "withdrawn", "expired"])
def test_only_what_waits_is_decided(state: str) -> None:
    need = submit(write_need())
    Item.objects.filter(pk=need.pk).update(state=state)

    with pytest.raises(NothingToReview):
        review(need)


def test_a_revision_is_decided_once() -> None:
    need = publish_need()

    with pytest.raises(NothingToReview):
        review(need)


def test_a_reviewer_decides_what_was_read_and_nothing_newer() -> None:
    need = submit(write_need())
    services.revise_item(item=need, person=need.holder, values={"tried": "膜法。"}, at=LATER)

    with pytest.raises(ChangedMeanwhile):
        review(need, revision=1)
    review(need, revision=2)

    assert Item.objects.get().state == State.PUBLISHED


@pytest.mark.parametrize(
    ("scores", "notes"),
    [({}, {}), ({"clarity": 6}, {}), ({"clarity": -1}, {}), ({}, {"language": "  "})],
)
def test_four_scores_and_four_sentences(scores: dict[str, int], notes: dict[str, str]) -> None:
    need = submit(write_need())
    given = {**dict.fromkeys(CRITERIA, 3), **scores} if scores or notes else {}

    with pytest.raises(ScoreMissing):
        services.review_item(
            item=need,
            reviewer=make_reviewer(),
            scores=given,
            notes={**dict.fromkeys(CRITERIA, "好。"), **notes},
            at=LATER,
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_the_second_finds_it_decided() -> None:
    need = submit(write_need())
    one, other = make_reviewer(), make_reviewer()
    with ExitStack() as stack:
        with transaction.atomic():
            review(need, reviewer=one)
            second = stack.enter_context(meanwhile(review, need, 1, 1, 1, 1, reviewer=other))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(NothingToReview):
            second.result(timeout=5)

    assert [each.reviewer for each in Review.objects.all()] == [one]

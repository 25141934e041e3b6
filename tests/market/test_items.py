"""Selectors of items agree with the policies, for everybody and everything."""

from datetime import date
from typing import Any

import pytest
from tests.makers import (
    NOW,
    TODAY,
    make_organization,
    make_person,
    make_reviewer,
    make_seat,
    make_team,
)
from tests.market.writing import (
    LATER,
    publish_need,
    publish_offer,
    review,
    submit,
    write_need,
    write_offer,
)
from tests.matching.pairs import TAIL, TEXTS

from kehui.market import policies, services
from kehui.market.models import CloseReason, Item, Need, Offer, Review, State, Studio, Tier
from kehui.market.selectors import items
from kehui.people.models import Level, Person

pytestmark = pytest.mark.django_db

TITLE, TEXT = TEXTS["coating"]
OTHER: dict[str, Any] = {"title": TITLE, "description": f"{TITLE}：{TEXT}{TAIL}{TAIL}"}


def everybody_and_everything() -> list[Person | None]:
    """Make items in every state, and the people who stand in some relation to them."""
    firm = make_organization()
    author, colleague = (make_seat(organization=firm).person for _each in range(2))
    steward = make_person()
    write_need(author, organization=firm)
    publish_need(author, organization=firm)
    publish_offer(author)
    for state in ("withdrawn", "rejected", "expired"):
        need = publish_need(make_person())
        Item.objects.filter(pk=need.pk).update(state=state, entered_by=steward)
    closed = publish_need(make_person())
    services.close_item(item=closed, person=closed.holder, reason="solved_here", at=LATER)
    write_offer(make_person())
    return [author, colleague, steward, make_reviewer(), make_person(), None]


def test_what_is_visible_agrees_with_the_policy() -> None:
    for person in everybody_and_everything():
        allowed = {
            each.pk for each in Item.objects.all() if policies.may_see(person, each, today=TODAY)
        }
        needs = items.visible_needs(person, today=TODAY)
        offers = items.visible_offers(person, today=TODAY)
        found = {each.pk for each in items.visible_items(person, today=TODAY)}
        assert found == allowed
        assert {each.pk for each in (*needs, *offers)} == allowed


def test_ones_own_agrees_with_the_policy() -> None:
    for person in everybody_and_everything():
        if person is None:
            continue
        allowed = {
            each.pk for each in Item.objects.all() if policies.owns(person, each, today=TODAY)
        }
        assert {each.pk for each in items.own_items(person, today=TODAY)} == allowed
        assert sum(items.own_counts(person, today=TODAY).values()) == len(allowed)
        for each in Item.objects.all():
            own = items.own_item(person, each.pk, today=TODAY)
            assert (own is not None) == (each.pk in allowed)


def test_an_own_item_is_a_need_or_an_offer() -> None:
    need, offer = write_need(), write_offer()

    assert isinstance(items.own_item(need.holder, need.pk, today=TODAY), Need)
    assert isinstance(items.own_item(offer.holder, offer.pk, today=TODAY), Offer)


def test_own_drafts_are_drafts() -> None:
    need = write_need()
    publish_offer(need.holder)

    assert [each.pk for each in items.own_drafts(need.holder, today=TODAY)] == [need.pk]


def test_what_waits_agrees_with_the_policy_and_is_oldest_first() -> None:
    people = everybody_and_everything()
    firm = make_organization()
    for organization in (None, firm):
        author = make_seat(organization=firm).person
        submit(write_need(author, organization=organization))
    revised = publish_need(make_person())
    services.revise_item(item=revised, person=revised.holder, values={"tried": "膜。"}, at=LATER)
    inside = make_reviewer(make_seat(organization=firm).person)
    decided = {(each.item_id, each.revision) for each in Review.objects.all()}
    for person in (*people, inside):
        if person is None:
            continue
        allowed = {
            each.pk
            for each in Item.objects.all()
            if policies.may_decide(person, each, today=TODAY)
            and each.state in (State.SUBMITTED, State.PUBLISHED)
            and (each.pk, each.revision) not in decided
        }
        waiting = list(items.waiting_for_review(person, today=TODAY))
        assert {each.pk for each in waiting} == allowed
        assert waiting == sorted(waiting, key=lambda each: (each.submitted_at, each.pk))


def test_who_reads_the_details() -> None:
    need = publish_need()
    owner, reviewer = need.holder, make_reviewer()
    known, new = make_person(level=Level.V2), make_person(level=Level.V1)
    readers: dict[Tier, set[Person | None]] = {}
    for tier in Tier:
        need.tier = tier
        readers[tier] = {
            person
            for person in (owner, reviewer, known, new, None)
            if policies.may_see_details(person, need, today=TODAY)
        }

    assert readers == {
        Tier.PUBLIC: {owner, reviewer, known, new, None},
        Tier.VERIFIED: {owner, reviewer, known},
        Tier.AGREEMENT: {owner, reviewer},
        Tier.ROOM: {owner, reviewer},
    }


def test_studios_that_are_shown_and_own_ones() -> None:
    lead = make_person()
    agent = make_seat(lead).person
    firm = agent.seats.get().organization
    team = make_team(lead=lead)
    assert firm is not None
    mine = [
        services.open_studio(owner=owner, person=lead, values={}, at=NOW)
        for owner in (lead, team, firm)
    ]
    for closed in (mine[0], mine[2]):
        services.move_studio(studio=closed, person=lead, to=Studio.State.CLOSED, at=LATER)
    stranger, colleague = make_person(), make_seat(organization=firm).person

    assert set(items.visible_studios(None, today=TODAY)) == {mine[1]}
    assert set(items.visible_studios(stranger, today=TODAY)) == {mine[1]}
    assert set(items.visible_studios(lead, today=TODAY)) == {*mine}
    assert set(items.visible_studios(colleague, today=TODAY)) == {*mine[1:]}
    for person in (lead, stranger):
        allowed = {
            each
            for each in Studio.objects.all()
            if policies.may_edit_studio(person, each, today=TODAY)
        }
        assert set(items.own_studios(person, today=TODAY)) == allowed


def test_the_shelf_holds_what_is_published() -> None:
    offer = publish_offer()
    write_offer(offer.holder)

    assert list(items.shelf(offer.studio)) == [offer]


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        (date(2026, 3, 2), date(2026, 3, 5)),  # Monday to Thursday
        (date(2026, 3, 4), date(2026, 3, 9)),  # Wednesday to Monday
        (date(2026, 3, 6), date(2026, 3, 11)),  # Friday to Wednesday
        (date(2026, 3, 7), date(2026, 3, 11)),  # Saturday
        (date(2026, 3, 8), date(2026, 3, 11)),  # Sunday
    ],
)
def test_a_decision_is_due_on_the_third_working_day(submitted: date, due: date) -> None:
    assert items.decision_due(submitted) == due


def test_a_rejected_item_does_not_wait() -> None:
    review(submit(write_need()), 1, 1, 1, 1)

    assert list(items.waiting_for_review(make_reviewer(), today=TODAY)) == []


def test_a_reviewer_finds_no_draft_and_nothing_of_the_own_employer() -> None:
    firm = make_organization()
    author = make_seat(organization=firm).person
    draft = write_need(author, organization=firm)
    waiting = submit(write_offer(author, owner=firm))
    stranger, employed = make_reviewer(), make_reviewer(make_person(employer=firm))

    assert not items.visible_items(stranger, today=TODAY).filter(pk=draft.pk).exists()
    assert not policies.may_see(stranger, draft, today=TODAY)
    assert items.visible_items(stranger, today=TODAY).filter(pk=waiting.pk).exists()
    assert [each.pk for each in items.waiting_for_review(stranger, today=TODAY)] == [waiting.pk]
    assert not items.waiting_for_review(employed, today=TODAY).exists()
    assert policies.may_decide(stranger, waiting, today=TODAY)
    assert not policies.may_decide(employed, waiting, today=TODAY)


def test_a_best_work_that_was_withdrawn_stands_nowhere() -> None:
    person = make_person()
    kept, gone = publish_offer(person), publish_offer(person, **OTHER)
    services.choose_best_works(studio=kept.studio, person=person, offers=[kept, gone], at=LATER)
    services.withdraw_item(item=gone, person=person, reason=CloseReason.NO_LONGER_NEEDED, at=LATER)

    assert list(items.best_works(kept.studio)) == [kept]

"""Who could advise on a need, and which needs suit a person: the same score from both sides."""

from datetime import timedelta
from typing import Any

import pytest
from tests.makers import TODAY, make_organization, make_person, make_seat
from tests.matching.pairs import AT, TEXTS, need_of, offer_of
from tests.matching.people import BRIDGE, SALT, gathered, known_for

from kehui.engines.matching import CALL, Listing
from kehui.market.models import Indicator, Need, State, Studio
from kehui.market.selectors.browse import Filters
from kehui.market.services.studios import move_studio
from kehui.matching import adapter
from kehui.matching.adapter import targets
from kehui.matching.models import Profile
from kehui.matching.selectors import profiles
from kehui.matching.services import build_index, experts_for, match_item, needs_for
from kehui.matching.services.pairs import IndexNotReady
from kehui.matching.services.search import find
from kehui.people.models import Person

pytestmark = pytest.mark.django_db


def indexed() -> None:
    gathered()
    build_index(at=AT)


def advisers(need: Need, most: int = 10) -> list[int]:
    found = experts_for(need=need, most=most, at=AT).found
    return [each.other.person_id or 0 for each in found]


def test_a_need_yields_people_by_their_profile_and_their_offers() -> None:
    newcomer, maker, other = make_person(), make_person(), make_person()
    known_for(SALT, newcomer)
    studio = known_for(SALT, maker)
    offer = offer_of("salt", maker, studio=studio)
    known_for(BRIDGE, other)
    need = need_of("salt")
    indexed()

    first, second, third = experts_for(need=need, most=10, at=AT).found

    assert [each.other.person for each in (first, second, third)] == [maker, newcomer, other]
    assert [each.offer.pk for each in first.grounds] == [offer.pk]
    assert second.grounds == []
    assert second.score == second.profile  # nobody is held back for having no offer
    for each in (first, second, third):
        assert sum(part.got for part in each.parts) == each.score
    assert experts_for(need=need, most=10, at=AT).is_settled


def test_without_the_offer_it_rests_on_a_person_scores_less() -> None:
    maker = make_person()
    studio = known_for(BRIDGE, maker)
    offer = offer_of("salt", maker, studio=studio)
    need = need_of("salt")
    indexed()
    (before,) = experts_for(need=need, most=1, at=AT).found
    assert [each.offer.pk for each in before.grounds] == [offer.pk]

    offer.state, offer.changed_at = State.WITHDRAWN, AT + timedelta(hours=1)
    offer.save()

    (after,) = experts_for(need=need, most=1, at=AT).found
    assert after.score < before.score
    assert after.grounds == []


def test_a_person_and_a_need_have_one_score_from_both_sides() -> None:
    for subject, told in (("salt", SALT), ("bridge", BRIDGE), ("salt", BRIDGE)):
        person = make_person()
        studio = known_for(told, person)
        offer_of(subject, person, studio=studio)
        offer_of("coating", person, studio=studio)
    needs = [need_of(subject) for subject in ("salt", "bridge", "coating")]
    indexed()

    for need in needs:
        for each in experts_for(need=need, most=10, at=AT).found:
            assert each.other.person is not None
            back = needs_for(person=each.other.person, most=10, at=AT).found
            (same,) = [one for one in back if one.other.pk == need.pk]
            assert (same.score, same.parts, same.profile) == (each.score, each.parts, each.profile)
            assert same.grounds == each.grounds


def test_nobody_is_shown_who_has_a_part_in_the_need() -> None:
    firm = make_organization()
    holder = make_seat(make_person(), organization=firm).person
    agent = make_seat(make_person(), organization=firm).person
    employee = make_person(employer=firm)
    elsewhere = make_person(employer=make_organization())
    paused, stranger = make_person(), make_person()
    for person in (holder, agent, employee, elsewhere, paused, stranger):
        known_for(SALT, person)
    move_studio(studio=paused.studios.get(), person=paused, to=Studio.State.PAUSED, at=AT)
    allowed = {
        need_of("salt", holder, organization=firm): {elsewhere, stranger},
        need_of("salt", employee): {holder, agent, elsewhere, stranger},
        need_of("salt", make_person(), entered_by=elsewhere): {holder, agent, employee, stranger},
    }
    indexed()

    for need, people in allowed.items():
        numbers = {person.pk for person in people}
        assert set(advisers(need)) == numbers
        # The index leaves colleagues out by itself; the rows say so too, should it be behind.
        asked = {"persons": [each.pk for each in Person.objects.all()], "offers": []}
        assert set(profiles.free_to_advise(need, **asked, today=TODAY)) == numbers
        for person in (holder, agent, employee, elsewhere, stranger):
            mine = [each.other.pk for each in needs_for(person=person, most=9, at=AT).found]
            assert (need.pk in mine) == (person in people)
            apart = profiles.needs_apart(person, [need.pk], today=TODAY)
            assert apart == [need.pk] * (person in people)


def test_a_person_without_offer_or_studio_gets_the_needs_of_the_own_field() -> None:
    newcomer = make_person(disciplines=("61030",))
    fits = need_of("salt", title="环境工程：高盐废水治理")
    need_of("bridge")
    gone = need_of("salt", deadline=AT.date() - timedelta(days=1))
    indexed()

    found = needs_for(person=newcomer, most=10, at=AT)

    assert found.is_told
    assert found.found[0].other == fits
    assert gone.pk not in [each.other.pk for each in found.found]
    assert not Profile.objects.exists()  # the own page only: nobody else finds the person


def test_who_has_said_nothing_is_told_so() -> None:
    need_of("salt")
    indexed()

    assert needs_for(person=make_person(), most=10, at=AT).is_told is False


def test_without_an_index_both_say_so() -> None:
    person = make_person(disciplines=("61030",))

    with pytest.raises(IndexNotReady):
        experts_for(need=need_of("salt"), most=3, at=AT)
    with pytest.raises(IndexNotReady):
        needs_for(person=person, most=3, at=AT)


def test_persons_stay_out_of_matches_and_of_the_search() -> None:
    known_for(SALT)
    offer = offer_of("salt")
    need = need_of("salt")
    indexed()

    assert [each.offer_id for each in match_item(item=need, at=AT)] == [offer.pk]
    assert adapter.search("高盐废水 蒸发结晶", side="offer", most=10) == [offer.pk]
    assert adapter.alike("高盐废水蒸发结晶结垢", side="offer", most=10) == [offer.pk]
    assert find(side="offer", query="高盐废水", filters=Filters(), at=AT).total == 1


def test_an_open_call_is_found_by_who_asks_for_calls_and_by_nobody_else() -> None:
    person = make_person()
    known_for(SALT, person)
    offer = offer_of("salt")
    gathered()
    calls = [
        Listing(id=-(10**9) - place, side="need", kind=CALL, title=TEXTS[subject][0])
        for place, subject in enumerate(("bridge", "salt"))
    ]
    adapter.build(adapter.built_in_name(), at=AT, calls=calls)
    profile = Profile.objects.get(person=person)

    def ranked(**asked: Any) -> list[int]:
        found = adapter.needs_for(profile, most=5, at=AT, free=lambda numbers: numbers, **asked)
        return [each.other for each in found.found]

    assert ranked(kinds={CALL}) == [calls[1].id, calls[0].id]
    assert ranked() == []
    assert needs_for(person=person, most=5, at=AT).found == []
    assert match_item(item=offer, at=AT) == []


def test_who_closed_the_studio_a_moment_ago_is_not_shown() -> None:
    """The reader of the ledger may lag; what people read does not."""
    studio = known_for(SALT)
    need = need_of("salt")
    indexed()
    assert len(advisers(need)) == 1
    assert studio.person is not None

    move_studio(studio=studio, person=studio.person, to=Studio.State.CLOSED, at=AT)

    assert advisers(need) == []


def test_whose_profile_is_not_indexed_yet_has_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    need = need_of("salt")
    indexed()
    monkeypatch.setattr("kehui.matching.adapter.held.MOST_PROFILES", 0)
    person = make_person()
    offer_of("salt", person, studio=known_for(SALT, person), published_at=AT + timedelta(hours=1))
    gathered()

    assert advisers(need) == []


def crowd(number: int) -> None:
    for _ in range(number):
        person = make_person()
        offer_of("bridge", person, studio=known_for(BRIDGE, person))


def test_lists_are_lengthened_until_nobody_else_can_come_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The best two by everything stand behind others on each list of its own."""
    monkeypatch.setattr(targets, "FIRST", 1)
    crowd(3)
    twofold = make_person()
    studio = known_for(SALT, twofold)
    offer_of("salt", twofold, studio=studio)
    need = need_of("salt")
    indexed()
    everybody = advisers(need)

    for most in (1, 2, 3, 4):
        found = experts_for(need=need, most=most, at=AT)
        assert [each.other.person_id for each in found.found] == everybody[:most]
        assert found.is_settled

    monkeypatch.setattr(targets, "LONGEST", 1)
    assert experts_for(need=need, most=4, at=AT).is_settled is False


def test_a_need_that_is_no_row_has_experts_too() -> None:
    known_for(SALT)
    written = need_of("salt")
    indexed()
    unsaved = Need(
        pk=0, holder_id=0, side="need", kind="problem", region=written.region,
        title=written.title, description=written.description,
    )  # fmt: skip

    (found,) = experts_for(
        need=unsaved,
        indicators=[Indicator(name="x", comparison="ge", target=1, unit="t")],
        most=3,
        at=AT,
    ).found

    (same,) = experts_for(need=written, most=3, at=AT).found
    assert found.other == same.other


@pytest.mark.parametrize("people", [1, 4])
def test_questions_do_not_grow_with_the_people_found(
    people: int, django_assert_num_queries: Any
) -> None:
    crowd(people)
    need = need_of("bridge")
    indexed()
    advisers(need)
    person = Profile.objects.order_by("pk")[0].person

    with django_assert_num_queries(12):
        assert len(advisers(need)) == people
    with django_assert_num_queries(15):
        assert len(needs_for(person=person, most=5, at=AT).found) == 1


def test_a_profile_is_read_from_its_row_while_it_is_open() -> None:
    person = make_person()
    known_for(SALT, person)
    assert profiles.open_profile(person) is None
    gathered()
    assert profiles.open_profile(person) == Profile.objects.get()

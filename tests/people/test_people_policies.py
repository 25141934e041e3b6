from datetime import date, timedelta

import pytest
from tests.makers import (
    CHENGDU,
    SICHUAN,
    TODAY,
    WUHOU,
    YIBIN,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_reviewer,
    make_seat,
    make_steward,
    make_team,
)

from kehui.people import policies, selectors
from kehui.people.models import Level, Organization, Person, Seat

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("person", "organization", "expected"),
    [
        (Level.V2, None, Level.V2),
        (Level.V3, Level.V1, Level.V1),
        (Level.V1, Level.V3, Level.V1),
        (Level.V3, Level.V2, Level.V2),
    ],
)
def test_two_are_known_no_better_than_the_lesser_known(
    person: Level, organization: Level | None, expected: Level
) -> None:
    behind = None if organization is None else make_organization(level=organization)

    assert policies.level_of(make_person(level=person), behind) == expected


@pytest.mark.parametrize(("level", "expected"), [(1, False), (2, True), (3, True)])
def test_publishing_begins_at_level_two(level: int, *, expected: bool) -> None:
    assert policies.may_publish(make_person(level=Level(level)), None) == expected


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "expected"),
    [
        (TODAY, None, True),
        (TOMORROW, None, False),
        (date(2026, 1, 1), TOMORROW, True),
        (date(2026, 1, 1), TODAY, False),  # the first day without it
    ],
)
def test_an_agent_acts_while_the_seat_is_valid(
    valid_from: date, valid_until: date | None, *, expected: bool
) -> None:
    seat = make_seat(valid_from=valid_from, valid_until=valid_until)
    organization = seat.organization
    assert organization is not None

    assert policies.may_act_for(seat.person, organization, today=TODAY) == expected
    assert selectors.organizations_of(seat.person, today=TODAY).exists() == expected
    assert selectors.seats_of(seat.person, today=TODAY).exists() == expected


def test_another_role_or_another_organization_gives_no_right_to_act() -> None:
    organization = make_organization()
    person = make_seat(organization=organization, role=Seat.Role.STEWARD).person
    make_seat(person)

    assert not policies.may_act_for(person, organization, today=TODAY)
    assert not policies.may_act_for(None, organization, today=TODAY)


def test_organizations_of_agrees_with_the_policy() -> None:
    ours, theirs = make_organization(), make_organization()
    both = make_seat(organization=ours).person
    make_seat(both, organization=theirs)
    over = make_seat(organization=ours, valid_until=TODAY).person
    for person in (both, over, make_person(), make_operator()):
        allowed = {
            each
            for each in Organization.objects.all()
            if policies.may_act_for(person, each, today=TODAY)
        }
        assert set(selectors.organizations_of(person, today=TODAY)) == allowed


def test_each_role_gives_its_own_right_and_no_other() -> None:
    def rights(person: Person | None) -> tuple[bool, bool, bool]:
        return (
            policies.may_operate(person, today=TODAY),
            policies.may_review(person, today=TODAY),
            policies.serves(person, CHENGDU, today=TODAY),
        )

    assert rights(make_operator()) == (True, False, False)
    assert rights(make_reviewer()) == (False, True, False)
    assert rights(make_steward()) == (False, False, True)
    assert rights(make_seat(role=Seat.Role.CENTER_MANAGER).person) == (False, False, True)
    assert rights(make_seat().person) == (False, False, False)
    assert rights(None) == (False, False, False)


def test_a_steward_serves_the_place_of_the_seat_and_all_that_lies_in_it() -> None:
    province, city = make_steward(region=SICHUAN), make_steward(region=CHENGDU)
    manager = make_seat(role=Seat.Role.CENTER_MANAGER, region=WUHOU).person

    assert [
        [policies.serves(person, place, today=TODAY) for place in (SICHUAN, CHENGDU, WUHOU, YIBIN)]
        for person in (province, city, manager, make_operator(), None)
    ] == [
        [True, True, True, True],
        [False, True, True, False],
        [False, False, True, False],
        [False, False, False, False],
        [False, False, False, False],
    ]


def test_an_agent_grants_only_further_agents_of_the_same_organization() -> None:
    seat = make_seat()
    agent, organization = seat.person, seat.organization
    role = Seat.Role

    assert policies.may_grant(agent, role.AGENT, organization, CHENGDU, today=TODAY)
    assert not policies.may_grant(agent, role.AGENT, make_organization(), CHENGDU, today=TODAY)
    assert not policies.may_grant(agent, role.REVIEWER, organization, CHENGDU, today=TODAY)
    assert not policies.may_grant(agent, role.AGENT, None, CHENGDU, today=TODAY)
    assert policies.may_grant(make_operator(), role.REVIEWER, None, CHENGDU, today=TODAY)


def test_a_seat_is_ended_by_who_sits_on_it_and_who_may_grant_it() -> None:
    seat = make_seat()
    colleague = make_seat(organization=seat.organization).person

    assert policies.may_end(seat.person, seat, today=TODAY)
    assert policies.may_end(colleague, seat, today=TODAY)
    assert not policies.may_end(make_person(), seat, today=TODAY)


def test_nobody_confirms_oneself() -> None:
    operator, person = make_operator(), make_person()
    own = make_seat(operator).organization
    assert own is not None

    assert policies.may_identify_person(operator, person, today=TODAY)
    assert not policies.may_identify_person(operator, operator, today=TODAY)
    assert not policies.may_identify_person(person, operator, today=TODAY)
    assert policies.may_identify_organization(operator, make_organization(), today=TODAY)
    assert not policies.may_identify_organization(operator, own, today=TODAY)
    assert not policies.may_identify_organization(person, own, today=TODAY)


def test_reviewers_and_operators_are_those_of_today() -> None:
    reviewer, operator = make_reviewer(), make_operator()
    make_seat(role=Seat.Role.REVIEWER, valid_from=TOMORROW)

    assert list(selectors.reviewers(today=TODAY)) == [reviewer]
    assert list(selectors.operators(today=TODAY)) == [operator]


def test_a_county_without_a_steward_is_its_citys() -> None:
    province = make_steward(region=SICHUAN)
    city = make_steward(region=CHENGDU)
    manager = make_seat(role=Seat.Role.CENTER_MANAGER, region=CHENGDU).person
    make_seat(manager, role=Seat.Role.STEWARD, region=CHENGDU)

    assert selectors.stewards_of(WUHOU, today=TODAY) == [city, manager]
    assert selectors.stewards_of(YIBIN, today=TODAY) == [province]
    county = make_steward(region=WUHOU)
    assert selectors.stewards_of(WUHOU, today=TODAY) == [county]


def test_nobody_serves_a_place_where_no_steward_sits() -> None:
    make_steward(region=YIBIN)

    assert selectors.stewards_of(CHENGDU, today=TODAY) == []


def test_an_account_acts_for_its_choice_only_while_the_seat_is_valid() -> None:
    seat = make_seat(valid_until=TOMORROW)
    account = make_account(person=seat.person, acting_for=seat.organization)

    assert selectors.acting_for(account, today=TODAY) == seat.organization
    assert selectors.acting_for(account, today=TOMORROW) is None
    assert selectors.acting_for(make_account(), today=TODAY) is None


def test_a_card_shows_no_more_than_the_public_face() -> None:
    employer = make_organization("蜀南测试酒业有限公司")
    person = make_person(
        "沈知远", title="高级工程师", employer=employer, region=WUHOU, is_sci_tech_worker=True
    )

    assert selectors.person_card(person) == selectors.Card(
        name="沈知远",
        title="高级工程师",
        employer="蜀南测试酒业有限公司",
        place="四川省成都市武侯区",
        level=Level.V2,
        is_sci_tech_worker=True,
    )
    assert selectors.person_card(make_person()).employer == ""


def test_teams_and_their_members_are_those_with_an_open_place() -> None:
    lead, member, gone = make_person(), make_person(), make_person()
    team = make_team(lead=lead, members=(member, gone))
    team.memberships.filter(person=gone).update(until=TODAY)

    assert [list(selectors.teams_of(each)) for each in (lead, member, gone)] == [[team], [team], []]
    assert [place.person for place in selectors.members_of(team)] == [lead, member]


def test_those_below_level_two_wait_to_be_identified() -> None:
    waiting = make_account(person=make_person(level=Level.V1)).person
    make_account()
    make_person(level=Level.V1)  # no account: nobody to identify
    firm = make_organization(level=Level.V1)
    make_organization()

    assert list(selectors.persons_to_identify()) == [waiting]
    assert list(selectors.organizations_to_identify()) == [firm]


def test_agents_of_an_organization_are_listed_the_oldest_first() -> None:
    later = make_seat(valid_from=date(2026, 2, 1))
    earlier = make_seat(organization=later.organization, valid_from=date(2026, 1, 1))
    make_seat(organization=later.organization, role=Seat.Role.STEWARD)
    assert later.organization is not None

    assert list(selectors.agents_of(later.organization, today=TODAY)) == [earlier, later]

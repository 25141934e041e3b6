from datetime import timedelta

import pytest
from tests.makers import TODAY, make_organization, make_person, make_reviewer, make_seat, make_team
from tests.market.writing import publish_need, write_need

from kehui.market import policies

pytestmark = pytest.mark.django_db


def test_owners_are_who_wrote_it_who_holds_it_and_who_acts_for_its_organization() -> None:
    firm = make_organization()
    holder, agent = (make_seat(organization=firm).person for _each in range(2))
    need = write_need(holder, organization=firm)
    need.entered_by = make_person()

    assert policies.owns(holder, need, today=TODAY)
    assert policies.owns(need.entered_by, need, today=TODAY)
    assert policies.owns(agent, need, today=TODAY)
    assert not policies.owns(make_person(), need, today=TODAY)
    assert not policies.owns(make_seat().person, need, today=TODAY)


def test_a_seat_that_is_over_gives_nothing() -> None:
    firm = make_organization()
    agent = make_seat(organization=firm, valid_until=TODAY).person
    need = write_need(make_seat(organization=firm).person, organization=firm)

    assert policies.owns(agent, need, today=TODAY - timedelta(days=1))
    assert not policies.owns(agent, need, today=TODAY)


def test_editing_is_for_owners_and_deciding_for_reviewers_without_a_part() -> None:
    need = publish_need()
    reviewer = make_reviewer()

    assert policies.may_edit(need.holder, need, today=TODAY)
    assert not policies.may_edit(reviewer, need, today=TODAY)
    assert policies.may_decide(reviewer, need, today=TODAY)
    assert not policies.may_decide(make_reviewer(need.holder), need, today=TODAY)
    assert not policies.may_decide(make_person(), need, today=TODAY)


def test_publishing_for_an_organization_takes_its_seat() -> None:
    seat = make_seat()

    assert policies.may_publish_for(seat.person, seat.organization, today=TODAY)
    assert policies.may_publish_for(seat.person, None, today=TODAY)
    assert not policies.may_publish_for(make_person(), seat.organization, today=TODAY)


def test_a_studio_is_kept_by_its_person_its_lead_or_its_agents() -> None:
    person = make_person()
    team, seat = make_team(lead=person), make_seat(person)
    assert seat.organization is not None
    for owner in (person, team, seat.organization):
        assert policies.may_keep_studio(person, owner, today=TODAY)
        assert not policies.may_keep_studio(make_person(), owner, today=TODAY)

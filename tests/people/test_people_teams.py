import pytest
from tests.makers import NOW, TODAY, make_organization, make_person, make_seat, make_team

from kehui.ledger.models import Entry
from kehui.people import services
from kehui.people.facts import TeamFounded, TeamJoined, TeamLeft

pytestmark = pytest.mark.django_db


def test_founding_a_team_gives_its_lead_a_place() -> None:
    seat = make_seat()

    team = services.found_team(
        lead=seat.person, name=" 发酵工艺组 ", host=seat.organization, at=NOW
    )

    assert (team.name, team.lead, team.host) == ("发酵工艺组", seat.person, seat.organization)
    assert [(each.person, each.since) for each in team.memberships.all()] == [(seat.person, TODAY)]
    assert [TeamFounded.of(entry) for entry in Entry.objects.all()] == [
        TeamFounded(team=team.pk, lead=seat.person_id, host=seat.organization_id)
    ]


def test_a_team_needs_no_host() -> None:
    team = services.found_team(lead=make_person(), name="发酵工艺组", at=NOW)

    assert team.host is None


@pytest.mark.parametrize("name", ["组", "组" * 61])
def test_the_name_of_a_team_has_2_to_60_characters(name: str) -> None:
    with pytest.raises(services.TeamNameMalformed):
        services.found_team(lead=make_person(), name=name, at=NOW)


def test_only_an_agent_names_an_organization_as_host() -> None:
    with pytest.raises(services.NoSeat) as caught:
        services.found_team(lead=make_person(), name="发酵工艺组", host=make_organization(), at=NOW)

    assert caught.value.field == "host"


def test_joining_leaving_and_joining_again_leaves_two_places() -> None:
    team, person = make_team(), make_person()

    services.join_team(team=team, person=person, role="分析", at=NOW)
    with pytest.raises(services.AlreadyMember):
        services.join_team(team=team, person=person, at=NOW)
    services.leave_team(team=team, person=person, at=NOW)
    services.join_team(team=team, person=person, at=NOW)

    places = team.memberships.filter(person=person).order_by("pk")
    assert [(each.role, each.until) for each in places] == [("分析", TODAY), ("", None)]
    assert [entry.kind for entry in Entry.objects.in_order()] == [
        TeamJoined.kind,
        TeamLeft.kind,
        TeamJoined.kind,
    ]


def test_the_lead_stays_and_a_stranger_cannot_leave() -> None:
    team = make_team()

    with pytest.raises(services.LeadStays):
        services.leave_team(team=team, person=team.lead, at=NOW)
    with pytest.raises(services.NotMember):
        services.leave_team(team=team, person=make_person(), at=NOW)

"""Teams: founded once, joined by a link, left by all but the lead."""

import re

import pytest
from django.core import signing
from django.test import Client
from tests.makers import make_seat, make_team
from tests.web.entering import enter

from kehui.people import selectors
from kehui.people.models import Team

pytestmark = pytest.mark.django_db


def test_a_team_is_founded_once_and_joined_by_its_link(client: Client) -> None:
    seat = make_seat()
    lead = enter(client, seat.person)
    form = {"name": "发酵工艺组", "host": str(seat.organization_id), "key": "k1"}
    assert str(seat.organization) in client.get("/teams/new/").content.decode()

    first, second = (client.post("/teams/new/", form) for _ in range(2))

    team = Team.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == f"/teams/{team.pk}/"
    assert team.lead == lead
    page = client.get(f"/teams/{team.pk}/").content.decode()
    (link,) = re.findall(r"http://testserver(/teams/join/[\w:-]+/)", page)

    member = Client()
    person = enter(member)
    assert member.get(f"/teams/{team.pk}/").status_code == 404
    assert "发酵工艺组" in member.get(link).content.decode()
    assert member.post(link).headers["Location"] == f"/teams/{team.pk}/"
    assert [each.person for each in selectors.members_of(team)] == [lead, person]
    member.post(link)
    assert "已经在这个团队里。" in member.get(f"/teams/{team.pk}/").content.decode()

    assert member.post(f"/teams/{team.pk}/leave/").headers["Location"] == "/me/"
    assert [each.person for each in selectors.members_of(team)] == [lead]


def test_the_lead_who_would_leave_is_told_why_not(client: Client) -> None:
    team = make_team()
    enter(client, team.lead)

    client.post(f"/teams/{team.pk}/leave/")

    assert "负责人不能退出团队。" in client.get(f"/teams/{team.pk}/").content.decode()


def test_a_team_without_a_name_is_refused_on_the_form(client: Client) -> None:
    enter(client)

    answer = client.post("/teams/new/", {"name": "组", "key": "k1"})

    assert "团队名称应为 2 至 60 个字。" in answer.content.decode()


def test_a_forged_invitation_leads_nowhere(client: Client) -> None:
    enter(client)
    team = make_team()

    for token in ("forged", signing.dumps(team.pk, salt="another")):
        assert client.get(f"/teams/join/{token}/").status_code == 404

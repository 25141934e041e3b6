"""Found teams, join them and leave them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, names
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies
from kehui.people.facts import TeamFounded, TeamJoined, TeamLeft
from kehui.people.models import Membership, Organization, Person, Team
from kehui.people.services.seats import NoSeat

NAME_LENGTH = (2, 60)


class TeamNameMalformed(Refused):
    code = "TEAM_NAME_FORM"
    message = _("团队名称应为 2 至 60 个字。")
    message_en = "The name of a team has 2 to 60 characters."
    field = "name"


class AlreadyMember(Refused):
    code = "ALREADY_MEMBER"
    message = _("已经在这个团队里。")
    message_en = "This person is in the team already."
    status = 409


class NotMember(Refused):
    code = "NOT_A_MEMBER"
    message = _("不在这个团队里。")
    message_en = "This person is not in the team."
    status = 409


class LeadStays(Refused):
    code = "LEAD_STAYS"
    message = _("负责人不能退出团队。")
    message_en = "The lead cannot leave the team."
    status = 409


@transaction.atomic
def found_team(*, lead: Person, name: str, at: datetime, host: Organization | None = None) -> Team:
    """Found the team with its lead as first member, and record TeamFounded.

    Raises:
        TeamNameMalformed: too short or too long.
        NoSeat: the lead does not act for the host.
    """
    tidy = names.tidy(name)
    if not NAME_LENGTH[0] <= len(tidy) <= NAME_LENGTH[1]:
        raise TeamNameMalformed
    today = dates.day_of(at)
    if host is not None and not policies.may_act_for(lead, host, today=today):
        raise NoSeat(field="host")
    team = Team.objects.create(name=tidy, lead=lead, host=host, founded_at=at)
    Membership.objects.create(team=team, person=lead, since=today)
    record(
        TeamFounded(team=team.pk, lead=lead.pk, host=host.pk if host else None),
        actor=lead.pk,
        at=at,
    )
    return team


@transaction.atomic
def join_team(*, team: Team, person: Person, at: datetime, role: str = "") -> Membership:
    """Give the person a place, and record TeamJoined.

    Nobody is put into a team: the door calls this for the person who said yes
    to the lead's invitation.

    Raises:
        AlreadyMember: the person has an open place.
    """
    team = Team.objects.select_for_update().get(pk=team.pk)
    if Membership.objects.filter(team=team, person=person, until=None).exists():
        raise AlreadyMember
    membership = Membership.objects.create(
        team=team, person=person, role=role, since=dates.day_of(at)
    )
    record(TeamJoined(team=team.pk, person=person.pk), actor=person.pk, at=at)
    return membership


@transaction.atomic
def leave_team(*, team: Team, person: Person, at: datetime) -> Membership:
    """End the person's place, and record TeamLeft.

    Raises:
        LeadStays: the person leads the team.
        NotMember: the person has no open place.
    """
    team = Team.objects.select_for_update().get(pk=team.pk)
    if policies.may_lead(person, team):
        raise LeadStays
    membership = Membership.objects.filter(team=team, person=person, until=None).first()
    if membership is None:
        raise NotMember
    membership.until = dates.day_of(at)
    membership.save(update_fields=["until"])
    record(TeamLeft(team=team.pk, person=person.pk), actor=person.pk, at=at)
    return membership

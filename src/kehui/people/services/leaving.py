"""What a person gives up on leaving: places in teams, seats, tokens, and the key."""

from datetime import datetime

from kehui.core import dates
from kehui.ledger.services import record
from kehui.people import selectors
from kehui.people.facts import SeatEnded, TeamHandedOver, TeamLeft, TokenRevoked
from kehui.people.models import ApiToken, Membership, Person, Seat, Team
from kehui.people.services.personal import destroy_key


def leave_posts(*, person: Person, by: Person, at: datetime) -> None:
    """End what the person holds, each with its fact. For whoever erases the person, in one step.

    A team goes to its oldest member. A seat that has yet to begin ends before it does.
    """
    _leave_teams(person, by, at=at)
    today = dates.day_of(at)
    for seat in Seat.objects.select_for_update().filter(person=person).order_by("pk"):
        if seat.valid_until is None or seat.valid_until > max(today, seat.valid_from):
            seat.valid_until = max(today, seat.valid_from)
            seat.save(update_fields=["valid_until"])
            ended = SeatEnded(
                seat=seat.pk,
                person=person.pk,
                organization=seat.organization_id,
                role=seat.role,
            )
            record(ended, actor=by.pk, at=at)
    for token in ApiToken.objects.filter(person=person, revoked_at=None).order_by("pk"):
        record(TokenRevoked(token=token.pk, person=person.pk), actor=by.pk, at=at)
    destroy_key(person=person, by=by, at=at)


def _leave_teams(person: Person, by: Person, *, at: datetime) -> None:
    for team in Team.objects.select_for_update().filter(lead=person).order_by("pk"):
        next_lead = selectors.members_of(team).exclude(person=person).first()
        if next_lead is None:
            continue
        team.lead = next_lead.person
        team.save(update_fields=["lead"])
        record(TeamHandedOver(team=team.pk, lead=team.lead_id), actor=by.pk, at=at)
    for place in Membership.objects.filter(person=person, until=None).order_by("pk"):
        place.until = dates.day_of(at)
        place.save(update_fields=["until"])
        record(TeamLeft(team=place.team_id, person=person.pk), actor=by.pk, at=at)

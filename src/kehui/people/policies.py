"""Who may do what. Levels say how well somebody is known; rights come from valid seats only."""

from collections.abc import Sequence
from datetime import date

from kehui.core import regions
from kehui.people.models import Level, Organization, Person, Seat, Team


def level_of(person: Person, organization: Organization | None) -> Level:
    """Return how well the two are known together: no better than the lesser known of them."""
    if organization is None:
        return Level(person.level)
    return Level(min(person.level, organization.level))


def may_publish(person: Person, organization: Organization | None) -> bool:
    """Say whether they are known well enough to publish; the seat is asked by `may_act_for`."""
    return level_of(person, organization) >= Level.V2


def may_act_for(person: Person | None, organization: Organization, *, today: date) -> bool:
    """Say whether the person holds an agent's seat of the organization today."""
    return (
        person is not None
        and Seat.objects.valid_on(today)
        .filter(person=person, organization=organization, role=Seat.Role.AGENT)
        .exists()
    )


def may_operate(person: Person | None, *, today: date) -> bool:
    return _holds(person, Seat.Role.OPERATOR, today=today)


def may_review(person: Person | None, *, today: date) -> bool:
    return _holds(person, Seat.Role.REVIEWER, today=today)


def serves(person: Person | None, region: str, *, today: date) -> bool:
    """Say whether the person serves clients of the place, as steward or manager of a center.

    A seat is for its place and all that lies in it.
    """
    roles = (Seat.Role.STEWARD, Seat.Role.CENTER_MANAGER)
    return _holds(person, *roles, today=today, region__in=regions.line(region))


def is_staff(person: Person | None, *, today: date) -> bool:
    """Say whether the person works for the platform or a center: more than one factor, always."""
    return _holds(person, *(each for each in Seat.Role if each != Seat.Role.AGENT), today=today)


def may_grant(
    person: Person, role: Seat.Role, organization: Organization | None, *, today: date
) -> bool:
    """Say whether the person may give or take back this seat.

    Operators may, and an agent may for further agents of the same organization.
    """
    if may_operate(person, today=today):
        return True
    return (
        role == Seat.Role.AGENT
        and organization is not None
        and may_act_for(person, organization, today=today)
    )


def may_end(person: Person, seat: Seat, *, today: date) -> bool:
    """Say whether the person may end the seat: who may grant it, and who sits on it."""
    return person.pk == seat.person_id or may_grant(
        person, Seat.Role(seat.role), seat.organization, today=today
    )


def may_identify_person(person: Person, other: Person, *, today: date) -> bool:
    """Say whether the person may confirm who the other is; nobody confirms oneself."""
    return person.pk != other.pk and may_operate(person, today=today)


def may_unmask(person: Person, other: Person, *, today: date) -> bool:
    """Say whether the person may have a sealed number of the other shown in full."""
    return person.pk != other.pk and may_operate(person, today=today)


def may_erase(person: Person, other: Person, *, today: date) -> bool:
    """Say whether the person may have the other forgotten: everybody oneself, operators anybody."""
    return person.pk == other.pk or may_operate(person, today=today)


def may_identify_organization(person: Person, organization: Organization, *, today: date) -> bool:
    """Say whether the person may confirm the organization; its own agents may not."""
    return may_operate(person, today=today) and not may_act_for(person, organization, today=today)


def may_merge(
    person: Person, one: Person | Organization, other: Person | Organization, *, today: date
) -> bool:
    """Say whether the person may make one of the two, or two of the one: nobody of oneself.

    Nor of an organization for which the person acts.
    """
    if not may_operate(person, today=today):
        return False
    if isinstance(one, Organization) and isinstance(other, Organization):
        return not any(may_act_for(person, each, today=today) for each in (one, other))
    return person.pk not in (one.pk, other.pk)


def needs_two(one: Person | Organization, other: Person | Organization) -> bool:
    """Say whether a second operator has to approve a merge: both are affirmed."""
    return min(one.level, other.level) >= Level.V3


def may_lead(person: Person, team: Team) -> bool:
    return team.lead_id == person.pk


def _holds(person: Person | None, *roles: Seat.Role, today: date, **where: Sequence[str]) -> bool:
    return (
        person is not None
        and Seat.objects.valid_on(today).filter(person=person, role__in=roles, **where).exists()
    )

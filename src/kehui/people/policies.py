"""Who may do what. Levels say how well somebody is known; rights come from valid seats only."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from kehui.core import regions
from kehui.people.models import SEPARATED, Level, Organization, Person, Seat, Team

# Which seats a seat lets give, in its place and below. The security admin has accounts and seats
# in hand; operators see to the business, and so give no seat that watches over them.
GRANTS: Final[Mapping[Seat.Role, frozenset[Seat.Role]]] = {
    Seat.Role.SECURITY_ADMIN: frozenset(Seat.Role),
    Seat.Role.OPERATOR: frozenset(Seat.Role) - {*SEPARATED, Seat.Role.AUDITOR},
    Seat.Role.CENTER_MANAGER: frozenset(
        {Seat.Role.STEWARD, Seat.Role.TRIAGE_CLERK, Seat.Role.VENDOR}
    ),
}
KEEPERS: Final = (Seat.Role.CENTER_MANAGER, Seat.Role.OPERATOR, Seat.Role.SYSTEM_ADMIN)
FOUNDERS: Final = (Seat.Role.OPERATOR, Seat.Role.SYSTEM_ADMIN)
LATELY: Final = timedelta(days=7)  # so long does a page that was left open say what happened


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
    person: Person, role: Seat.Role, organization: Organization | None, region: str, *, today: date
) -> bool:
    """Say whether the person may give or take back this seat.

    By a seat of higher rank for the place or one above it; and an agent may for further agents of
    the same organization, wherever they are.
    """
    ranks = [each for each, below in GRANTS.items() if role in below]
    if _holds(person, *ranks, today=today, region__in=regions.line(region)):
        return True
    return (
        role == Seat.Role.AGENT
        and organization is not None
        and may_act_for(person, organization, today=today)
    )


def may_end(person: Person, seat: Seat, *, today: date) -> bool:
    """Say whether the person may end the seat: who may grant it, and who sits on it."""
    return person.pk == seat.person_id or may_grant(
        person, Seat.Role(seat.role), seat.organization, seat.region_id, today=today
    )


def may_seat(person: Person | None, *, today: date) -> bool:
    """Say whether the person looks after the seats of the platform."""
    return _holds(person, Seat.Role.OPERATOR, Seat.Role.SECURITY_ADMIN, today=today)


def may_keep_center(person: Person | None, region: str, *, today: date) -> bool:
    """Say whether the person keeps the center of the place: its manager, or one from above."""
    return _holds(person, *KEEPERS, today=today, region__in=regions.line(region))


def may_open_center(person: Person | None, region: str, *, today: date) -> bool:
    """Say whether the person may open and close the center of the place."""
    return _holds(person, *FOUNDERS, today=today, region__in=regions.line(region))


def may_check_center(person: Person | None, region: str, *, today: date) -> bool:
    """Say whether the person may check the center: who may open it, or the manager of one above.

    Nobody judges the own house: the manager's own place is left out.
    """
    if may_open_center(person, region, today=today):
        return True
    above = regions.line(region)[:-1]
    return _holds(person, Seat.Role.CENTER_MANAGER, today=today, region__in=above)


def kept_lately(person: Person | None, region: str, *, today: date) -> bool:
    """Say whether the person kept the center of the place until a few days ago."""
    return (
        person is not None
        and Seat.objects.filter(
            person=person,
            role__in=KEEPERS,
            region__in=regions.line(region),
            valid_until__range=(today - LATELY, today),
        ).exists()
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

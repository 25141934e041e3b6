"""Questions about persons, organizations, seats and tokens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db.models import Q, QuerySet

from kehui.core import regions
from kehui.core.lookalikes import organization_skeleton
from kehui.people import policies
from kehui.people.models import (
    Account,
    ApiToken,
    Level,
    Membership,
    Organization,
    Person,
    Seat,
    Team,
)


def seats_of(person: Person, *, today: date) -> QuerySet[Seat]:
    """Return the seats that give the person rights today, in order of role."""
    return (
        Seat.objects.valid_on(today)
        .filter(person=person)
        .select_related("organization", "region")
        .order_by("role", "organization__name", "pk")
    )


def organizations_of(person: Person, *, today: date) -> QuerySet[Organization]:
    """Return the organizations that policies.may_act_for allows, as one query, by name."""
    seats = Seat.objects.valid_on(today).filter(person=person, role=Seat.Role.AGENT)
    return Organization.objects.filter(pk__in=seats.values("organization")).order_by("name", "pk")


def agents_of(organization: Organization, *, today: date) -> QuerySet[Seat]:
    """Return the agents' seats of the organization, the oldest first."""
    return (
        Seat.objects.valid_on(today)
        .filter(organization=organization, role=Seat.Role.AGENT)
        .select_related("person")
        .order_by("valid_from", "pk")
    )


def seats_in_reach(person: Person, *, today: date) -> QuerySet[Seat]:
    """Return the person's own seats, and those of fellow agents."""
    ours = organizations_of(person, today=today).order_by()
    return (
        Seat.objects.valid_on(today)
        .filter(Q(person=person) | Q(role=Seat.Role.AGENT, organization__in=ours))
        .select_related("organization", "person")
    )


def platform_seats(*, today: date) -> QuerySet[Seat]:
    """Return every valid seat but the agents', by role and place."""
    return (
        Seat.objects.valid_on(today)
        .exclude(role=Seat.Role.AGENT)
        .select_related("person", "region", "organization")
        .order_by("role", "region", "pk")
    )


def person_called(username: str) -> Person | None:
    """Return the person who signs in under this name."""
    name = Account.normalize_username(username)
    return Person.objects.filter(account__username=name, account__is_active=True).first()


def names_of(persons: Iterable[int]) -> dict[int, str]:
    """Return the names of these persons by their key, in one query."""
    return dict(Person.objects.filter(pk__in=persons).values_list("pk", "name"))


def organizations_found(words: str) -> QuerySet[Organization]:
    """Return the organizations of this unified code or with these words in the name."""
    rows = Organization.objects.select_related("region")
    text = words.strip()
    return rows.filter(Q(uscc=text.upper()) | Q(name__contains=text)) if text else rows


def acting_for(account: Account, *, today: date) -> Organization | None:
    """Return the organization that the account chose, if its seat is still valid."""
    chosen = account.acting_for
    if chosen is None or not policies.may_act_for(account.person, chosen, today=today):
        return None
    return chosen


def reviewers(*, today: date) -> QuerySet[Person]:
    return _holders(Seat.Role.REVIEWER, today=today)


def operators(*, today: date) -> QuerySet[Person]:
    return _holders(Seat.Role.OPERATOR, today=today)


def _holders(role: Seat.Role, *, today: date) -> QuerySet[Person]:
    seats = Seat.objects.valid_on(today).filter(role=role)
    return Person.objects.filter(pk__in=seats.values("person")).order_by("pk")


def stewards_of(region: str, *, today: date) -> list[Person]:
    """Return the stewards who serve the place: its own, else those of the nearest place above.

    Managers of centers serve too. A county without a steward is its city's.
    """
    line = regions.line(region)
    seats = (
        Seat.objects.valid_on(today)
        .filter(role__in=(Seat.Role.STEWARD, Seat.Role.CENTER_MANAGER), region__in=line)
        .select_related("person")
        .order_by("pk")
    )
    by_place: dict[str, dict[int, Person]] = {}
    for seat in seats:
        by_place.setdefault(seat.region_id, {})[seat.person_id] = seat.person
    for code in reversed(line):
        if code in by_place:
            return list(by_place[code].values())
    return []


@dataclass(frozen=True, kw_only=True)
class Card:
    """What others see of a person: no account, no contact."""

    name: str
    title: str
    employer: str
    place: str
    level: Level
    is_sci_tech_worker: bool


def person_card(person: Person) -> Card:
    """Return the public face; two queries unless `employer` and `region` are loaded."""
    return Card(
        name=person.name,
        title=person.title,
        employer=person.employer.name if person.employer else "",
        place=regions.full_name(person.region_id),
        level=Level(person.level),
        is_sci_tech_worker=person.is_sci_tech_worker,
    )


def teams_of(person: Person) -> QuerySet[Team]:
    """Return the teams in which the person has a place, the newest first."""
    places = Membership.objects.filter(person=person, until=None)
    return (
        Team.objects.filter(Q(lead=person) | Q(pk__in=places.values("team")))
        .select_related("lead", "host")
        .order_by("-founded_at", "-pk")
    )


def members_of(team: Team) -> QuerySet[Membership]:
    """Return the open places of the team, the oldest first."""
    return (
        Membership.objects.filter(team=team, until=None)
        .select_related("person")
        .order_by("since", "pk")
    )


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(person=person).order_by("-created_at", "-pk")


def token_hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def usable_token(secret: str, *, at: datetime) -> ApiToken | None:
    """Return the token of this key unless it is unknown, revoked, expired or its account shut."""
    return (
        ApiToken.objects.filter(
            hash=token_hash(secret),
            revoked_at=None,
            expires_at__gt=at,
            person__account__is_active=True,
        )
        .select_related("person__account", "person__region")
        .first()
    )


def persons_to_identify() -> QuerySet[Person]:
    """Return persons with an account who are below V2, those who wait longest first."""
    return (
        Person.objects.filter(level__lt=Level.V2, account__is_active=True)
        .select_related("account", "employer", "region")
        .order_by("joined_at", "pk")
    )


def organizations_like(name: str, *, besides: int = 0) -> QuerySet[Organization]:
    """Return organizations whose name may be mistaken for this one, equal names included."""
    look = organization_skeleton(name)
    like = Organization.objects.filter(look=look, merged_into=None)
    return like.exclude(pk=besides).order_by("pk")


def alike(organizations: Sequence[Organization]) -> dict[int, str]:
    """Return by its key, for each of these that has one, the name of another it looks like."""
    rows = (
        Organization.objects.filter(
            look__in={each.look for each in organizations} - {""}, merged_into=None
        )
        .order_by("pk")
        .values_list("look", "pk", "name")
    )
    first: dict[str, list[tuple[int, str]]] = {}
    for look, pk, name in rows:
        first.setdefault(look, []).append((pk, name))
    return {
        each.pk: name
        for each in organizations
        for pk, name in reversed(first.get(each.look, []))
        if pk != each.pk
    }


def organizations_to_identify() -> QuerySet[Organization]:
    """Return organizations below V2, those who wait longest first."""
    return (
        Organization.objects.filter(level__lt=Level.V2, merged_into=None)
        .select_related("region")
        .order_by("joined_at", "pk")
    )

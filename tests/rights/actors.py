"""Who asks: a person at each distance from the owner, who becomes each role for one request."""

from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from tests.makers import MIANYANG, WUHOU, make_organization, make_person, make_seat
from tests.rights.world import World

from kehui.people.models import Account, ApiToken, Level, Organization, Person, Seat
from kehui.people.services import issue_token
from kehui.rights.table import Row

JINJIANG: Final = "510104"  # another county of the same city
PLACES: Final = {
    "own": WUHOU,
    "unit": WUHOU,
    "county": WUHOU,
    "city": JINJIANG,
    "elsewhere": MIANYANG,
}
OPENING_LITTLE: Final = (
    Seat.Role.TRIAGE_CLERK,
    Seat.Role.COORDINATOR,
    Seat.Role.LEADER,
    Seat.Role.AUDITOR,
    Seat.Role.VENDOR,
    Seat.Role.SYSTEM_ADMIN,
    Seat.Role.SECURITY_ADMIN,
    Seat.Role.AUDIT_ADMIN,
)
SEATLESS: Final = ("visitor", "technical")
MEMBERS: Final = ("v0", "v1", "v2", "v3")
FAR: Final = "elsewhere"
# A password that nobody has, and no time spent on one
UNKNOWN: Final = "pbkdf2_sha256$1$salt$bm9ib2R5IGtub3dzIGl0"


class Browser(RequestFactory):
    """The test client without its memory: it neither keeps cookies nor copies what is rendered."""

    handler = ClientHandler(enforce_csrf_checks=False)

    def request(self, **request: Any) -> Any:
        """Return the answer to it."""
        return self.handler(super().request(**request).environ)


@dataclass
class Actors:
    """People by distance; each thing of the applicant has another owner."""

    world: World
    persons: dict[str, Person] = field(default_factory=dict)
    technical: Account | None = None
    units: dict[str, list[Organization]] = field(default_factory=dict)
    sessions: dict[int, str] = field(default_factory=dict)
    secrets: dict[int, str] = field(default_factory=dict)

    def person(self, distance: str, thing: str) -> Person:
        return self.world.owner_of(thing) if distance == "own" else self.persons[distance]

    def browser(self, role: str, distance: str, thing: str) -> Any:
        """Return a browser signed in, or a visitor's."""
        browser = Browser()
        if role == "visitor":
            return browser
        account = self.technical if role == "technical" else self._account(distance, thing)
        assert account is not None
        browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[account.pk]
        return browser

    def secret(self, distance: str, thing: str) -> str:
        """Return the key of a token with every scope of the API."""
        return self.secrets[self.person(distance, thing).pk]

    def become(self, role: str, distance: str, thing: str) -> None:
        """Give the person the level or the seat of the role, and no other; undone by a rollback."""
        if role in SEATLESS:
            return
        person = self.person(distance, thing)
        level = Level(MEMBERS.index(role)) if role in MEMBERS else Level.V2
        if thing != "applicant" or distance != "own" or role in MEMBERS:
            Person.objects.filter(pk=person.pk).update(level=level)
        place = PLACES[distance]
        if role == Seat.Role.AGENT:
            for unit in self.units[distance]:
                make_seat(person, organization=unit, region=place)
        elif role not in MEMBERS:
            make_seat(person, role=Seat.Role(role), region=place)

    def _account(self, distance: str, thing: str) -> Account:
        return Account.objects.get(person=self.person(distance, thing))


def gather(world: World) -> Actors:
    """Make the people with sessions and tokens."""
    actors = Actors(world=world)
    ours = [world.hidden, world.known]
    for distance, place in PLACES.items():
        near = distance in ("own", "unit")
        actors.units[distance] = ours if near else [make_organization(region=place)]
        if distance != "own":
            employer = world.known if near else actors.units[distance][0]
            person = make_person(f"路人{distance}", region=place, employer=employer)
            actors.persons[distance] = person
            _account(actors, f"user-{distance}", person)
    actors.technical = _account(actors, "technical", None)
    for each in (world.owner, world.applicant):
        _enter(actors, Account.objects.get(person=each))
    return actors


def _account(actors: Actors, username: str, person: Person | None) -> Account:
    account = Account.objects.create(username=username, person=person, password=UNKNOWN)
    _enter(actors, account)
    return account


def _enter(actors: Actors, account: Account) -> None:
    client = Client()
    client.force_login(account)
    actors.sessions[account.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
    if account.person is not None:
        secret = f"kehui_rights_{account.pk}"
        issue_token(
            person=account.person,
            name="接口",
            scopes=[ApiToken.Scope.READ, ApiToken.Scope.PUBLISH],
            secret=secret,
            at=actors.world.at,
        )
        actors.secrets[account.person.pk] = secret


def cells(row: Row, roles: list[str]) -> list[tuple[str, str]]:
    """Return whom to be for this row: each role near and far; once where distance means nothing.

    The lowest and the highest member are asked as owner and from afar: between, levels do not meet
    places. Of the seats that open nothing here, and so get what any member gets, one is asked,
    another one for other rows: what they open differs nowhere that this row could tell.
    """
    alike = [role for role in roles if role in OPENING_LITTLE and _is_like_a_member(row, role)]
    turn = sum(map(ord, f"{row.method}{row.thing}{row.grid.code}{sorted(row.fields)}"))
    asked = {alike[turn % len(alike)]} if alike else set()
    return [
        (role, distance)
        for role in roles
        if role not in alike or role in asked
        for distance in _distances(row, role, is_alike=role in asked)
    ]


def _is_like_a_member(row: Row, role: str) -> bool:
    grids = (row.grid, *row.fields.values())
    return all(grid.gets[role, far] == grid.gets["v2", far] for grid in grids for far in PLACES)


def _distances(row: Row, role: str, *, is_alike: bool) -> list[str]:
    if role in SEATLESS or not row.thing:
        return [FAR]
    return ["own", FAR] if is_alike or role in ("v0", "v3") else list(PLACES)

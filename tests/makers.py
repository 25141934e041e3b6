"""Typed makers of rows: defaulted, and no surprise. Dates are written out."""

from datetime import UTC, date, datetime
from itertools import count

from kehui.core import regions, uscc
from kehui.core.models import Region
from kehui.people.models import (
    Account,
    Center,
    Level,
    Membership,
    Organization,
    Person,
    Seat,
    Team,
)

JOINED = datetime(2026, 1, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine in the morning in Shanghai
TODAY = date(2026, 3, 2)

CHENGDU = "510100"
MIANYANG = "510700"
WUHOU = "510107"  # a county of Chengdu
YIBIN = "511500"
SICHUAN = "510000"
PASSWORD = "correct horse battery"  # the same for everybody
LIQUOR = "1512"  # 白酒制造

_numbers = count(1)


def make_region(code: str = CHENGDU) -> Region:
    """Return the row of the national list, with everything above it."""
    row = Region.objects.filter(pk=code).first()
    if row is not None:
        return row
    place = regions.places()[code]
    return Region.objects.create(
        code=code,
        name=place.name,
        parent=make_region(place.parent) if place.parent else None,
        level=place.level,
        valid_from=place.valid_from,
        valid_to=place.valid_to,
        longitude=place.longitude,
        latitude=place.latitude,
    )


def make_person(
    name: str = "",
    *,
    level: Level = Level.V2,
    region: str = CHENGDU,
    title: str = "",
    employer: Organization | None = None,
    disciplines: tuple[str, ...] = (),
    is_sci_tech_worker: bool = False,
    joined_at: datetime = JOINED,
) -> Person:
    return Person.objects.create(
        name=name or f"测试{next(_numbers)}号",
        title=title,
        employer=employer,
        region=make_region(region),
        disciplines=list(disciplines),
        level=level,
        is_sci_tech_worker=is_sci_tech_worker,
        joined_at=joined_at,
    )


def make_account(
    username: str = "",
    *,
    person: Person | None = None,
    password: str = PASSWORD,
    acting_for: Organization | None = None,
    elder_mode: bool = False,
    language: str = "zh-hans",
) -> Account:
    return Account.objects.create_user(
        username or f"user{next(_numbers)}",
        password,
        person=person or make_person(),
        acting_for=acting_for,
        elder_mode=elder_mode,
        language=language,
        created_at=JOINED,
    )


def make_uscc(number: int | None = None) -> str:
    """Return a unified code of a firm in Chengdu whose two checks fit."""
    body = f"{next(_numbers) if number is None else number:08d}"
    code = f"91510100{body}{uscc.inner_check_character(body)}"
    return code + uscc.check_character(code)


def make_organization(
    name: str = "",
    *,
    kind: Organization.Kind = Organization.Kind.ENTERPRISE,
    code: str | None = "",
    region: str = CHENGDU,
    industry: str = "",
    size: str = "",
    level: Level = Level.V2,
    parent: Organization | None = None,
    joined_at: datetime = JOINED,
) -> Organization:
    """Make an organization; `code` None is one without a unified code, "" gets the next one."""
    return Organization.objects.create(
        name=name or f"测试单位{next(_numbers)}",
        kind=kind,
        uscc=make_uscc() if code == "" else code,
        parent=parent,
        region=make_region(region),
        industry=industry,
        size=size,
        level=level,
        joined_at=joined_at,
    )


def make_seat(
    person: Person | None = None,
    *,
    role: Seat.Role = Seat.Role.AGENT,
    organization: Organization | None = None,
    region: str = CHENGDU,
    valid_from: date = date(2026, 1, 5),
    valid_until: date | None = None,
) -> Seat:
    """Make a seat; an agent's gets an organization of its own unless one is given."""
    if role == Seat.Role.AGENT and organization is None:
        organization = make_organization(region=region)
    return Seat.objects.create(
        person=person or make_person(),
        role=role,
        organization=organization,
        region=make_region(region),
        valid_from=valid_from,
        valid_until=valid_until,
    )


def make_center(
    region: str = CHENGDU,
    *,
    name: str = "",
    plates: tuple[str, ...] = ("cloud", "association"),
    opened_on: date = date(2026, 1, 5),
    closed_on: date | None = None,
) -> Center:
    """Make a center; the row of a private node has to be there already."""
    if not region.startswith("P-"):
        make_region(region)
    return Center.objects.create(
        region_id=region,
        name=name or f"测试服务中心{next(_numbers)}",
        plates=list(plates),
        address="人民路 1 号",
        phone="028-00000000",
        opened_on=opened_on,
        closed_on=closed_on,
    )


def make_operator(person: Person | None = None) -> Person:
    return make_seat(person, role=Seat.Role.OPERATOR, region=SICHUAN).person


def make_reviewer(person: Person | None = None) -> Person:
    return make_seat(person, role=Seat.Role.REVIEWER, region=SICHUAN).person


def make_steward(person: Person | None = None, *, region: str = CHENGDU) -> Person:
    return make_seat(person, role=Seat.Role.STEWARD, region=region).person


def make_team(
    name: str = "",
    *,
    lead: Person | None = None,
    host: Organization | None = None,
    members: tuple[Person, ...] = (),
) -> Team:
    lead = lead or make_person()
    team = Team.objects.create(
        name=name or f"测试团队{next(_numbers)}", lead=lead, host=host, founded_at=JOINED
    )
    for each in (lead, *members):
        Membership.objects.create(team=team, person=each, since=date(2026, 1, 5))
    return team

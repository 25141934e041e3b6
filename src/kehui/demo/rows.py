"""Turn what the generator gives into unsaved rows and facts of the apps."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from kehui.demo.items import (
    DemoItem,
    DemoNeed,
    DemoOffer,
    DemoOrganization,
    DemoPerson,
    DemoStudio,
    DemoTeam,
)
from kehui.demo.trades import Cast
from kehui.ledger.facts import Fact
from kehui.market import facts as market
from kehui.market.models import Achievement, Indicator, Item, Need, Offer, Side, Studio
from kehui.people import facts as people_facts
from kehui.people.models import Membership, Organization, Person, Seat, Team

OUT = frozenset({"published", "closed", "expired", "withdrawn"})
STAGE_OF_TRL = ((3, "basic"), (5, "applied"), (9, "development"))


@dataclass(frozen=True)
class Keys:
    """Primary keys by the generator's numbers."""

    people: Sequence[int]
    organizations: Sequence[int]
    studios: Sequence[int]


def organization(each: DemoOrganization) -> Organization:
    return Organization(
        name=each.name, kind=each.kind, uscc=each.uscc, region_id=each.region,
        industry=each.industry, size=each.size, level=2, joined_at=each.joined_at,
    )  # fmt: skip


def person(each: DemoPerson, organizations: Sequence[int]) -> Person:
    return Person(
        name=each.name, title=each.title, region_id=each.region, level=each.level,
        employer_id=None if each.employer is None else organizations[each.employer],
        disciplines=list(each.disciplines), is_sci_tech_worker=each.is_expert,
        joined_at=each.joined_at,
    )  # fmt: skip


def team(each: DemoTeam, people: Sequence[int], organizations: Sequence[int]) -> Team:
    return Team(
        name=each.name, lead_id=people[each.lead], founded_at=each.founded_at,
        host_id=None if each.host is None else organizations[each.host],
    )  # fmt: skip


def memberships(cast: Cast, people: Sequence[int], teams: Sequence[int]) -> Iterator[Membership]:
    for each in cast.teams:
        for member, role in each.members:
            yield Membership(
                team_id=teams[each.number], person_id=people[member], role=role,
                since=each.founded_at.date(),
            )  # fmt: skip


def agents(cast: Cast, people: Sequence[int], organizations: Sequence[int]) -> Iterator[Seat]:
    """Give the seat of each organization's contact."""
    for number, contact in cast.contact_of.items():
        each = cast.organizations[number]
        yield Seat(
            person_id=people[contact], organization_id=organizations[number],
            role=Seat.Role.AGENT, region_id=each.region, valid_from=each.joined_at.date(),
        )  # fmt: skip


def studio(
    each: DemoStudio, people: Sequence[int], teams: Sequence[int], organizations: Sequence[int]
) -> Studio:
    return Studio(
        name=each.name,
        person_id=None if each.person is None else people[each.person],
        team_id=None if each.team is None else teams[each.team],
        organization_id=None if each.organization is None else organizations[each.organization],
        region_id=each.region, state=each.state, directions=each.directions,
        skills=list(each.skills), languages=["普通话", "四川话"], weekly_hours=each.weekly_hours,
        opened_at=each.opened_at, created_at=each.opened_at - timedelta(hours=2),
    )  # fmt: skip


def item(each: DemoItem, keys: Keys) -> Item:
    changed = each.closed_at or each.published_at or each.created_at
    submitted = None if each.state == "draft" else _submitted_at(each)
    return Item(
        side=side_of(each), kind=each.kind, category_id=each.category, label=each.label,
        title=each.title, description=each.description, industry=each.industry,
        keywords=[word[:20] for word in each.keywords], region_id=each.region,
        price_mode=each.price_mode, price_fen=each.price_fen,
        negotiable_reason=each.negotiable_reason, trl=each.trl, tier=each.tier,
        holder_id=keys.people[each.holder], entered_by_id=keys.people[each.holder],
        organization_id=_organization(each, keys),
        state=each.state, created_at=each.created_at, changed_at=max(changed, each.created_at),
        submitted_at=submitted, published_at=each.published_at, valid_until=each.valid_until,
        closed_at=each.closed_at, close_reason=each.close_reason,
        contact_answered_at=_contact_answered_at(each), source="demo", external_id=_external(each),
    )  # fmt: skip


def need(each: DemoNeed, pk: int) -> Need:
    """Return the part that only needs have."""
    return Need(
        item_id=pk, region_requirement=list(each.region_requirement),
        background=each.background, main_problem=each.main_problem, target=each.target,
        tried=each.tried, deadline=each.deadline, budget_low_fen=each.budget_low_fen,
        budget_high_fen=each.budget_high_fen, deliverable=each.deliverable,
        acceptance=each.acceptance, ip_wish=each.ip_wish, terms_accepted_at=each.created_at,
        contact_name=each.contact_name, hides_name=each.hides_name,
        contact_channel=f"contact-{each.holder}@demo.invalid",
    )  # fmt: skip


def offer(each: DemoOffer, pk: int, keys: Keys) -> Offer:
    """Return the part that only offers have."""
    return Offer(
        item_id=pk, studio_id=keys.studios[each.studio], problem_solved=each.problem_solved,
        advantage=each.advantage, for_whom=each.for_whom,
        regions_served=list(each.regions_served), capacity=each.capacity,
        available_from=each.available_from, trl_evidence=each.trl_evidence,
        price_low_fen=each.price_low_fen, price_high_fen=each.price_high_fen,
        evidence=each.evidence, adopters=each.adopters, employer_consent=each.employer_consent,
    )  # fmt: skip


def indicators(of: DemoNeed, pk: int) -> Iterator[Indicator]:
    for position, each in enumerate(of.indicators):
        yield Indicator(
            need_id=pk, position=position, name=each.name, current=each.current,
            comparison=each.comparison, target=each.target, target_high=each.target_high,
            unit=each.unit, verification=each.verification,
        )  # fmt: skip


def achievement(each: DemoOffer, pk: int) -> Achievement:
    return Achievement(
        offer_id=pk, disciplines=list(each.disciplines),
        stage=next(name for top, name in STAGE_OF_TRL if (each.trl or 1) <= top),
        ownership="单位职务成果，权属清晰", deal_modes=["license", "joint"],
    )  # fmt: skip


def side_of(each: DemoItem) -> Side:
    return Side.NEED if isinstance(each, DemoNeed) else Side.OFFER


def facts_of_cast(
    cast: Cast,
    *,
    seats: Iterable[Seat],
    people: Sequence[int],
    organizations: Sequence[int],
    teams: Sequence[int],
    studios: Sequence[int],
) -> Iterator[tuple[datetime, Fact]]:
    """Give what the services would have recorded of the people, with its time."""
    for org in cast.organizations:
        yield org.joined_at, people_facts.OrganizationRegistered(
            organization=organizations[org.number], organization_kind=org.kind,
            region=org.region, level=2,
        )  # fmt: skip
    for each in cast.people:
        yield (
            each.joined_at,
            people_facts.PersonJoined(
                person=people[each.number], region=each.region, level=each.level
            ),
        )
    for seat in seats:
        yield datetime.combine(seat.valid_from, time(9), UTC), granted(seat)
    for group in cast.teams:
        yield group.founded_at, people_facts.TeamFounded(
            team=teams[group.number], lead=people[group.lead],
            host=None if group.host is None else organizations[group.host],
        )  # fmt: skip
        for member, _ in group.members[1:]:
            joining = people_facts.TeamJoined(team=teams[group.number], person=people[member])
            yield group.founded_at, joining
    for stall in cast.studios:
        yield stall.opened_at, market.StudioOpened(studio=studios[stall.number])


def joined(person: Person) -> Fact:
    return people_facts.PersonJoined(person=person.pk, region=person.region_id, level=person.level)


def granted(seat: Seat) -> Fact:
    return people_facts.SeatGranted(
        seat=seat.pk, person=seat.person_id, organization=seat.organization_id,
        role=seat.role, region=seat.region_id,
    )  # fmt: skip


def facts_of_item(each: DemoItem, pk: int, keys: Keys) -> Iterator[tuple[datetime, Fact]]:
    """Give what the services would have recorded of the item's life, with its time."""
    if each.state == "draft":
        return
    side = side_of(each).value
    organization = _organization(each, keys)
    yield _submitted_at(each), market.ItemSubmitted(
        item=pk, side=side, revision=1, item_kind=each.kind, region=each.region,
        organization=organization,
    )  # fmt: skip
    if each.state == "on_hold":
        yield _submitted_at(each), market.ItemHeld(item=pk, side=side, revision=1, why=("clarity",))
    if each.published_at is None or each.valid_until is None:
        return
    yield each.published_at, market.ItemPublished(
        item=pk, side=side, revision=1, item_kind=each.kind, region=each.region,
        organization=organization, valid_until=each.valid_until,
    )  # fmt: skip
    end = datetime.combine(each.valid_until, time(9), UTC)
    if each.state == "closed" and each.closed_at is not None:
        yield (
            each.closed_at,
            market.ItemClosed(item=pk, side=side, revision=1, reason=each.close_reason),
        )
    elif each.state == "withdrawn":
        away = each.published_at + timedelta(days=9)
        yield away, market.ItemWithdrawn(item=pk, side=side, revision=1, reason="no_longer_needed")
    elif each.state == "expired":
        yield end, market.ItemExpired(item=pk, side=side, revision=1)


def _organization(each: DemoItem, keys: Keys) -> int | None:
    return None if each.organization is None else keys.organizations[each.organization]


def _submitted_at(each: DemoItem) -> datetime:
    return min(
        each.created_at + timedelta(hours=1), each.published_at or datetime.max.replace(tzinfo=UTC)
    )


def _contact_answered_at(each: DemoItem) -> datetime | None:
    if each.published_at is None or each.state not in OUT:
        return None
    return each.published_at + timedelta(hours=20)


def _external(each: DemoItem) -> str:
    return f"{side_of(each).value}-{each.number}"

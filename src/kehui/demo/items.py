"""What the generator gives: plain values, no rows. References are indexes into its own lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class DemoOrganization:
    number: int
    name: str
    kind: str  # code of people.Organization.Kind
    uscc: str
    region: str
    industry: str
    size: str
    themes: tuple[str, ...]
    joined_at: datetime
    is_supplier: bool


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    number: int
    name: str
    title: str
    employer: int | None
    region: str
    disciplines: tuple[str, ...]
    is_expert: bool  # has a studio; the others act for a firm
    themes: tuple[str, ...]
    joined_at: datetime
    level: int = 2


@dataclass(frozen=True, kw_only=True)
class DemoTeam:
    number: int
    name: str
    lead: int
    members: tuple[tuple[int, str], ...]  # person, role
    host: int | None
    theme: str
    founded_at: datetime


@dataclass(frozen=True, kw_only=True)
class DemoStudio:
    number: int
    name: str
    person: int | None
    team: int | None
    organization: int | None
    region: str
    directions: str
    skills: tuple[str, ...]
    weekly_hours: int | None
    reply_hours: int | None
    opened_at: datetime
    state: str = "open"


@dataclass(frozen=True, kw_only=True)
class DemoIndicator:
    name: str
    current: str
    comparison: str  # ge, le, eq, between
    target: Decimal
    target_high: Decimal | None
    unit: str
    verification: str


@dataclass(frozen=True, kw_only=True)
class DemoItem:
    """What offers and needs share."""

    number: int
    kind: str
    theme: str
    field: str
    category: str  # code of the market's list
    label: str
    title: str
    description: str
    industry: str
    keywords: tuple[str, ...]
    region: str
    price_mode: str
    price_fen: int | None
    negotiable_reason: str
    trl: int | None
    tier: int
    holder: int
    organization: int | None
    state: str
    created_at: datetime
    published_at: datetime | None
    valid_until: date | None
    closed_at: datetime | None
    close_reason: str


@dataclass(frozen=True, kw_only=True)
class DemoOffer(DemoItem):
    technique: str  # "theme/technique", for judging matches; never shown
    studio: int
    problem_solved: str
    advantage: str
    for_whom: str
    regions_served: tuple[str, ...]
    capacity: int
    available_from: date | None
    trl_evidence: str
    price_low_fen: int | None
    price_high_fen: int | None
    evidence: str
    adopters: str
    employer_consent: str
    disciplines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DemoNeed(DemoItem):
    solved_by: tuple[str, ...]  # "theme/technique", the best first; never shown
    region_requirement: tuple[str, ...]
    background: str
    main_problem: str
    target: str
    tried: str
    deadline: date
    budget_low_fen: int | None
    budget_high_fen: int | None
    deliverable: str
    acceptance: str
    ip_wish: str
    contact_name: str
    hides_name: bool
    indicators: tuple[DemoIndicator, ...] = field(default=())

"""Offers, needs and studios as data. A field that its reader may not see is null."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from ninja import Schema


class Place(Schema):
    """A place by its code of GB/T 2260; `P-…` are private nodes such as parks."""

    code: str
    name: str


class Party(Schema):
    """Who stands behind an item. Hidden names are null."""

    name: str | None
    kind: str
    is_verified: bool


class ItemSummary(Schema):
    """An offer or a need as a list shows it; everything here is public."""

    id: int
    uid: UUID
    side: str
    kind: str
    kind_label: str
    category: str | None
    label: str
    title: str
    teaser: str
    industry: str
    keywords: list[str]
    region: Place
    price_mode: str
    price_fen: int | None
    price_low_fen: int | None  # of a need: the budget
    price_high_fen: int | None
    deadline: date | None
    trl: int | None
    tier: int
    state: str
    party: Party
    published_at: datetime | None
    valid_until: date | None
    url: str


class Hit(ItemSummary):
    """An item found, and where in its title and its teaser the words stand (characters)."""

    title_spans: list[tuple[int, int]] = []
    teaser_spans: list[tuple[int, int]] = []


class ItemPage(Schema):
    """`next` is null on the last page; `found_by` says whether the index was asked.

    `missed_share`: 0..1 of the items that could not be looked at this time.
    """

    items: list[Hit]
    next: str | None
    total: int | None
    found_by: str
    missed_share: float = 0.0


class IndicatorOut(Schema):
    name: str
    current: str
    comparison: str
    target: Decimal
    target_high: Decimal | None
    unit: str
    verification: str


class FileOut(Schema):
    """A file of an item. The page of the item hands it out; `media_type` is of the content."""

    id: int
    name: str
    size: int  # bytes
    media_type: str
    sha256: str
    uploaded_at: datetime


class Whole(ItemSummary):
    """What a need and an offer have in common when they are read alone.

    `sees_details` false: fields above your tier are null. `is_mine`: you may change it.
    """

    description: str
    negotiable_reason: str
    revision: int
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    close_reason: str
    flags: list[str] | None  # only to its owner
    files: list[FileOut] | None
    is_mine: bool
    sees_details: bool


class NeedOut(Whole):
    region_requirement: list[str]
    background: str | None
    main_problem: str | None
    target: str | None
    tried: str | None
    deliverable: str | None
    acceptance: str | None
    ip_wish: str | None
    indicators: list[IndicatorOut] | None
    contact_name: str | None  # only to its owner
    contact_channel: str | None


class Evaluation(Schema):
    """An evaluation by the five values of GB/T 44731-2024, a sentence or a number each."""

    standard: str = ""
    science: str = ""
    technology: str = ""
    economy: str = ""
    society: str = ""
    transfer: str = ""
    evaluator: str = ""
    date: str = ""


class AchievementOut(Schema):
    """`completers` and `evaluation` are details: null above your tier."""

    stage: str
    ownership: str
    completers: list[str] | None
    patents: list[str]
    registration: str
    doi: str
    ipc: list[str]
    disciplines: list[str]
    evaluation: Evaluation | None
    deal_modes: list[str]
    publicity: str


class OfferOut(Whole):
    studio: int
    studio_uid: UUID
    problem_solved: str
    advantage: str
    for_whom: str
    regions_served: list[str]
    capacity: int
    available_from: date | None
    trl_evidence: str
    trl_assessed_by: str
    trl_assessed_on: date | None
    evidence: str | None
    adopters: str | None
    achievement: AchievementOut | None


class StudioSummary(Schema):
    id: int
    uid: UUID
    name: str
    state: str
    owner: Party
    region: Place
    directions: str
    skills: list[str]
    languages: list[str]
    available_from: date | None
    weekly_hours: int | None
    opened_at: datetime | None
    url: str


class StudioPage(Schema):
    items: list[StudioSummary]
    next: str | None


class StudioOut(StudioSummary):
    """A studio with its best works and the newest of its shelf; `shelf_total` counts it all."""

    is_mine: bool
    best_works: list[int]
    shelf: list[ItemSummary]
    shelf_total: int

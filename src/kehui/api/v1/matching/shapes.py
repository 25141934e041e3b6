"""Matches and their argument as data, with the Chinese sentences the pages show."""

from datetime import datetime
from typing import Any

from ninja import Schema

from kehui.api.v1.market.shapes import ItemSummary, StudioSummary


class Part(Schema):
    """One named part of the score; all `got` add up to the score."""

    name: str
    label: str
    got: int
    most: int
    reasons: list[str] = []


class Sentence(Schema):
    """One reason. `verdict`: yes, part, no or unknown; `spans` are characters of `text`."""

    verdict: str
    title: str
    text: str
    spans: list[tuple[int, int]]


class Constraint(Schema):
    """One condition. `verdict`: met, partly, broken or unknown; `values` depend on the code."""

    code: str
    verdict: str
    values: dict[str, Any]


class Passage(Schema):
    """A piece of one side's text, and the cited stretches in it, in characters of `text`."""

    side: str
    field: str
    text: str
    spans: list[tuple[int, int]]


class Explanation(Schema):
    """Why the pair scores what it scores. `missing`: phrases of the need that the offer lacks."""

    sentences: list[Sentence]
    parts: list[Part]
    constraints: list[Constraint]
    passages: list[Passage]
    common: list[str]
    missing: list[str]
    distance_km: float | None


class Standing(Schema):
    """What moves a match in a need's list, apart from its score, and why.

    `points` are added to the order value; `is_full`: it has as many open talks as it can carry and
    waits at the end.
    """

    points: float
    is_full: bool
    reasons: list[str]


class Match(Schema):
    """`ranker`: the version of the learned order that put it here; "" is the published score."""

    id: int
    score: int
    standing: Standing
    counterpart: ItemSummary
    explanation: Explanation
    my_answer: str
    their_answer: str
    is_asked: bool
    engine: str
    ranker: str
    made_at: datetime


class MatchPage(Schema):
    """`is_waiting`: the engine has been asked and has not answered yet; ask again in a second.

    `missed_share`: 0..1 of the other side's items that could not be looked at; it is tried again.
    """

    items: list[Match]
    next: str | None
    is_waiting: bool
    missed_share: float = 0.0


class CombinationMember(Schema):
    """One offer of a combination; `meets` are names of the need's indicators."""

    match: int
    score: int
    is_lead: bool
    meets: list[str]
    offer: ItemSummary


class Combination(Schema):
    """The smallest set of offers that meets most of the need's indicators, the lead first.

    `gain` is `together` - `alone`: how many more the set meets than its best offer by itself.
    Prices are sums without the `unpriced` members.
    """

    members: list[CombinationMember]
    indicators: int
    alone: int
    together: int
    gain: int
    missing: list[str]
    price_low_fen: int
    price_high_fen: int
    unpriced: int
    is_over_budget: bool
    is_exact: bool


class CombinationOut(Schema):
    """`combination` is null when no set meets more than one offer does."""

    combination: Combination | None


class Raise(Schema):
    """What would raise the score of a pair, and by how many points at most."""

    code: str
    part: str
    points: float


class PairOut(Schema):
    """Any pair: its score and argument, its rank among the need's offers, what would raise it."""

    need: ItemSummary
    offer: ItemSummary
    score: int
    rank: int | None
    points_behind: float
    raises: list[Raise]
    explanation: Explanation


class Ground(Schema):
    """An offer a person's score rests on: the score of its own pair, and the points it brings."""

    offer: int
    title: str
    score: int
    points: float


class Expert(Schema):
    """A person with an open studio; `profile` is what directions, skills and disciplines score."""

    studio: StudioSummary
    score: int
    profile: int
    parts: list[Part]
    sentences: list[Sentence]
    grounds: list[Ground]


class ExpertList(Schema):
    """Best first. `is_settled` false: somebody who was not looked at could belong here.

    `missed_share`: 0..1 of the persons or offers that could not be looked at this time.
    """

    items: list[Expert]
    is_settled: bool
    missed_share: float = 0.0

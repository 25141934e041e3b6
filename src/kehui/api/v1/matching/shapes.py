"""Matches and their argument as data, with the Chinese sentences the pages show."""

from datetime import datetime
from typing import Any

from ninja import Schema

from kehui.api.v1.market.shapes import ItemSummary


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


class Match(Schema):
    id: int
    score: int
    counterpart: ItemSummary
    explanation: Explanation
    my_answer: str
    their_answer: str
    is_asked: bool
    engine: str
    made_at: datetime


class MatchPage(Schema):
    """`is_waiting`: the engine has been asked and has not answered yet; ask again in a second.

    `missed_share`: 0..1 of the other side's items that could not be looked at; it is tried again.
    """

    items: list[Match]
    next: str | None
    is_waiting: bool
    missed_share: float = 0.0


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

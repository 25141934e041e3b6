"""What people's answers say of the order they were shown, and of another one."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from kehui.matching import adapter
from kehui.matching.selectors import judgements
from kehui.matching.selectors.judgements import WANTED, JudgedPair


@dataclass(frozen=True, kw_only=True)
class PlaceCount:
    """The pairs whose best place was this one, and how many of them got a first reply."""

    position: int
    pairs: int
    replies: int


@dataclass(frozen=True, kw_only=True)
class FeedbackReport:
    """Figures over every judged pair of the engine in force; `left_out` belong to others.

    `orders` says what the published rule, and the ranker if one is in force, are worth by the
    answers given (see `adapter.worth`); `calibration` is of the ranker on everything judged.
    """

    engine: str
    ranker: str
    pairs: int
    needs: int
    left_out: int
    grades: dict[int, int]
    places: list[PlaceCount]
    orders: dict[str, dict[str, dict[str, Any]]]
    calibration: list[dict[str, Any]]


def evaluate_feedback() -> FeedbackReport:
    """Judge the published order, and the one in force, by everything that people answered."""
    engine, order = adapter.version(), adapter.order_in_force()
    every = list(judgements.judgements())
    rows = [each for each in every if each.engine == engine]
    orders = {"rule": adapter.worth(rows, adapter.Order())}
    if order.version:
        orders[order.version] = adapter.worth(rows, order)
    return FeedbackReport(
        engine=engine,
        ranker=order.version,
        pairs=len(rows),
        needs=len({each.need for each in rows}),
        left_out=len(every) - len(rows),
        grades=dict(sorted(Counter(each.grade for each in rows).items())),
        places=_places(rows),
        orders=orders,
        calibration=adapter.calibration(rows, order),
    )


def _places(rows: list[JudgedPair]) -> list[PlaceCount]:
    shown = Counter(each.position for each in rows)
    replied = Counter(each.position for each in rows if each.grade >= WANTED)
    return [
        PlaceCount(position=place, pairs=shown[place], replies=replied[place])
        for place in sorted(shown)
    ]

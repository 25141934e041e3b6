"""The learned order: the columns of a pair, the ranker in force, training and judging."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from kehui.engines import matching as engine
from kehui.matching.adapter.held import version
from kehui.matching.selectors import rankers
from kehui.matching.selectors.judgements import JudgedPair

PERCENT: Final = 100.0
Features = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Order:
    """Who puts matches in order: a ranker, or the published rule when there is none."""

    ranker: engine.Ranker | None = None

    @property
    def version(self) -> str:
        """Return the ranker's name, "" for the published rule."""
        return self.ranker.version if self.ranker else ""

    def value_of(self, features: Features) -> float:
        """Return what matches are sorted by, 0..100: points, or the chance of a first reply."""
        if self.ranker is None:
            return PERCENT * features.get("rule", 0.0)
        return PERCENT * self.ranker.chance(features)


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What a training showed, and the ranker as it is kept: nothing unless the proof holds."""

    proof: dict[str, Any]
    version: str
    content: dict[str, Any]


def order_in_force() -> Order:
    """Return the order of this moment.

    A ranker that was trained on the scores of another engine or encoder, or that cannot be read,
    orders nothing: the published rule does.
    """
    row = rankers.in_force()
    if row is None:
        return Order()
    try:
        ranker = engine.Ranker.read(row.content)
    except engine.RankerUnreadable:
        return Order()
    return Order(ranker=ranker if ranker.engine == version() else None)


def columns_of(
    need: engine.Listing, offer: engine.Listing, scored: engine.Scored
) -> dict[str, float]:
    """Return the named columns of a scored pair: what is stored with every score."""
    return engine.features_of(
        need,
        offer,
        points=[part.exact for part in scored.parts],
        lexical=scored.lexical,
        cosine=scored.cosine,
        weights=engine.Weights(),
    )


def train(rows: Iterable[JudgedPair]) -> Trained:
    """Train on the rows, prove it on needs it has not seen, and return both."""
    judged = _judgements(rows)
    proof = engine.prove(judged)
    told = _told(asdict(proof))
    if not proof.holds:
        return Trained(proof=told, version="", content={})
    ranker = engine.Ranker(engine.trained(judged), version(), told)
    return Trained(proof=told, version=ranker.version, content=ranker.written())


def calibration(rows: Sequence[JudgedPair], order: Order) -> list[dict[str, Any]]:
    """Return tenths of the pairs by the ranker's chance: replies foretold, and those that came."""
    if order.ranker is None or not rows:
        return []
    judged = _judgements(rows)
    foretold = engine.chances(order.ranker.linear.odds(judged.features))
    return [asdict(each) for each in engine.calibration(judged, foretold)]


def worth(rows: Iterable[JudgedPair], order: Order) -> dict[str, dict[str, Any]]:
    """Return what the order is worth by the answers to the order that was shown.

    The mean discounted gain of a need's list three ways: `naive` as if every place were looked
    at, `ips` and `snips` with answers divided by the chance that their place was.
    """
    lists = [_answers(group, order) for group in _by_need(rows)]
    return {
        name: _told(asdict(estimate(lists)))
        for name, estimate in (
            ("naive", engine.naive),
            ("ips", engine.ips),
            ("snips", engine.snips),
        )
    }


def _answers(group: Sequence[JudgedPair], order: Order) -> list[engine.Answer]:
    ranked = sorted(group, key=lambda each: (-order.value_of(each.features), each.offer))
    return [
        engine.Answer(2.0**each.grade - 1, each.position, place)
        for place, each in enumerate(ranked, start=1)
        if each.grade >= engine.REPLIED
    ]


def _by_need(rows: Iterable[JudgedPair]) -> list[list[JudgedPair]]:
    groups: dict[int, list[JudgedPair]] = {}
    for each in rows:
        groups.setdefault(each.need, []).append(each)
    return list(groups.values())


def _judgements(rows: Iterable[JudgedPair]) -> engine.Judgements:
    return engine.Judgements.of(
        [
            engine.Judgement(
                need=each.need,
                offer=each.offer,
                features=each.features,
                grade=each.grade,
                is_silent=each.is_silent,
                position=each.position,
            )
            for each in rows
        ]
    )


def _told(value: Any) -> Any:
    """Return plain data that JSON can hold: what is no number becomes nothing."""
    if isinstance(value, dict):
        return {name: _told(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_told(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value

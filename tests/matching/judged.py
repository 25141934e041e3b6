"""Pairs that were shown and judged, put down directly: for questions about many of them."""

from datetime import date
from typing import Any, Final

import numpy as np
from tests.market.rows import put_need, put_offer
from tests.matching.pairs import AT

from kehui.engines.matching import COLUMNS
from kehui.engines.matching import Ranker as Learned
from kehui.engines.matching.ranker import Linear
from kehui.market.models import Need, Offer
from kehui.matching import adapter
from kehui.matching.models import Feedback, Outcome, Ranker, Showing, Suggestion

DAY: Final = date(2026, 2, 2)


def put_suggestion(need: Need, offer: Offer, **values: Any) -> Suggestion:
    told = {
        "score": 50,
        "order": 50.0,
        "parts": [{"name": "tech", "got": 50, "most": 100}],
        "explanation": {},
        "features": {"rule": 0.5},
        "engine": adapter.version(),
        "from_need": True,
        "made_at": AT,
    }
    return Suggestion.objects.create(need=need, offer=offer, **(told | values))


def put_showing(need: Need, offer: Offer, **values: Any) -> Showing:
    told = {
        "side": "need",
        "person": need.holder,
        "on": DAY,
        "position": 1,
        "score": 50,
        "features": {"rule": 0.5},
        "engine": adapter.version(),
    }
    return Showing.objects.create(need=need, offer=offer, **(told | values))


def put_ranker(*, level: float = 0.0, engine: str = "", **weights: float) -> Ranker:
    """Put a ranker in force that goes by these columns alone."""
    count = len(COLUMNS)
    told = tuple(weights.get(name, 0.0) for name in COLUMNS)
    linear = Linear((0.0,) * count, (1.0,) * count, told, level)
    ranker = Learned(linear, engine or adapter.version(), {})
    return Ranker.objects.create(
        version=ranker.version, content=ranker.written(), state="in_force", installed_at=AT
    )


def judged_market(needs: int = 100, offers: int = 10, *, hidden: float = 2.0) -> list[Suggestion]:
    """Return suggestions of every pair, shown in the order of the rule and answered or not.

    People look at place k with the chance 1/k and want what the column `lexical` says, times
    `hidden`; those who look and do not want it say so.
    """
    draw = np.random.default_rng(20)
    shelf = [put_offer() for _ in range(offers)]
    rows = []
    for _ in range(needs):
        need = put_need()
        table = draw.normal(size=(offers, len(COLUMNS)))
        best_first = np.argsort(-table[:, COLUMNS.index("rule")])
        for place, at in enumerate(best_first, start=1):
            features = dict(zip(COLUMNS, table[at].tolist(), strict=True))
            odds = hidden * features["lexical"]
            looks = draw.random() < 1 / place
            wants = draw.random() < 1 / (1 + np.exp(-odds))
            rows.append((need, shelf[int(at)], place, features, looks, bool(wants)))
    return _kept(rows)


def _kept(rows: list[tuple[Need, Offer, int, dict[str, float], bool, bool]]) -> list[Suggestion]:
    made = [
        Suggestion(
            need=need, offer=offer, score=50, order=100 * features["rule"],
            parts=[{"name": "tech", "got": 50, "most": 100}], explanation={}, features=features,
            engine=adapter.version(), from_need=True, made_at=AT,
        )
        for need, offer, _place, features, _looks, _wants in rows
    ]  # fmt: skip
    Suggestion.objects.bulk_create(made)
    Showing.objects.bulk_create(
        Showing(
            need=need, offer=offer, side="need", person=need.holder, on=DAY, position=place,
            score=50, features=features, engine=adapter.version(),
        )
        for need, offer, place, features, _looks, _wants in rows
    )  # fmt: skip
    said = list(zip(made, rows, strict=True))
    Feedback.objects.bulk_create(
        Feedback(
            suggestion=each, by=need.holder, side="need", revision=1, at=AT, position=place,
            answer="accepted" if wants else "declined", reason="" if wants else "R05",
        )
        for each, (need, _offer, place, _features, looks, wants) in said
        if looks
    )  # fmt: skip
    Outcome.objects.bulk_create(
        Outcome(need=need, offer=offer, rung="silent", side="need", at=AT)
        for need, offer, _place, _features, looks, _wants in rows
        if not looks
    )
    return made

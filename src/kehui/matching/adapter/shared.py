"""Let the engine share exposure, and pair needs with offers under capacity: numbers in and out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kehui.engines import matching as engine


@dataclass(frozen=True, kw_only=True)
class Share:
    """What a studio was seen before and is seen after, and the points that make the difference."""

    before: float
    after: float
    taken: float
    given: float


@dataclass(frozen=True, kw_only=True)
class Shared:
    """The share of every studio, and the figures of `ExposureRun` under its own names."""

    studios: dict[int, Share]
    figures: dict[str, Any]


def published_rule() -> engine.Rule:
    """Return the parameters of exposure: their one home is the engine."""
    return engine.Rule()


def share(rows: Iterable[tuple[int, int, float, int]], sheltered: Collection[int]) -> Shared:
    """Share the exposure of rows of (need, studio, order value, tie-break)."""
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    studios, holder = np.unique(np.array(columns[1], np.int64), return_inverse=True)
    numbers = studios.tolist()
    lists = engine.Lists(
        list=np.array(columns[0], np.int64),
        holder=holder.astype(np.int64),
        order=np.maximum(np.array(columns[2], np.float64), 0),
        tie=np.array(columns[3], np.int64),
        sheltered=np.array([each in sheltered for each in numbers], np.bool_),
    )
    rule = published_rule()
    found = engine.balance(lists, rule)
    given = found.lift * lists.sheltered
    shares = zip(
        numbers,
        found.exposure_before.tolist(),
        found.exposure.tolist(),
        (given - found.points).round(1).tolist(),
        given.tolist(),
        strict=True,
    )
    return Shared(
        studios={
            studio: Share(before=before, after=after, taken=max(taken, 0.0), given=lift)
            for studio, before, after, taken, lift in shares
        },
        figures=_figures(lists, found, rule),
    )


def _figures(lists: engine.Lists, found: engine.Balance, rule: engine.Rule) -> dict[str, Any]:
    return {
        "lists": len(np.unique(lists.list)),
        "studios": len(lists.sheltered),
        "sheltered": int(lists.sheltered.sum()),
        "trade": rule.trade,
        "floor": rule.floor,
        "gini_before": found.before.gini,
        "gini_after": found.after.gini,
        "relevance": found.after.relevance,
        "sheltered_before": found.before.sheltered,
        "sheltered_after": found.after.sheltered,
        "lift": found.lift,
        "is_floor_reached": found.reached,
        "curve": [each._asdict() for each in found.curve],
    }

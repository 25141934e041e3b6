"""Explain any pair, count what would fit, publish the rule."""

from datetime import datetime
from typing import Final

from kehui.market.models import Need, Offer
from kehui.matching import adapter
from kehui.matching.adapter import Found
from kehui.matching.selectors import lowerings

WORTH_TALKING: Final = 55.0  # 可谈


def explain_pair(*, need: Need, offer: Offer, at: datetime) -> Found:
    """Return why the pair scores as it does: works for any two items, suggested or not."""
    found = adapter.explain(need, offer)
    mark = lowerings.of(need, [offer.pk])[offer.pk]
    return found.lowered(mark.points, mark.reasons)


def count_offers_for(*, need: Need, at: datetime) -> int:
    """Return how many offers would be worth talking to, at most 100: for the need clinic.

    Without an index nothing can be said: 0.
    """
    try:
        return adapter.count_alike(need, at=at, floor=WORTH_TALKING)
    except adapter.IndexMissing:
        return 0


def published_rules() -> dict[str, float]:
    """Return the parts of a score and the most points each can give."""
    return adapter.published_weights()

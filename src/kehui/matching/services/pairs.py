"""Explain any pair, count what would fit, publish the rule."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.market.models import Need, Offer
from kehui.matching import adapter
from kehui.matching.adapter import Comparison
from kehui.matching.selectors import lowerings

WORTH_TALKING: Final = 55.0  # 可谈
SHOWN: Final = 10


class IndexNotReady(Refused):
    code = "INDEX_NOT_READY"
    message = _("匹配索引正在准备，请几秒后再试。")
    message_en = "The matching index is being prepared. Please try again in a few seconds."
    status = 503
    retry_after_seconds = 5


def compare_pair(*, need: Need, offer: Offer, at: datetime) -> Comparison:
    """Return why a pair scores as it does and where it stands; works for any two items.

    Raises:
        IndexNotReady: there is no index yet; a job builds it.
    """
    try:
        compared = adapter.compare(need, offer, k=SHOWN, at=at)
    except adapter.IndexMissing as missing:
        raise IndexNotReady from missing
    mark = lowerings.of(need, [offer.pk])[offer.pk]
    return replace(compared, found=compared.found.lowered(mark.points, mark.reasons))


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


def published_order() -> str:
    """Return the version of the ranker that orders matches, "" when the score does."""
    return adapter.order_in_force().version

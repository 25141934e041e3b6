"""Match a need that is no row: from a file, for a trial."""

from collections.abc import Sequence
from datetime import datetime

from kehui.core import dates
from kehui.engines import matching as engine
from kehui.market.models import Indicator, Need
from kehui.matching.adapter import questions
from kehui.matching.adapter.held import index
from kehui.matching.adapter.listings import listing_of, listing_of_unsaved
from kehui.matching.adapter.questions import Found
from kehui.matching.selectors import listings


def suggest_unsaved(
    need: Need, *, indicators: Sequence[Indicator], k: int, at: datetime
) -> list[Found]:
    """Return the best offers for the need, each with its whole argument, the best first."""
    held = index()
    mine = listing_of_unsaved(need, indicators)
    today = dates.day_of(at).toordinal()
    scored = engine.match(held, mine, k=k, today=today)
    rows = listings.by_number([each.id for each in scored])
    found = []
    for each in scored:
        if each.id in rows:
            offer = listing_of(rows[each.id])
            explanation = engine.explain(mine, offer, index=held, today=today)
            found.append(questions._found(each.id, mine, offer, explanation))  # noqa: SLF001
    return found

"""What the clock ends: deals in which nobody spoke any more, quotes past their day."""

from datetime import datetime
from typing import Final

from django.db import transaction

from kehui.core import dates
from kehui.deals import selectors
from kehui.deals.models import QuoteState, graph
from kehui.deals.models.quotes import Quote
from kehui.deals.services import moves, quotes

AT_A_TIME: Final = 500


@transaction.atomic
def end_overdue(*, at: datetime) -> int:
    """End what has had its time, at most 500 of each; return how many. Two clocks share the work.

    The job calls again until nothing is left.
    """
    today = dates.day_of(at)
    late = selectors.overdue(today=today).select_for_update(
        of=("self",), no_key=True, skip_locked=True
    )
    ended = 0
    for deal in late.select_related("need", "offer")[:AT_A_TIME]:
        name = next(
            each.name for each in graph(moves.GRAPH).from_state(deal.state) if "clock" in each.by
        )
        moves.make(deal, name, None, at=at)
        ended += 1
    stale = Quote.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state=QuoteState.SENT, valid_until__lt=today
    )
    for quote in stale.select_related("deal")[:AT_A_TIME]:
        quotes.move(quote, "expire", None, at=at)
        ended += 1
    return ended

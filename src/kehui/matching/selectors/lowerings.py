"""What refusals cost: an item until it is edited, or one pair for good."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db.models import F, Q

from kehui.market.models import Item, Side
from kehui.matching.models import Feedback, Reason, Suggestion

UNTIL_EDITED: Final = (Reason.R02, Reason.R03, Reason.R04)
POINTS_EACH: Final = 3
MOST_POINTS: Final = 12
PAIR_POINTS: Final = 25


class Mark(NamedTuple):
    """Points taken from a pair, never above 0, and the reasons that took them."""

    points: int
    reasons: tuple[str, ...]


NO_MARK: Final = Mark(0, ())


def of(item: Item, others: Sequence[int]) -> dict[int, Mark]:
    """Return the mark of each counterpart of this item.

    R02 to R04 said of a counterpart's present revision cost 3 points each, 12 at most, with
    everybody. A pair that was declined, for whatever reason, costs 25 points, here only.
    """
    about = Side.OFFER if item.side == Side.NEED else Side.NEED
    counts: Counter[int] = Counter()
    reasons: dict[int, set[str]] = {}
    said = Feedback.objects.filter(
        side=item.side,
        reason__in=UNTIL_EDITED,
        revision=F(f"suggestion__{about}__revision"),
        **{f"suggestion__{about}__in": others},
    ).values_list(f"suggestion__{about}", "reason")
    for other, reason in said:
        counts[other] += POINTS_EACH
        reasons.setdefault(other, set()).add(reason)
    declined = Q(need_answer=Suggestion.Answer.DECLINED) | Q(
        offer_answer=Suggestion.Answer.DECLINED
    )
    pairs = Suggestion.objects.filter(declined, **{item.side: item.pk})
    refused = set(pairs.values_list(f"{about}_id", flat=True))
    return {
        other: _mark(min(counts[other], MOST_POINTS), reasons.get(other, set()), other in refused)
        for other in others
    }


def _mark(points: int, reasons: set[str], is_refused: bool) -> Mark:  # noqa: FBT001
    if is_refused:
        return Mark(-(points + PAIR_POINTS), (*sorted(reasons), "PAIR"))
    return Mark(-points, tuple(sorted(reasons))) if points else NO_MARK

"""What refusals cost: an item until it is edited, or one pair for good."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from django.db.models import Q

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


def of(item: Item, others: Sequence[int]) -> dict[int, Mark]:
    """Return the mark of the item with each counterpart: the same from both sides.

    R02 to R04 said of the present revision of either cost 3 points each, 12 at most for one item,
    with everybody; of each pair only a side's last word counts. A pair that was declined, for
    whatever reason, costs 25 points, here only.
    """
    side = Side(item.side)
    about = Side.OFFER if side == Side.NEED else Side.NEED
    theirs, mine = _reasons_against(about, others), _reasons_against(side, [item.pk])[item.pk]
    declined = Q(need_answer=Suggestion.Answer.DECLINED) | Q(
        offer_answer=Suggestion.Answer.DECLINED
    )
    pairs = Suggestion.objects.filter(declined, **{side: item.pk})
    refused = set(pairs.values_list(f"{about}_id", flat=True))
    return {other: _mark(mine, theirs[other], is_refused=other in refused) for other in others}


def touched(numbers: Collection[int]) -> set[int]:
    """Return those of these items in whose marks a refusal may stand; few, as most have none."""
    pairs = Suggestion.objects.filter(Q(need__in=numbers) | Q(offer__in=numbers)).filter(
        Q(need_answer=Suggestion.Answer.DECLINED)
        | Q(offer_answer=Suggestion.Answer.DECLINED)
        | Q(feedback__reason__in=UNTIL_EDITED)
    )
    return {number for pair in pairs.values_list("need", "offer") for number in pair}


def _reasons_against(side: Side, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Return the lasting reasons that the other side gives against these items of one side."""
    speaker = Side.NEED if side == Side.OFFER else Side.OFFER
    last_words = (
        Feedback.objects.filter(side=speaker, **{f"suggestion__{side}__in": numbers})
        .order_by("suggestion", "-at", "-pk")
        .distinct("suggestion")
        .values_list(f"suggestion__{side}", "reason", "revision", f"suggestion__{side}__revision")
    )
    found: dict[int, list[str]] = {number: [] for number in numbers}
    for number, reason, revision, present in last_words:
        if reason in UNTIL_EDITED and revision == present:
            found[number].append(reason)
    return found


def _mark(mine: Sequence[str], theirs: Sequence[str], *, is_refused: bool) -> Mark:
    points = sum(min(MOST_POINTS, POINTS_EACH * len(each)) for each in (mine, theirs))
    reasons = tuple(sorted({*mine, *theirs}))
    if is_refused:
        return Mark(-(points + PAIR_POINTS), (*reasons, "PAIR"))
    return Mark(-points, reasons)

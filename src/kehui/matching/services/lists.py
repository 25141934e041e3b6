"""Keep an item's list as rows: what was argued, whom it lets go, and who hears of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _now

from kehui.market.models import Item, Need, Offer, Side, State
from kehui.matching import adapter
from kehui.matching.adapter import Found
from kehui.matching.models import Suggestion
from kehui.matching.selectors import lowerings
from kehui.notices import services as notices
from kehui.notices.models import Notice

WORTH_TELLING: Final = 70  # 较契合
ARGUED_ANEW: Final = (
    "score", "order", "parts", "explanation", "features", "engine", "ranker", "made_at",
)  # fmt: skip


def keep(
    item: Offer | Need, found: Sequence[Found], *, at: datetime, **directions: bool
) -> list[Suggestion]:
    marks = lowerings.of(item, [each.other for each in found])
    lowered = [each.lowered(*marks[each.other]) for each in found]
    rows = [
        Suggestion(
            **_pair(item, each.other),
            score=each.score,
            order=each.order,
            parts=each.parts,
            explanation=each.explanation,
            features=each.features,
            engine=adapter.version(each.explanation["encoder"]),
            ranker=each.ranker,
            made_at=at,
            **directions,
        )
        for each in sorted(lowered, key=lambda one: (-one.order, one.other))
    ]
    return Suggestion.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["need", "offer"],
        update_fields=[*ARGUED_ANEW, *directions],
    )


def whole(item: Item) -> Offer | Need:
    """Return the item as the offer or the need that it is."""
    if item.side == Side.NEED:
        return Need.objects.prefetch_related("indicators").get(pk=item.pk)
    return Offer.objects.select_related("studio").get(pk=item.pk)


def let_go(
    item: Offer | Need, direction: str, kept: Iterable[int], *, is_whole: bool = True
) -> list[int]:
    """Drop what no direction finds any more; return the counterparts that stay all the same.

    `kept` are the suggestions that this direction finds. What only a part of the index says drops
    nothing.
    """
    mine = Suggestion.objects.filter(**{item.side: item.pk}).exclude(pk__in=list(kept))
    if is_whole:
        mine.filter(**{direction: True}).update(**{direction: False})
        unanswered = Q(need_answer="", offer_answer="", interests=None)
        mine.filter(unanswered, from_need=False, from_offer=False).delete()
    other = "offer" if item.side == Side.NEED else "need"
    return list(mine.order_by(other).values_list(other, flat=True))


def _pair(item: Offer | Need, other: int) -> dict[str, Any]:
    if item.side == Side.NEED:
        return {"need_id": item.pk, "offer_id": other}
    return {"need_id": other, "offer_id": item.pk}


def tell(item: Offer | Need, kept: list[Suggestion], *, at: datetime) -> None:
    good = [each for each in kept if each.score >= WORTH_TELLING]
    if item.state != State.PUBLISHED or not good:
        return
    notices.send(
        person=item.holder,
        reason=Notice.Reason.MATCH,
        title=_now("“%(title)s”有 %(count)d 个较契合的匹配")
        % {"title": item.title, "count": len(good)},
        body="",
        link=f"/{item.side}s/{item.pk}/",
        key=f"match:{item.pk}:{item.revision}",
        at=at,
    )
    if item.side == Side.NEED:
        for each in good:
            _tell_offerer(each, at=at)


def _tell_offerer(suggestion: Suggestion, *, at: datetime) -> None:
    offer = suggestion.offer
    notices.send(
        person=offer.holder,
        reason=Notice.Reason.MATCH,
        title=_now("有一条需求和“%s”对得上") % offer.title,
        body=suggestion.need.title,
        link=f"/offers/{offer.pk}/",
        key=f"match:{suggestion.need_id}:{suggestion.offer_id}",
        at=at,
    )

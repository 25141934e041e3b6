"""Make the rows of some items stand by the lists of a full match, and argue only what changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from kehui.ledger.services import record
from kehui.market.models import Item, Need, Offer, Side, State
from kehui.matching import adapter
from kehui.matching.facts import ItemMatched
from kehui.matching.models import Suggestion
from kehui.matching.selectors import listings, lowerings, rows
from kehui.matching.selectors.lowerings import Mark
from kehui.matching.selectors.rows import Row
from kehui.matching.services import embedding, lists, runs

# Every new snapshot counts the words anew, which moves every score a little: an argument that was
# right yesterday is not made again for fewer points than these. The order always follows.
DRIFT: Final = 0.1
STILL: Final = 1e-7  # features are kept to nine decimals
UNMARKED: Final = Mark(0, ())

Members = list[tuple[Offer | Need, dict[int, float]]]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An item's list as it has to be: counterparts with their order values, best first."""

    item: Offer | Need
    members: Mapping[int, float]
    order: adapter.Order
    engines: tuple[str, ...]
    is_touched: bool  # refusals may have taken points

    @property
    def direction(self) -> str:
        return f"from_{self.item.side}"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What has to be done for rows to stand: pairs to argue, a list to widen or to clear."""

    anew: list[int]  # members
    stale: list[int]  # others that stay, argued from what is not so any more
    is_other: bool  # the list holds somebody else, or lacks somebody
    moved: dict[int, float]  # order values by row

    def __bool__(self) -> bool:
        return bool(self.anew or self.stale or self.is_other)


def bring(numbers: Sequence[int], partners: adapter.Partners, *, at: datetime) -> int:
    """Make the rows of these items what `match_item` would make them; return how many were changed.

    Each item commits by itself, and one whose rows stand is left alone: whoever is cut off begins
    anew and finds done what was done.
    """
    found = listings.by_number(list(numbers))
    items = [found[each] for each in numbers if each in found]
    known, alone = _known([each for each in items if each.state == State.PUBLISHED], partners, at)
    kept = {
        number: mine
        for side in Side
        for number, mine in rows.of_items(
            side, [item.pk for item, _ in known if item.side == side]
        ).items()
    }
    moved: dict[int, float] = {}
    changed = 0
    for wanted in _wanted(known, kept):
        difference = _difference(wanted, kept.get(wanted.item.pk, {}))
        moved |= difference.moved
        changed += bool(difference) and _bring(wanted, at=at)
    Suggestion.objects.bulk_update(
        [Suggestion(pk=number, order=order) for number, order in sorted(moved.items())], ["order"]
    )
    for item in alone:
        embedding.embed_ahead(item, at=at)
        runs.match_item(item=item, at=at)
    return changed + len(alone)


def _known(
    items: Sequence[Offer | Need], partners: adapter.Partners, at: datetime
) -> tuple[Members, list[Offer | Need]]:
    """Return whom the items are suggested, and the items that must ask by themselves."""
    known: Members = []
    alone: list[Offer | Need] = []
    for item in items:
        line = partners.of(item.pk)
        if line is None:
            alone.append(item)
            continue
        members = adapter.members(item, line, k=runs.KEPT, of=partners.k, at=at)
        if members is None:
            alone.append(item)
        else:
            known.append((item, members))
    return known, alone


def _wanted(known: Members, kept: Mapping[int, Mapping[int, Row]]) -> Iterator[Wanted]:
    """Give the lists as they have to be."""
    order = adapter.order_in_force()
    engines = adapter.version(), adapter.version(adapter.no_name())
    numbers = {item.pk: {item.pk, *members, *kept.get(item.pk, ())} for item, members in known}
    touched = lowerings.touched(set().union(*numbers.values()))
    for item, members in known:
        is_touched = not touched.isdisjoint(numbers[item.pk])
        yield Wanted(
            item=item, members=members, order=order, engines=engines, is_touched=is_touched
        )


def _difference(wanted: Wanted, kept: Mapping[int, Row]) -> Difference:
    members = wanted.members
    marks = (
        lowerings.of(wanted.item, [*members, *(each for each in kept if each not in members)])
        if wanted.is_touched
        else {}
    )
    anew, moved = [], dict[int, float]()
    for place, (number, value) in enumerate(members.items()):
        row, mark = kept.get(number), marks.get(number, UNMARKED)
        order = max(0.0, value + mark.points)
        if row is None or not _stands(wanted, row, mark) or not _is_told(wanted, row, place, value):
            anew.append(number)
        elif abs(row.order - order) > STILL:
            moved[row.pk] = order
    return Difference(
        anew=anew,
        stale=[
            number
            for number, row in sorted(kept.items())
            if number not in members and not _stands(wanted, row, marks.get(number, UNMARKED))
        ],
        is_other={number for number, row in kept.items() if row.is_listed} != members.keys(),
        moved=moved,
    )


def _is_told(wanted: Wanted, row: Row, place: int, value: float) -> bool:
    """Say whether a member's argument is right within the drift, with quotations at the top."""
    drift = abs(wanted.order.value_of(row.features) - value)
    return drift <= DRIFT and not (row.is_brief and place < adapter.ARGUED)


def _stands(wanted: Wanted, row: Row, mark: Mark) -> bool:
    """Say whether a pair was argued from what both say now, by what argues and orders now."""
    return (
        row.engine in wanted.engines
        and row.ranker == wanted.order.version
        and row.made_at >= max(wanted.item.changed_at, row.changed_at)
        and row.points == mark.points
    )


@transaction.atomic
def _bring(wanted: Wanted, *, at: datetime) -> bool:
    """Make the item's rows stand; False when it was changed meanwhile: a promise serves it then."""
    item, direction = wanted.item, wanted.direction
    if not Item.objects.filter(
        pk=item.pk, changed_at=item.changed_at, state=State.PUBLISHED
    ).exists():
        return False
    side = Side(item.side)
    kept = rows.of_items(side, [item.pk]).get(item.pk, {})  # as they are in this transaction
    difference = _difference(wanted, kept)
    numbers = list(wanted.members)
    made = lists.keep(
        item,
        adapter.argue_members(item, numbers, difference.anew, at=at),
        at=at,
        **{direction: True},
    )
    staying = [kept[each].pk for each in numbers if each in kept and each not in difference.anew]
    Suggestion.objects.filter(pk__in=staying, **{direction: False}).update(**{direction: True})
    mine = {*staying, *(each.pk for each in made)}
    remaining = lists.let_go(item, direction, mine)
    stale = [each for each in remaining if each in difference.stale]
    lists.keep(item, adapter.argue(item, stale, at=at), at=at)
    record(
        ItemMatched(
            item=item.pk, revision=item.revision, found=len(mine), engine=adapter.version()
        ),
        actor=None,
        at=at,
    )
    good = Suggestion.objects.filter(pk__in=mine).select_related("need", "offer")
    lists.tell(item, list(good.order_by("-order", "pk")), at=at)
    return True

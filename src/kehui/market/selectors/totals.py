"""How many items there are, by side, line, kind, state and place, as of a day (供需总量).

Computed from the rows each time; nobody can type a figure in. Only what the rules count is counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from kehui.core import dates, regions
from kehui.market.models import LINE_OF, Item, NeedKind, OfferKind, ServiceLine, Side, State
from kehui.market.models.codes import Bucket

COUNTED_STATES: Final = (State.PUBLISHED, State.CLOSED, State.EXPIRED, State.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Total:
    """One row of the table: so many items of this kind, in this state, in this place."""

    side: str
    line: str
    kind: str
    region: str
    state: str
    count: int

    @property
    def side_label(self) -> str:
        return str(Side(self.side).label)

    @property
    def line_label(self) -> str:
        return str(ServiceLine(self.line).label)

    @property
    def kind_label(self) -> str:
        kinds = OfferKind if self.side == Side.OFFER else NeedKind
        return str(kinds(self.kind).label)

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def region_name(self) -> str:
        return regions.name_of(self.region)


def counted(*, as_of: date, side: str = "", kind: str = "", region: str = "") -> QuerySet[Item]:
    """Return every item that had been published by the end of the day, with its state that day.

    A withdrawal leaves no instant of its own on the row, so an item that is withdrawn now counts
    as withdrawn from its last change on.
    """
    end = dates.end_of(as_of)
    items = Item.objects.filter(published_at__lt=end, bucket=Bucket.COUNTED)
    if side:
        items = items.filter(side=side)
    if kind:
        items = items.filter(kind=kind)
    if region:
        items = items.filter(region__in=regions.within(region))
    was_withdrawn = Q(state=State.WITHDRAWN, changed_at__lt=end)
    return items.annotate(
        state_then=Case(
            When(closed_at__lt=end, then=Value(State.CLOSED.value)),
            When(was_withdrawn, then=Value(State.WITHDRAWN.value)),
            When(valid_until__lt=as_of, then=Value(State.EXPIRED.value)),
            default=Value(State.PUBLISHED.value),
            output_field=CharField(),
        )
    )


def totals(
    *, as_of: date, side: str = "", kind: str = "", region: str = "", state: str = ""
) -> list[Total]:
    """Return the counts by side, line, kind, place and state, in this order; one query.

    The place of an item is shown by the part of `region` that it lies in: of a province its
    cities, of a city its counties. Their counts add up to the headline.
    """
    items = counted(as_of=as_of, side=side, kind=kind, region=region)
    rows = (
        items.order_by()
        .values("side", "kind", "region_id", then=F("state_then"))
        .annotate(count=Count("pk"))
    )
    sums: dict[tuple[str, str, str, str], int] = {}
    for row in rows:
        if state not in ("", row["then"]):
            continue
        part = _part(row["region_id"], of=region)
        key = (row["side"], row["kind"], part, row["then"])
        sums[key] = sums.get(key, 0) + row["count"]
    made = (
        Total(
            side=each_side, line=LINE_OF[each_kind], kind=each_kind, region=part, state=then,
            count=count,
        )
        for (each_side, each_kind, part, then), count in sums.items()
    )  # fmt: skip
    return sorted(made, key=lambda each: (each.side, each.line, each.kind, each.region, each.state))


def _part(place: str, *, of: str) -> str:
    """Return the place directly below `of` in which the item lies; at the top, its city.

    A place that was abolished into `of`, or a park that only touches it, stands for itself.
    """
    line = regions.line(place)
    if of in line:
        return line[min(line.index(of) + 1, len(line) - 1)]
    return place if of else line[min(1, len(line) - 1)]


def headline(rows: Iterable[Total]) -> int:
    return sum(row.count for row in rows)


def summed(rows: Iterable[Total], *names: str) -> list[tuple[tuple[str, ...], int]]:
    """Add the rows up by these fields, in the order in which they come."""
    sums: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(str(getattr(row, name)) for name in names)
        sums[key] = sums.get(key, 0) + row.count
    return list(sums.items())

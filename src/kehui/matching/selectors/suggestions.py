"""Questions about suggestions and runs."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
)

from kehui.market.models import Item, Side, State
from kehui.market.selectors.items import own_items
from kehui.matching.models import Feedback, Interest, MatchRun, Suggestion
from kehui.matching.selectors import conflicts, standing
from kehui.people.models import Person

IN_BULK = "bulk"
COUNTERPART_OPEN = {
    Side.NEED: Q(offer__state=State.PUBLISHED),
    Side.OFFER: Q(need__state=State.PUBLISHED),
}

COUNTERPART = {
    Side.NEED: (
        "offer__studio__person__employer",
        "offer__studio__team__lead",
        "offer__studio__team__host",
        "offer__studio__organization",
    ),
    Side.OFFER: ("need__organization", "need__holder"),
}


def suggested_for(item: Item, *, today: date) -> QuerySet[Suggestion]:
    """Return the item's suggestions whose other side is published now, in the order shown.

    Left out are parties with a common interest, whatever was matched before it was known.
    """
    side = Side(item.side)
    other = "offer" if side == Side.NEED else "need"
    found = (
        Suggestion.objects.filter(COUNTERPART_OPEN[side], **{side.value: item.pk})
        .exclude(conflicts.against(item, f"{other}__"))
        .annotate(
            is_asked=Exists(Interest.objects.filter(need=OuterRef("need"), offer=OuterRef("offer")))
        )
    )
    return standing.placed(found, today=today) if side == Side.NEED else standing.unmoved(found)


def with_counterparts(found: QuerySet[Suggestion], item: Item, *, most: int) -> list[Suggestion]:
    """Return the first of the item's suggestions with their places and who stands behind them."""
    side = Side(item.side)
    rows = list(standing.with_places(found).select_related(*COUNTERPART[side])[:most])
    for each in rows:
        setattr(each, side.value, item)
    return rows


def kind_counts(found: QuerySet[Suggestion], item: Item) -> dict[str, int]:
    """Return how many of the item's suggestions there are of each kind of counterpart."""
    other = Side.OFFER if item.side == Side.NEED else Side.NEED
    field = f"{other.value}__kind"
    rows = found.order_by().values(field).annotate(n=Count("pk"))
    return {row[field]: row["n"] for row in rows}


def counts_of(items: Iterable[Item]) -> dict[int, int]:
    """Return how many suggestions each of the items has; those without any are left out."""
    counts: dict[int, int] = {}
    numbers = [each.pk for each in items]
    for side, is_open in COUNTERPART_OPEN.items():
        rows = Suggestion.objects.filter(is_open, **{f"{side.value}__in": numbers})
        for row in rows.order_by().values(side.value).annotate(n=Count("pk")):
            counts[row[side.value]] = row["n"]
    return counts


def answerable_by(person: Person, *, today: date) -> QuerySet[Suggestion]:
    """Return the pairs of which the person holds a side."""
    mine = own_items(person, today=today).order_by().values("pk")
    return Suggestion.objects.filter(Q(need__in=mine) | Q(offer__in=mine)).select_related(
        "need__organization", "offer__organization", "need__holder", "offer__holder"
    )


def due_runs(at: datetime) -> QuerySet[MatchRun]:
    """Return the promises to be kept by now, the oldest first; one that failed has to wait.

    Somebody looks at what was just written: promises made in bulk come after all of those.
    """
    due = MatchRun.objects.filter(state=MatchRun.State.PENDING, requested_at__lte=at)
    in_bulk = ExpressionWrapper(Q(trigger=IN_BULK), output_field=BooleanField())
    return due.order_by(in_bulk, "requested_at", "pk")


def is_waiting(item: Item) -> bool:
    """Say whether a promised match of the item has not been kept yet."""
    return MatchRun.objects.filter(item=item, state=MatchRun.State.PENDING).exists()


def missed_share(item: Item) -> float:
    """Return the share (0..1) of the other side that the item's last match could not look at."""
    runs = MatchRun.objects.filter(item=item, missed_share__gt=0)
    return runs.order_by("-pk").values_list("missed_share", flat=True).first() or 0.0


def declined_totals(item: Item) -> dict[str, int]:
    """Return how often each reason was given against the item: what its author may read."""
    speaker = Side.OFFER if item.side == Side.NEED else Side.NEED
    rows = (
        Feedback.objects.filter(**{f"suggestion__{item.side}": item.pk}, side=speaker)
        .exclude(reason="")
        .order_by("reason")
        .values("reason")
        .annotate(n=Count("pk"))
    )
    return {row["reason"]: row["n"] for row in rows}

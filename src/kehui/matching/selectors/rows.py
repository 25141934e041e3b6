"""The rows behind lists: whom an item is suggested, and what each argument was made from."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q

from kehui.market.models import Side
from kehui.matching.models import Suggestion


class Row(NamedTuple):
    """A suggestion as it stands, without its texts."""

    pk: int
    item: int
    other: int
    order: float
    features: Mapping[str, float]
    parts: list[dict[str, Any]]
    engine: str
    ranker: str
    made_at: datetime
    changed_at: datetime  # of the counterpart
    is_listed: bool  # found from the item's side
    quotes_nothing: bool | None

    @property
    def is_brief(self) -> bool:
        """Say whether nothing is quoted though the texts have words in common."""
        return bool(self.quotes_nothing) and self.features.get("lexical", 0.0) > 0

    @property
    def points(self) -> int:
        """Return the points that refusals took, 0 or less."""
        return sum(part.get("points", 0) for part in self.parts)


def of_items(side: Side, numbers: Collection[int]) -> dict[int, dict[int, Row]]:
    """Return the suggestions of items of one side: by item, by counterpart."""
    other = Side.OFFER if side == Side.NEED else Side.NEED
    rows = Suggestion.objects.filter(**{f"{side}__in": numbers}).values_list(
        "pk",
        side.value,
        other.value,
        "order",
        "features",
        "parts",
        "engine",
        "ranker",
        "made_at",
        f"{other}__changed_at",
        f"from_{side}",
        ExpressionWrapper(Q(explanation__passages=[]), output_field=BooleanField()),
    )
    found: dict[int, dict[int, Row]] = defaultdict(dict)
    for row in map(Row._make, rows.iterator(5000)):
        found[row.item][row.other] = row
    return found

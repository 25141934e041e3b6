"""What repeats what among the open items, as the last night found it (查重)."""

from typing import NamedTuple

from django.db.models import Count, Q

from kehui.market.models import Item, Repeat
from kehui.market.selectors.doubles import OPEN


class Cluster(NamedTuple):
    first: Item
    repeats: list[Repeat]  # the closest first

    @property
    def holders(self) -> int:
        """Count the persons and organizations behind it."""
        items = [self.first, *(repeat.item for repeat in self.repeats)]
        return len({(each.organization_id, not each.organization_id and each.holder_id)
                    for each in items})  # fmt: skip


def largest_clusters(*, limit: int) -> list[Cluster]:
    """Return the items that are repeated most often by items still open, and what repeats them."""
    still = Q(repeated_by__item__state__in=OPEN)
    firsts = (
        Item.objects.filter(state__in=OPEN)
        .annotate(times=Count("repeated_by", filter=still))
        .filter(times__gt=0)
        .order_by("-times", "pk")[:limit]
    )
    repeats: dict[int, list[Repeat]] = {first.pk: [] for first in firsts}
    rows = Repeat.objects.filter(first__in=repeats, item__state__in=OPEN).select_related("item")
    for row in rows.order_by("-share", "pk"):
        repeats[row.first_id].append(row)
    return [Cluster(first, repeats[first.pk]) for first in firsts]

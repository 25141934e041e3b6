"""Items that say nearly the same (查重): looked for while somebody writes, and at submission."""

from typing import Final, NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q

from kehui.engines.text import resemblance, signature
from kehui.market.models import Item, State

OPEN: Final = (State.SUBMITTED, State.ON_HOLD, State.PUBLISHED)
LOOKED_AT: Final = 20
TITLE_ALIKE: Final = 0.3  # the default of pg_trgm, so that its index serves
SAME: Final = 0.8


class Double(NamedTuple):
    item: int
    title: str
    share: float  # estimated Jaccard resemblance of the character 3-grams, 0..1
    is_own: bool


def doubles_of(item: Item) -> list[Double]:
    """Return open items of the same side that nearly repeat this one, the closest first.

    Candidates come from the trigram index of titles and from the author's own shelf; the verdict
    from the whole text.
    """
    if not item.title or not item.description:
        return []
    others = Item.objects.filter(side=item.side, state__in=OPEN).exclude(pk=item.pk)
    own = Q(holder_id=item.holder_id)
    if item.organization_id:
        own |= Q(organization_id=item.organization_id)
    alike = (
        others.filter(title__trigram_similar=item.title)
        .annotate(alike=TrigramSimilarity("title", item.title))
        .order_by("-alike", "pk")[:LOOKED_AT]
    )
    mine = signature(_text(item))
    found = {}
    for other in [*alike, *others.filter(own).order_by("-pk")[:LOOKED_AT]]:
        share = resemblance(mine, signature(_text(other)))
        if share >= SAME:
            is_own = other.holder_id == item.holder_id or (
                item.organization_id is not None and other.organization_id == item.organization_id
            )
            found[other.pk] = Double(other.pk, other.title, share, is_own)
    return sorted(found.values(), key=lambda double: (-double.share, double.item))


def _text(item: Item) -> str:
    return f"{item.title}\n{item.description}"

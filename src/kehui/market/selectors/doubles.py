"""Items that say nearly the same (查重): looked for while somebody writes, and at submission.

The trigrams of PostgreSQL (pg_trgm) know no Chinese under our locale: it takes every ideograph for
a space. So an item keeps 32 hashes of its MinHash signature, and two items that resemble each other
share at least one of them almost surely: 99.99 % at a resemblance of 0.7, 1 % at 0.13.

Source: Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4 (banding).
"""

from typing import Final, NamedTuple

import numpy as np
from django.db.models import Q

from kehui.engines.text import Signature, resemblance, signature
from kehui.market.models import Item, State

OPEN: Final = (State.SUBMITTED, State.ON_HOLD, State.PUBLISHED)
LOOKED_AT: Final = 40
SAME: Final = 0.8
BANDS: Final = 32
_FACTOR: Final = np.uint64(6_364_136_223_846_793_005)
_HIGH: Final = np.uint64(33)


class Double(NamedTuple):
    item: int
    title: str
    share: float  # estimated Jaccard resemblance of the character 3-grams, 0..1
    is_own: bool


def doubles_of(item: Item) -> list[Double]:
    """Return open items of the same side that nearly repeat this one, the closest first.

    Candidates come from the shared bands and from the author's own shelf; the verdict from the
    whole text.
    """
    if not item.title or not item.description:
        return []
    mine = signature(_text(item))
    others = Item.objects.filter(side=item.side, state__in=OPEN).exclude(pk=item.pk)
    own = Q(holder_id=item.holder_id)
    if item.organization_id:
        own |= Q(organization_id=item.organization_id)
    alike = others.filter(bands__overlap=_bands(mine)).order_by("pk")[:LOOKED_AT]
    found = {}
    for other in [*alike, *others.filter(own).order_by("-pk")[:LOOKED_AT]]:
        share = resemblance(mine, signature(_text(other)))
        if share >= SAME:
            is_own = other.holder_id == item.holder_id or (
                item.organization_id is not None and other.organization_id == item.organization_id
            )
            found[other.pk] = Double(other.pk, other.title, share, is_own)
    return sorted(found.values(), key=lambda double: (-double.share, double.item))


def bands_of(item: Item) -> list[int]:
    """Return what the item keeps so that others find it."""
    return _bands(signature(_text(item)))


def _bands(of: Signature) -> list[int]:
    """Return one number of 31 bits for every four minima."""
    rows = of.reshape(BANDS, -1)
    keys = np.arange(BANDS, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in rows.T:
            keys = (keys ^ column) * _FACTOR + np.uint64(1)
    return [int(key) for key in keys >> _HIGH]


def _text(item: Item) -> str:
    return f"{item.title}\n{item.description}"

"""Items that say nearly the same (查重): looked for while somebody writes, and at submission.

The trigrams of PostgreSQL (pg_trgm) know no Chinese under our locale: it takes every ideograph for
a space. So an item keeps numbers of its text under which it meets others (`engines.doubles.keys`),
and the verdict is counted from the texts themselves. docs/algorithms/duplicates.md
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from django.db import connection
from django.db.models import Q, QuerySet

from kehui.engines.doubles import Likeness, Texts, keys_of, likeness, read, without
from kehui.market.models import Item, State, StockSentence

OPEN: Final = (State.SUBMITTED, State.ON_HOLD, State.PUBLISHED)
RANKED: Final = 400
LOOKED_AT: Final = 40
# All that meet are asked for, so the planner uses the index; only the first are fetched, so a
# text that stands there 10,000 times takes no longer. Of those, the ones that meet most often.
_MEETING: Final = """
    WITH meeting AS MATERIALIZED ({others}),
    first_met AS MATERIALIZED (SELECT id, bands FROM meeting LIMIT %s)
    SELECT id FROM first_met
    ORDER BY (SELECT count(*) FROM unnest(bands) AS key WHERE key = ANY (%s)) DESC, id
    LIMIT %s
"""


class Double(NamedTuple):
    item: int
    title: str
    share: float  # of the character triples: resemblance, or containment of a part; 0..1
    is_own: bool
    is_part: bool = False  # one holds nearly all of the other, and more


def doubles_of(item: Item) -> list[Double]:
    """Return open items of the same side that nearly repeat this one, or a part of it.

    Own ones come first, then the closest. At most 120 are looked at.
    """
    if not item.title or not item.description:
        return []
    keys = bands_of(item)
    others = Item.objects.filter(side=item.side, state__in=OPEN).exclude(pk=item.pk)
    own = Q(holder_id=item.holder_id)
    if item.organization_id:
        own |= Q(organization_id=item.organization_id)
    ours = others.filter(own)
    numbers = {*_meeting(ours, keys), *_meeting(others, keys)}
    unread = ours.filter(bands=[]).order_by("-pk")[:LOOKED_AT]
    met = [*Item.objects.filter(pk__in=numbers), *unread]
    texts = bare_texts([text_of(item), *map(text_of, met)])
    found = [
        _double(item, other, likeness(texts[0], texts[number]))
        for number, other in enumerate(met, start=1)
    ]
    kept = [double for double in found if double is not None]
    return sorted(kept, key=lambda double: (not double.is_own, -double.share, double.item))


def bands_of(item: Item) -> list[int]:
    """Return what the item keeps so that others find it."""
    return keys_of(bare_texts([text_of(item)]))[0]


def text_of(item: Item) -> str:
    return f"{item.title}\n{item.description}"


def bare_texts(texts: Sequence[str]) -> Texts:
    """Return the texts as they are compared: bare, without the stock sentences known today."""
    sentences = read(texts)
    hashes = np.unique(sentences.hashes.view(np.int64)).tolist()
    stock = StockSentence.objects.filter(pk__in=hashes).values_list("pk", flat=True)
    return without(sentences, np.sort(np.array([*stock], np.int64).view(np.uint64)))


def _meeting(others: QuerySet[Item], keys: Sequence[int]) -> list[int]:
    """Return those of the others that share these numbers, the ones that share most first."""
    sql, values = others.filter(bands__overlap=keys).values("id", "bands").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_MEETING.format(others=sql), [*values, RANKED, [*keys], LOOKED_AT])
        return [pk for (pk,) in cursor.fetchall()]


def _double(item: Item, other: Item, found: Likeness) -> Double | None:
    if not found.is_same and not found.is_within:
        return None
    is_own = other.holder_id == item.holder_id or (
        item.organization_id is not None and other.organization_id == item.organization_id
    )
    share = found.resemblance if found.is_same else found.containment
    return Double(other.pk, other.title, share, is_own, is_part=not found.is_same)

"""Find at night which open items repeat each other, and learn what many say alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from kehui.engines.doubles import Sentences, Texts, find, joined, keys_of, learn, likeness, read
from kehui.engines.doubles import without as stripped
from kehui.market.models import Item, Repeat, Side, StockSentence
from kehui.market.selectors.doubles import OPEN, text_of

AT_A_TIME: Final = 5000


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some items of one side, as they were read."""

    side: Side
    items: list[tuple[int, datetime]]  # number, and when it last changed
    owners: list[int]
    sentences: Sentences


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a night found.

    Attributes:
        items: open items that were compared.
        repeats: those that repeat an earlier or a longer one.
        stock: sentences that many share.
        rekeyed: items whose numbers had to change, for what is stock has changed.
    """

    items: int
    repeats: int
    stock: int
    rekeyed: int


def find_doubles() -> Tally:
    """Compare all open items of each side, and keep what repeats what.

    All is read first, so memory of about 1 kB an item is needed. What others see is replaced at
    once; an interrupted run leaves yesterday's.
    """
    parts = [part for side in Side for part in _parts(side)]
    stock = learn([(part.sentences, np.array(part.owners, np.int64)) for part in parts])
    bare = [stripped(part.sentences, stock) for part in parts]
    repeats = [
        repeat
        for side in Side
        for repeat in _repeats(
            [item for part in parts if part.side == side for item, _ in part.items],
            joined([each for part, each in zip(parts, bare, strict=True) if part.side == side]),
        )
    ]
    known = {*stock.view(np.int64).tolist()}
    with transaction.atomic():
        StockSentence.objects.exclude(pk__in=known).delete()
        StockSentence.objects.bulk_create(
            [StockSentence(pk=each) for each in sorted(known)], ignore_conflicts=True
        )
        Repeat.objects.all().delete()
        Repeat.objects.bulk_create(repeats, batch_size=AT_A_TIME)
    rekeyed = sum(_rekey(part, each) for part, each in zip(parts, bare, strict=True))
    return Tally(
        items=sum(len(part.items) for part in parts),
        repeats=len(repeats),
        stock=len(known),
        rekeyed=rekeyed,
    )


def _parts(side: Side) -> Iterator[Part]:
    """Yield the open items of a side in the order of their numbers."""
    last = 0
    while chunk := [*_open(side).filter(pk__gt=last)[:AT_A_TIME]]:
        last = chunk[-1].pk
        yield Part(
            side=side,
            items=[(item.pk, item.changed_at) for item in chunk],
            # A person's and an organization's numbers may be equal: one even, one odd.
            owners=[
                2 * item.organization_id + 1 if item.organization_id else 2 * item.holder_id
                for item in chunk
            ],
            sentences=read([text_of(item) for item in chunk]),
        )


def _open(side: Side) -> QuerySet[Item]:
    fields = ("title", "description", "holder_id", "organization_id", "changed_at")
    return Item.objects.filter(side=side, state__in=OPEN).only(*fields).order_by("pk")


def _repeats(items: Sequence[int], texts: Texts) -> Iterator[Repeat]:
    """Yield a row for each item that repeats the first of its cluster, or lies within another."""
    found = find(texts)
    for number in np.flatnonzero(found.cluster != np.arange(len(texts))).tolist():
        first = int(found.cluster[number])
        share = likeness(texts[number], texts[first]).resemblance
        yield Repeat(item_id=items[number], first_id=items[first], way=Repeat.Way.SAME, share=share)
    before = -1
    for number, longer in found.within.tolist():
        if number != before:  # one long item is enough to find the others
            share = likeness(texts[number], texts[longer]).containment
            yield Repeat(
                item_id=items[number], first_id=items[longer], way=Repeat.Way.WITHIN, share=share
            )
        before = number


def _rekey(part: Part, texts: Texts) -> int:
    """Give the items the numbers of today's reading; not one that was written anew meanwhile."""
    numbers = [number for number, _ in part.items]
    kept = dict(Item.objects.filter(pk__in=numbers).values_list("pk", "bands"))
    changed = 0
    for (number, at), keys in zip(part.items, keys_of(texts), strict=True):
        if kept.get(number) != keys:
            changed += Item.objects.filter(pk=number, changed_at=at).update(bands=keys)
    return changed

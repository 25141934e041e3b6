"""Rows for the engine: what is published, and what has changed since the last snapshot."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Extract

from kehui.market.models import Item, Need, Offer, State
from kehui.matching.models import Embedding, EncoderProgress

READABLE = Q(state=State.PUBLISHED)
BYTES = 4  # of a number in a vector


def _needs() -> QuerySet[Need]:
    return Need.objects.prefetch_related("indicators")


def _offers() -> QuerySet[Offer]:
    return Offer.objects.select_related("studio")


def published() -> Iterator[Offer | Need]:
    """Give every published item once, offers first, each side in the order of its numbers."""
    offers = _offers().filter(READABLE).order_by("pk").iterator(2000)
    needs = _needs().filter(READABLE).order_by("pk").iterator(2000)
    return chain(offers, needs)


def published_count() -> int:
    return Item.objects.filter(READABLE).count()


def published_numbers() -> list[int]:
    return list(Item.objects.filter(READABLE).order_by("pk").values_list("pk", flat=True))


def changed_since(at: datetime) -> list[Offer | Need]:
    """Return every item that changed, whatever its state is now."""
    offers = _offers().filter(changed_at__gte=at).order_by("pk")
    needs = _needs().filter(changed_at__gte=at).order_by("pk")
    return [*offers, *needs]


def change_stamp(at: datetime) -> tuple[object, ...]:
    """Return something cheap that differs whenever `changed_since` would.

    The sum of the instants is there for a slow writer: its item's own clock may lie before the
    last change already seen.
    """
    changed = Item.objects.filter(changed_at__gte=at).aggregate(
        count=Count("pk"), last=Max("changed_at"), clocks=Sum(Extract("changed_at", "epoch"))
    )
    return changed["count"], changed["last"], changed["clocks"]


def by_number(numbers: list[int]) -> dict[int, Offer | Need]:
    """Return the items of these numbers, by number."""
    offers = _offers().filter(pk__in=numbers)
    needs = _needs().filter(pk__in=numbers)
    found: Iterator[Offer | Need] = chain(offers, needs)
    return {each.pk: each for each in found}


def vectors(
    encoder: str, numbers: Sequence[int] | None = None
) -> Iterator[tuple[int, bytes | memoryview]]:
    """Give the stored vectors of one encoder, of these items or of all, of texts as they stand."""
    rows = Embedding.objects.filter(encoder=encoder, revision=F("item__revision"))
    if numbers is not None:
        rows = rows.filter(item__in=numbers)
    return rows.values_list("item_id", "vector").iterator(5000)


def without_vector(encoder: str, *, limit: int) -> list[Offer | Need]:
    """Return published items whose text has no vector of this encoder at its present revision."""
    bare = READABLE & ~_made(encoder)
    offers = _offers().filter(bare).order_by("pk")[:limit]
    needs = _needs().filter(bare).order_by("pk")[:limit]
    return [*offers, *needs]


def bare_after(encoder: str, number: int, *, limit: int) -> list[Offer | Need]:
    """Return the next published items of both sides that have no vector of this encoder."""
    bare = Item.objects.filter(READABLE & ~_made(encoder), pk__gt=number).order_by("pk")
    found = by_number(list(bare.values_list("pk", flat=True)[:limit]))
    return [found[each] for each in sorted(found)]


def bare_count(encoder: str) -> int:
    """Return how many published items have no vector of this encoder."""
    return Item.objects.filter(READABLE & ~_made(encoder)).count()


def has_vector(item: Item, encoder: str) -> bool:
    """Say whether the item's text, as it stands, has a vector of this encoder."""
    made = Embedding.objects.filter(item=item.pk, encoder=encoder, revision=item.revision)
    return made.exists()


def _made(encoder: str) -> Exists:
    return Exists(
        Embedding.objects.filter(
            item=OuterRef("pk"), encoder=encoder, revision=OuterRef("revision")
        )
    )


def width_of(encoder: str) -> int:
    """Return the dimension of an encoder's vectors; 0 when nothing is known of it."""
    progress = progress_of(encoder)
    if progress is not None and progress.dimension:
        return progress.dimension
    some = Embedding.objects.filter(encoder=encoder).values_list("vector", flat=True).first()
    return len(some or b"") // BYTES


def progress_of(encoder: str) -> EncoderProgress | None:
    return EncoderProgress.objects.filter(pk=encoder).first()

"""Make and keep the vectors of what is published: at once, ahead of a match, or bit by bit."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from kehui.market.models import Need, Offer
from kehui.matching import adapter
from kehui.matching.models import Embedding, EncoderProgress
from kehui.matching.selectors import listings
from kehui.matching.services.profiles import embed_profiles

AT_A_TIME: Final = 200
PLUGGED_AT_A_TIME: Final = 20  # items between two commits: what a kill can cost
MISSING_AT_MOST: Final = 0.01  # share of items whose texts a provider may refuse and yet serve
LONGEST_ERROR: Final = 300


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one step of a plugged encoder came to. `late` are items matched without their vector."""

    made: int = 0
    refused: int = 0
    is_done: bool = False
    error: str = ""
    late: dict[int, int] = field(default_factory=dict)  # revision by item


def next_encoder() -> str:
    """Return the name of the encoder the next snapshot is of.

    It is the one asked for when it has a vector of everything, else the one that serves now, else
    what is built in: nobody's matches get worse because another model is being tried.
    """
    serving, wanted = adapter.serving_name(), adapter.wanted_name()
    if wanted is not None and (wanted == serving or _has_seen_all(wanted)):
        return wanted
    return serving or adapter.built_in_name()


def _has_seen_all(name: str) -> bool:
    if name == adapter.no_name():
        return True
    if name == adapter.built_in_name():
        return listings.bare_count(name) == 0
    progress = listings.progress_of(name)
    return progress is not None and progress.finished_at is not None


def uses_built_in() -> bool:
    """Say whether vectors of what is built in are of use: asked for, in force, or standing in."""
    built_in, serving = adapter.built_in_name(), adapter.serving_name()
    wanted = adapter.wanted_name()
    if serving is None:
        return wanted != adapter.no_name()
    return built_in in {wanted, serving}


def embed_items(*, limit: int = AT_A_TIME) -> int:
    """Make the missing vectors of what is built in, so many at a time; return how many were made.

    Items come first, persons' profiles when no item waits any more. None are made when nobody
    needs them.
    """
    if not uses_built_in():
        return 0
    made = embed(listings.without_vector(adapter.built_in_name(), limit=limit))
    return made or embed_profiles(limit=limit)


def embed_persons(*, limit: int = AT_A_TIME) -> int:
    """Make the missing vectors of persons' profiles alone; return how many were made."""
    return embed_profiles(limit=limit) if uses_built_in() else 0


def embed(items: list[Offer | Need]) -> int:
    """Store the vectors of these items' texts, of what is built in."""
    vectors = adapter.embed(items)
    _store(items, vectors, adapter.built_in_name())
    return len(vectors)


def embed_ahead(item: Offer | Need, *, at: datetime) -> bool:
    """Ask the plugged encoder in force for the item's vector; say whether it is there.

    Not inside a transaction: somebody else's machine may take its seconds. If it gives none, the
    item is matched by its words, and the worker asks again.
    """
    name = adapter.plugged_name()
    progress = listings.progress_of(name) if name and name == adapter.serving_name() else None
    if progress is None:
        return False
    if listings.has_vector(item, progress.encoder):
        return True
    try:
        vector = adapter.embed_in_a_hurry(item, dimension=progress.dimension)
    except adapter.ProviderFailed as failure:
        _note(progress.encoder, failure, at=at)
        return False
    with transaction.atomic():
        _store([item], {item.pk: vector}, progress.encoder)
        _progress(progress.encoder).update(made=F("made") + 1)
    return True


def advance(*, at: datetime, limit: int = PLUGGED_AT_A_TIME) -> Step:
    """Make the next missing vectors of the plugged encoder, and remember how far it has come.

    Vectors and cursor are stored in one transaction, so a step that is killed is a step that was
    not made. After the last item it begins again, with what was refused or has come since.
    """
    name = adapter.plugged_name()
    if name is None:
        return Step(is_done=True)
    progress, _ = EncoderProgress.objects.get_or_create(encoder=name, defaults={"started_at": at})
    try:
        if not progress.dimension:
            progress.dimension = adapter.probe()
            progress.save(update_fields=["dimension"])
        items = listings.bare_after(name, progress.cursor, limit=limit)
        if not items:
            return _finish(progress, at=at)
        made = adapter.embed_many(items, dimension=progress.dimension)
    except adapter.ProviderFailed as failure:
        _note(name, failure, at=at)
        return Step(error=str(failure))
    return _kept(name, items, made.vectors, made.refused, at=at)


def _kept(
    name: str,
    items: list[Offer | Need],
    vectors: dict[int, bytes],
    refused: dict[int, str],
    *,
    at: datetime,
) -> Step:
    is_serving = name == adapter.serving_name()
    late = {each.pk: each.revision for each in items if each.pk in vectors and is_serving}
    with transaction.atomic():
        progress = _progress(name).select_for_update().get()
        _store([each for each in items if each.pk in vectors], vectors, name)
        progress.refused = len(refused) + (progress.refused if progress.cursor else 0)
        progress.cursor = max(progress.cursor, items[-1].pk)
        progress.made += len(vectors)
        progress.error = next(iter(refused.values()), progress.error)[:LONGEST_ERROR]
        progress.caught_up_at = at if late else progress.caught_up_at
        progress.save()
    return Step(made=len(vectors), refused=len(refused), late=late)


def _finish(progress: EncoderProgress, *, at: datetime) -> Step:
    """Begin the next round; after the first good one the encoder may serve."""
    missing = listings.bare_count(progress.encoder)
    is_enough = missing <= MISSING_AT_MOST * listings.published_count()
    finished_at = progress.finished_at or (at if is_enough else None)
    refused = 0 if missing == 0 else progress.refused
    error = progress.error if missing else ""
    _progress(progress.encoder).update(
        cursor=0, finished_at=finished_at, refused=refused, error=error
    )
    return Step(is_done=True)


def forget_others(name: str) -> None:
    """Forget the vectors of encoders that neither serve nor are asked for."""
    wanted = adapter.wanted_name()
    if wanted is None:  # the settings are wrong: what they meant is not known
        return
    kept = {name, wanted}
    Embedding.objects.exclude(encoder__in=kept).delete()
    EncoderProgress.objects.exclude(encoder__in=kept).delete()


def _store(items: list[Offer | Need], vectors: dict[int, bytes], name: str) -> None:
    rows = [
        Embedding(item_id=item.pk, encoder=name, revision=item.revision, vector=vectors[item.pk])
        for item in items
    ]
    Embedding.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["item", "encoder"],
        update_fields=["revision", "vector"],
    )


def _progress(name: str) -> QuerySet[EncoderProgress]:
    return EncoderProgress.objects.filter(pk=name)


def _note(name: str, failure: adapter.ProviderFailed, *, at: datetime) -> None:
    _progress(name).update(
        failures=F("failures") + 1, error=str(failure)[:LONGEST_ERROR], failed_at=at
    )

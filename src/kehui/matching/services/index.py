"""Keep the index: vectors at publish time, snapshots when enough has changed."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.db import transaction

from kehui.market.models import Need, Offer
from kehui.matching import adapter
from kehui.matching.models import Embedding
from kehui.matching.selectors import listings
from kehui.matching.services.profiles import embed_profiles

KEPT: Final = 2  # snapshots: the one in force, and the one a slow reader may still map
MOST_CHANGES: Final = 500
OLDEST: Final = timedelta(days=1)
AT_A_TIME: Final = 200
EMBEDDED_FIRST: Final = 20_000


class Built(NamedTuple):
    offers: int
    needs: int
    persons: int
    encoder: str


def build_index(*, at: datetime, progress: Callable[[int], None] | None = None) -> Built:
    """Build a snapshot of what is published, put it in force, and drop the oldest ones.

    Vectors that are missing are made and stored first, the first 20,000 of them: the worker makes
    the others in its own time.
    """
    for _round in range(EMBEDDED_FIRST // AT_A_TIME):
        made = embed_items()
        if progress and made:
            progress(made)
        if made == 0:
            break
    manifest, persons = adapter.build(at=at, progress=progress)
    for folder in _snapshots()[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
    return Built(
        offers=manifest.offers - persons,
        needs=manifest.needs,
        persons=persons,
        encoder=f"{manifest.encoder_id} {manifest.encoder_version}",
    )


def refresh_index(*, at: datetime) -> bool:
    """Build a snapshot when none of this encoder is there, when it is old, when much changed."""
    try:
        standing = adapter.standing()
    except adapter.IndexMissing:
        build_index(at=at)
        return True
    is_young = standing.changed_since < MOST_CHANGES and at - standing.built_at < OLDEST
    if is_young and standing.encoder == adapter.encoder_name():
        embed_profiles(
            limit=AT_A_TIME
        )  # or each process would encode what changed, again and again
        return False
    build_index(at=at)
    return True


def ensure_index(*, at: datetime) -> None:
    """Build the index when there is none that can be read: it is derived, so it can be lost."""
    try:
        adapter.index()
    except adapter.IndexMissing:
        build_index(at=at)


def embed_items(*, limit: int = AT_A_TIME) -> int:
    """Make the vectors that are missing, so many at a time; return how many were made.

    Items come first, persons' profiles when no item waits any more.
    """
    made = embed(listings.without_vector(adapter.encoder_name(), limit=limit))
    return made or embed_profiles(limit=limit)


@transaction.atomic
def embed(items: list[Offer | Need]) -> int:
    """Store the vectors of these items' texts."""
    vectors = adapter.embed(items)
    rows = [
        Embedding(
            item_id=item.pk,
            encoder=adapter.encoder_name(),
            revision=item.revision,
            vector=vectors[item.pk],
        )
        for item in items
    ]
    Embedding.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["item"],
        update_fields=["encoder", "revision", "vector"],
    )
    return len(rows)


def _snapshots() -> list[Path]:
    root = Path(settings.INDEX_DIR)
    return sorted(each for each in root.glob("[0-9]*T[0-9]*") if each.is_dir())

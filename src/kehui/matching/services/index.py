"""Keep the index: snapshots when enough has changed, of an encoder whose vectors are all there."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings

from kehui.matching import adapter
from kehui.matching.selectors import listings
from kehui.matching.services import embedding

KEPT: Final = 2  # snapshots: the one in force, and the one a slow reader may still map
MOST_CHANGES: Final = 500
OLDEST: Final = timedelta(days=1)
EMBEDDED_FIRST: Final = 20_000


class Built(NamedTuple):
    offers: int
    needs: int
    persons: int
    encoder: str


def build_index(*, at: datetime, progress: Callable[[int], None] | None = None) -> Built:
    """Build a snapshot of what is published, put it in force, and drop the oldest ones.

    Vectors of what is built in that are missing are made first, the first 20,000 of them: the
    worker makes the others in its own time. The encoder that is asked for replaces the one in force
    when it has seen everything; the vectors of the other one are forgotten after that.
    """
    _make_ahead(progress)
    encoder = embedding.next_encoder()
    manifest, persons = adapter.build(encoder, at=at, progress=progress)
    embedding.forget_others(encoder)
    for folder in _snapshots()[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
    return Built(
        offers=manifest.offers - persons,
        needs=manifest.needs,
        persons=persons,
        encoder=encoder,
    )


def _make_ahead(progress: Callable[[int], None] | None = None) -> None:
    for _round in range(EMBEDDED_FIRST // embedding.AT_A_TIME):
        made = embedding.embed_items()
        if progress and made:
            progress(made)
        if made == 0:
            break


def refresh_index(*, at: datetime) -> bool:
    """Build a snapshot when there is none, when it is old, when much changed.

    And when the encoder that is asked for can take over, or one that was down has caught up.
    """
    try:
        standing = adapter.standing()
    except adapter.IndexMissing:
        build_index(at=at)
        return True
    is_young = standing.changed_since < MOST_CHANGES and at - standing.built_at < OLDEST
    if is_young and not _is_outdone(standing):
        embedding.embed_persons()  # or each process would encode what changed, again and again
        return False
    build_index(at=at)
    return True


def _is_outdone(standing: adapter.Standing) -> bool:
    """Say whether vectors are there that the snapshot in force does not hold."""
    serving = adapter.serving_name()
    if serving != adapter.wanted_name():
        _make_ahead()
        return embedding.next_encoder() != serving
    progress = listings.progress_of(serving) if serving else None
    caught_up_at = progress.caught_up_at if progress else None
    return caught_up_at is not None and caught_up_at > standing.built_at


def ensure_index(*, at: datetime) -> None:
    """Build the index when there is none that can be read: it is derived, so it can be lost."""
    try:
        adapter.index()
    except adapter.IndexMissing:
        build_index(at=at)


def _snapshots() -> list[Path]:
    root = Path(settings.INDEX_DIR)
    return sorted(each for each in root.glob("[0-9]*T[0-9]*") if each.is_dir())

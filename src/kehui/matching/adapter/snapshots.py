"""Snapshots on the disk: which one is in force, and how a new one is written."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings

from kehui.engines.matching import Listing, Manifest, UniversalSentenceEncoder, build_snapshot
from kehui.matching.adapter.cluster import force
from kehui.matching.adapter.listings import listing_of
from kehui.matching.selectors import listings

CURRENT: Final = "current"  # a file that names the folder in force
RECENT: Final = "recent.json"
ENCODER: Final = UniversalSentenceEncoder()  # loads its model at the first text
MANY: Final = 20_000  # listings from which a second process pays
MARGIN: Final = timedelta(minutes=10)  # a slow transaction may commit behind its items' own clock

Vector = np.ndarray[Any, np.dtype[np.float32]]


def encoder_name() -> str:
    return f"{ENCODER.id} {ENCODER.version}"


def current_folder() -> Path | None:
    """Return the folder of the snapshot in force."""
    pointer = Path(settings.INDEX_DIR) / CURRENT
    try:
        folder = pointer.parent / pointer.read_text("ascii").strip()
    except (OSError, ValueError):  # nothing there, or not what we wrote
        return None
    return folder if folder.is_dir() else None


def built_at(folder: Path) -> datetime:
    """Return the instant up to which a snapshot knows every item; its name says it."""
    return datetime.strptime(folder.name, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def build(*, at: datetime, progress: Callable[[int], None] | None = None) -> Manifest:
    """Write a snapshot of everything published now and put it in force; the two last ones stay."""
    root = Path(settings.INDEX_DIR)
    root.mkdir(parents=True, exist_ok=True)
    folder = root / at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
    recent: dict[int, str] = {}
    manifest = build_snapshot(
        _read(recent, since=at - MARGIN),
        folder,
        encoder=ENCODER,
        vectors=stored_vectors(),
        encode_at_most=0,
        processes=2 if listings.published_count() > MANY else 1,
        progress=progress,
    )
    (folder / RECENT).write_text(json.dumps(recent), "ascii")
    force.prepare(str(folder))
    pointer = root / f".{CURRENT}.{folder.name}"
    pointer.write_text(folder.name, "ascii")
    pointer.replace(root / CURRENT)
    return manifest


def _read(recent: dict[int, str], *, since: datetime) -> Iterator[Listing]:
    """Give every published item as a listing; note the ones changed lately, and when."""
    for item in listings.published():
        if item.changed_at >= since:
            recent[item.pk] = item.changed_at.isoformat()
        yield listing_of(item)


def known_changes(folder: Path) -> dict[int, str]:
    """Return when the items that had just changed at the time of building were changed.

    Whoever looks for changes since then looks a margin further back, and would otherwise take
    everything that was imported right before the build for new.
    """
    try:
        noted: dict[str, str] = json.loads((folder / RECENT).read_text("ascii"))
    except (OSError, ValueError):
        return {}
    return {int(item): changed_at for item, changed_at in noted.items()}


def stored_vectors(numbers: list[int] | None = None) -> Mapping[int, Vector]:
    """Return the vectors made at publish time by the encoder in force, by item."""
    rows = listings.vectors(encoder_name(), numbers)
    return {item: np.frombuffer(vector, dtype="<f4") for item, vector in rows}

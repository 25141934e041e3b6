"""Snapshots on the disk: which one is in force, and how a new one is written."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings

from kehui.engines.matching import Listing, Manifest, build_snapshot
from kehui.matching.adapter.cluster import force
from kehui.matching.adapter.encoders.force import keeper_of
from kehui.matching.adapter.listings import listing_of, listing_of_profile
from kehui.matching.models import Profile
from kehui.matching.selectors import listings, profiles

CURRENT: Final = "current"  # a file that names the folder in force
RECENT: Final = "recent.json"
PROFILES: Final = "profiles.json"
MANY: Final = 20_000  # listings from which a second process pays
MARGIN: Final = timedelta(minutes=10)  # a slow transaction may commit behind its items' own clock

Vector = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, kw_only=True)
class Known:
    """Which profiles a snapshot knows: the last edition it has read, and how many are open."""

    edition: int = 0
    persons: int = 0


class _Passing(dict[int, Vector]):
    """Vectors that are asked for once each: kept until then, so that a million do not pile up."""

    def get(self, key: int, default: Any = None) -> Any:
        return self.pop(key, default)


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


def build(
    encoder: str,
    *,
    at: datetime,
    calls: Iterable[Listing] = (),
    progress: Callable[[int], None] | None = None,
) -> tuple[Manifest, int]:
    """Write a snapshot of everything published now and put it in force; the two last ones stay.

    Its vectors are the stored ones of the encoder of this name; nothing is encoded here. `calls`
    are open calls as whoever keeps them reads them: needs of the kind CALL. Returns the manifest,
    and how many of its offers are persons.
    """
    root = Path(settings.INDEX_DIR)
    root.mkdir(parents=True, exist_ok=True)
    folder = root / at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
    recent: dict[int, str] = {}
    vectors = _Passing(stored_vectors(encoder))
    known = Known(edition=profiles.last_edition(), persons=profiles.open_count())
    manifest = build_snapshot(
        chain(_read(recent, since=at - MARGIN), _read_profiles(encoder, vectors), calls),
        folder,
        encoder=keeper_of(encoder, listings.width_of(encoder)),
        vectors=vectors,
        encode_at_most=0,
        processes=2 if listings.published_count() + known.persons > MANY else 1,
        progress=progress,
    )
    (folder / RECENT).write_text(json.dumps(recent), "ascii")
    (folder / PROFILES).write_text(json.dumps(asdict(known)), "ascii")
    force.prepare(str(folder))
    pointer = root / f".{CURRENT}.{folder.name}"
    pointer.write_text(folder.name, "ascii")
    pointer.replace(root / CURRENT)
    return manifest, known.persons


def _read(recent: dict[int, str], *, since: datetime) -> Iterator[Listing]:
    """Give every published item as a listing; note the ones changed lately, and when."""
    for item in listings.published():
        if item.changed_at >= since:
            recent[item.pk] = item.changed_at.isoformat()
        yield listing_of(item)


def _read_profiles(encoder: str, vectors: dict[int, Vector]) -> Iterator[Listing]:
    """Give every open profile as a listing, and its vector as soon as it is read."""
    for profile in profiles.standing():
        listing, vector = listing_of_profile(profile), vector_of(profile, encoder)
        if vector is not None:
            vectors[listing.id] = vector
        yield listing


def vector_of(profile: Profile, encoder: str) -> Vector | None:
    """Return the vector of the profile's words, if it is one of the encoder of this name."""
    if profile.encoder != encoder:
        return None
    return np.frombuffer(profile.vector, dtype="<f4")


def known_profiles(folder: Path) -> Known:
    """Return what a snapshot knows of persons; nothing, if it was written before there were any."""
    try:
        return Known(**json.loads((folder / PROFILES).read_text("ascii")))
    except (OSError, ValueError, TypeError):
        return Known()


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


def stored_vectors(encoder: str, numbers: list[int] | None = None) -> Mapping[int, Vector]:
    """Return the vectors made at publish time by an encoder, by item."""
    rows = listings.vectors(encoder, numbers)
    return {item: np.frombuffer(vector, dtype="<f4") for item, vector in rows}

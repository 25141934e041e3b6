"""The index of this process: a mapped snapshot and what changed since.

It is refreshed when the snapshot was switched, an item changed or a term was added, which two
cheap queries tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np

from kehui.engines.matching import Index, Listing, Snapshot, SnapshotUnreadable
from kehui.engines.matching import embed as embed_texts
from kehui.engines.text import Lexicon
from kehui.market.models import Need, Offer, State
from kehui.market.selectors import terms
from kehui.matching.adapter.listings import listing_of, listing_of_profile
from kehui.matching.adapter.snapshots import (
    ENCODER,
    MARGIN,
    built_at,
    current_folder,
    encoder_name,
    known_changes,
    known_profiles,
    stored_vectors,
    vector_of,
)
from kehui.matching.models import Profile
from kehui.matching.selectors import listings, profiles

ENGINE: Final = "1"
MOST_PROFILES: Final = 2_000  # changed profiles a process takes in; more wait for the next snapshot
ENCODED_AT_ONCE: Final = 100  # changed items without a vector; more wait for the worker


class IndexMissing(Exception):  # noqa: N818 - a state that callers handle
    """No snapshot can be read; one has to be built."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The index in force: what it was built from, and when."""

    folder: str
    built_at: datetime
    offers: int
    needs: int
    persons: int
    encoder: str
    changed_since: int


class _Held:
    """What this process has mapped last, and by which stamps it was fresh."""

    lock = Lock()
    folder: Path | None = None
    snapshot: Snapshot | None = None
    built_at = datetime.min.replace(tzinfo=UTC)
    stamp: tuple[object, ...] = ()
    index: Index | None = None
    changed = 0


def index() -> Index:
    """Return the index of this moment.

    Raises:
        IndexMissing: no snapshot is there, or it cannot be read.
    """
    with _Held.lock:
        snapshot = _map_snapshot()
        lexicon = terms.lexicon()
        changes = listings.change_stamp(_Held.built_at - MARGIN)
        stamp = (_Held.folder, id(lexicon), profiles.last_edition(), *changes)
        if _Held.index is None or stamp != _Held.stamp:
            _Held.index = _fresh_index(snapshot, lexicon)
            _Held.stamp = stamp
        return _Held.index


def _map_snapshot() -> Snapshot:
    folder = current_folder()
    if folder is None:
        raise IndexMissing("no snapshot")
    if _Held.snapshot is not None and folder == _Held.folder:
        return _Held.snapshot
    try:
        _Held.snapshot = Snapshot.open(folder)
    except SnapshotUnreadable as error:
        raise IndexMissing(str(error)) from error
    _Held.folder = folder
    _Held.built_at = built_at(folder)
    _Held.index = None
    return _Held.snapshot


def _fresh_index(snapshot: Snapshot, lexicon: Lexicon) -> Index:
    known = known_changes(snapshot.folder)
    changed = [
        each
        for each in listings.changed_since(_Held.built_at - MARGIN)
        if known.get(each.pk) != each.changed_at.isoformat()
    ]
    edition = known_profiles(snapshot.folder).edition
    known_for = profiles.opened_since(edition, most=MOST_PROFILES)
    _Held.changed = len(changed) + profiles.changed_count(edition)
    open_now = [listing_of(each) for each in changed if each.state == State.PUBLISHED]
    gone = [each.pk for each in changed if each.state != State.PUBLISHED]
    gone += [-person for person in profiles.closed_since(edition)]
    vectors = dict(stored_vectors([each.id for each in open_now]))
    open_now += map(listing_of_profile, known_for)
    vectors |= {-each.pk: made for each in known_for if (made := vector_of(each)) is not None}
    bare = [each.id for each in open_now if each.id not in vectors]
    # A vector of zeros says nothing: these rank by their words until the worker has embedded them.
    nothing = np.zeros(ENCODER.dimension, np.float32)
    vectors.update(dict.fromkeys(bare[ENCODED_AT_ONCE:], nothing))
    return Index(snapshot, open_now, gone, encoder=ENCODER, lexicon=lexicon, vectors=vectors)


def embed(items: Sequence[Offer | Need]) -> dict[int, bytes]:
    """Return the vector of each item's text, as it is stored."""
    return _embedded([listing_of(each) for each in items])


def embed_profiles(known_for: Sequence[Profile]) -> dict[int, bytes]:
    """Return the vector of each profile's words, as it is stored, by person."""
    made = _embedded([listing_of_profile(each) for each in known_for])
    return {-number: vector for number, vector in made.items()}


def _embedded(read: Sequence[Listing]) -> dict[int, bytes]:
    vectors = embed_texts(ENCODER, [(each.title, each.body) for each in read])
    return {
        each.id: np.ascontiguousarray(vector, dtype="<f4").tobytes()
        for each, vector in zip(read, vectors, strict=True)
    }


def version() -> str:
    """Return what made a score: engine, rule and encoder."""
    return f"kehui-{ENGINE} {encoder_name()}"


def standing() -> Standing:
    """Return what is in force.

    Raises:
        IndexMissing: nothing is.
    """
    held = index()
    manifest = held.snapshot.manifest
    persons = known_profiles(held.snapshot.folder).persons
    return Standing(
        folder=held.snapshot.folder.name,
        built_at=_Held.built_at,
        offers=manifest.offers - persons,
        needs=manifest.needs,
        persons=persons,
        encoder=held.encoder_name,
        changed_since=_Held.changed,
    )

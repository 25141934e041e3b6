"""The index of this process: a mapped snapshot and what changed since.

It is refreshed when the snapshot was switched, an item changed or a term was added, which two
cheap queries tell.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np

from kehui.engines.matching import Encoder, Index, Snapshot, SnapshotUnreadable
from kehui.engines.text import Lexicon
from kehui.market.models import State
from kehui.market.selectors import terms
from kehui.matching.adapter.encoders.force import NOTHING, encoder_of, name_of
from kehui.matching.adapter.encoders.roles import Asking, is_at_hand
from kehui.matching.adapter.listings import listing_of, listing_of_profile
from kehui.matching.adapter.snapshots import (
    MARGIN,
    Vector,
    built_at,
    current_folder,
    known_changes,
    known_profiles,
    stored_vectors,
    vector_of,
)
from kehui.matching.selectors import listings, profiles

ENGINE: Final = "3"
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
        encoder = encoder_of(snapshot.manifest)
        changes = listings.change_stamp(_Held.built_at - MARGIN)
        editions = _made(encoder), profiles.last_edition()
        stamp = (_Held.folder, id(lexicon), encoder, *editions, *changes)
        if _Held.index is None or stamp != _Held.stamp:
            _Held.index = _fresh_index(snapshot, lexicon, encoder)
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


def _made(encoder: Encoder) -> int:
    """Return what differs when a provider has made a vector: it comes later than its item."""
    progress = listings.progress_of(name_of(encoder)) if isinstance(encoder, Asking) else None
    return progress.made if progress else 0


def _fresh_index(snapshot: Snapshot, lexicon: Lexicon, encoder: Encoder) -> Index:
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
    name = name_of(encoder)
    vectors = dict(stored_vectors(name, [each.id for each in open_now]))
    open_now += map(listing_of_profile, known_for)
    vectors |= {-each.pk: made for each in known_for if (made := vector_of(each, name)) is not None}
    bare = [each.id for each in open_now if each.id not in vectors]
    # A vector of zeros says nothing: these rank by their words until the worker has embedded them.
    waiting = bare[ENCODED_AT_ONCE:] if is_at_hand(encoder) else bare
    vectors.update(dict.fromkeys(waiting, np.zeros(encoder.dimension, np.float32)))
    return Index(snapshot, open_now, gone, encoder=encoder, lexicon=lexicon, vectors=vectors)


def serving_name() -> str | None:
    """Return the name of the encoder whose vectors the snapshot in force holds."""
    with _Held.lock:
        try:
            return name_of(_map_snapshot().manifest)
        except IndexMissing:
            return None


def known_vector(held: Index, number: int) -> Vector | None:
    """Return the stored vector of an item, or what to give the engine when there is none."""
    return at_least_words(held, stored_vectors(held.encoder_name, [number]).get(number))


def at_least_words(held: Index, stored: Vector | None) -> Vector | None:
    """Return the stored vector, or what to give the engine when there is none.

    None lets the engine encode the text; zeros rank it by words, where that would mean to ask
    somebody else in passing.
    """
    if stored is None and not is_at_hand(held.encoder):
        return np.zeros(held.encoder.dimension, np.float32)
    return stored


def version(encoder: str | None = None) -> str:
    """Return what made a score: engine, rule and encoder, the one in force unless it is named."""
    return f"kehui-{ENGINE} {encoder or serving_name() or name_of(NOTHING)}"


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

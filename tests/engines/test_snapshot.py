"""A snapshot is whole or it is not there."""

from pathlib import Path

import numpy as np
import pytest
from tests.engines.makers import HashEncoder, market

from kehui.engines.matching import (
    Index,
    Listing,
    NoEncoder,
    Snapshot,
    SnapshotUnreadable,
    build,
    build_snapshot,
    match,
)


def test_a_snapshot_says_what_is_in_it(tmp_path: Path) -> None:
    manifest = build_snapshot(market(1), tmp_path / "a", encoder=HashEncoder())

    assert (manifest.offers, manifest.needs) == (60, 25)
    assert (manifest.encoder_id, manifest.dimension) == ("hash", 16)
    assert (manifest.vectors, manifest.unembedded) == (85, 0)
    assert Snapshot.open(tmp_path / "a", verify=True).manifest == manifest


def test_the_same_listings_give_the_same_bytes_in_any_number_of_processes(tmp_path: Path) -> None:
    listings = market(2, offers=2500, needs=30)

    one = build_snapshot(listings, tmp_path / "one", encoder=NoEncoder())
    two = build_snapshot(listings, tmp_path / "two", encoder=NoEncoder(), processes=2)

    assert one == two


def test_stored_vectors_are_used_and_the_rest_is_counted(tmp_path: Path) -> None:
    vector = np.zeros(16, np.float32)
    vector[3] = 1

    manifest = build_snapshot(
        market(1),
        tmp_path / "a",
        encoder=HashEncoder(),
        vectors={1: vector},
        encode_at_most=4,
    )
    table = Snapshot.open(tmp_path / "a").tables["offer"]

    assert (manifest.vectors, manifest.unembedded) == (5, 80)
    assert table.vectors[0].tolist() == [0, 0, 0, 127] + [0] * 12


def test_a_second_snapshot_of_a_name_is_refused(tmp_path: Path) -> None:
    build_snapshot([], tmp_path / "a", encoder=NoEncoder())

    with pytest.raises(FileExistsError):
        build_snapshot([], tmp_path / "a", encoder=NoEncoder())


def test_an_interrupted_build_leaves_nothing(tmp_path: Path) -> None:
    twice = [Listing(id=1, side="offer", title="废水"), Listing(id=1, side="need", title="废水")]

    with pytest.raises(ValueError, match="came twice"):
        build_snapshot(twice, tmp_path / "a", encoder=NoEncoder())

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["manifest.json", "offer.keys.npy", "need.words.json"])
def test_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    build_snapshot(market(1), tmp_path / "a", encoder=NoEncoder())
    (tmp_path / "a" / name).unlink()

    with pytest.raises(SnapshotUnreadable):
        Snapshot.open(tmp_path / "a")


def test_a_changed_byte_is_found_when_asked_for(tmp_path: Path) -> None:
    build_snapshot(market(1), tmp_path / "a", encoder=NoEncoder())
    path = tmp_path / "a" / "offer.doc_impacts.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    Snapshot.open(tmp_path / "a")
    with pytest.raises(SnapshotUnreadable, match="has changed"):
        Snapshot.open(tmp_path / "a", verify=True)


def test_the_size_of_a_chunk_changes_no_byte_and_progress_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = market(1)
    told: list[int] = []
    whole = build_snapshot(listings, tmp_path / "whole", encoder=HashEncoder())

    monkeypatch.setattr(build, "CHUNK", 7)
    chunked = build_snapshot(
        listings, tmp_path / "chunked", encoder=HashEncoder(), progress=told.append
    )
    silent = build_snapshot(listings, tmp_path / "silent", encoder=HashEncoder())

    assert chunked == silent == whole
    assert told == sorted(told)
    assert (told[0], told[-1]) == (7, 85)


def test_another_format_is_refused(tmp_path: Path) -> None:
    build_snapshot(market(1), tmp_path / "a", encoder=NoEncoder())
    path = tmp_path / "a" / "manifest.json"
    path.write_text(path.read_text().replace('"format": 3', '"format": 4'))

    with pytest.raises(SnapshotUnreadable, match="format 4, expected 3"):
        Snapshot.open(tmp_path / "a")


def test_a_snapshot_of_another_encoder_ranks_by_words_and_says_so(tmp_path: Path) -> None:
    build_snapshot(market(1), tmp_path / "a", encoder=HashEncoder())
    snapshot = Snapshot.open(tmp_path / "a")

    assert Index(snapshot, encoder=HashEncoder()).encoder_name == "hash 1"
    assert Index(snapshot).encoder_name == "none 1"
    assert match(Index(snapshot), market(1)[-1])[0].cosine is None

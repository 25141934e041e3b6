"""What is derived from a table: made once, kept beside it, and never wrong when that fails."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.makers import DEEDS, HashEncoder, index_of, market

from kehui.engines.matching import (
    Index,
    Scored,
    Snapshot,
    asked,
    build_snapshot,
    facets,
    kernels,
    match,
    outlines,
    score,
    synonyms,
)
from kehui.engines.matching.table import Table, quantize
from kehui.engines.text import Lexicon

LEXICON = Lexicon(dict(zip(DEEDS[::2], ([each] for each in DEEDS[1::2]), strict=True)))


def matches(snapshot: Snapshot) -> list[list[Scored]]:
    index = Index(snapshot, encoder=HashEncoder(), lexicon=LEXICON)
    return [match(index, each, k=3) for each in market(5)[::6]]


def opened(folder: Path) -> Snapshot:
    return Snapshot.open(folder)


def table_of(folder: Path) -> Table:
    return opened(folder).tables["offer"]


def drawn(table: Table) -> outlines.Outlines:
    its = outlines.outlines(table)
    assert its is not None
    return its


def made(tmp_path: Path) -> tuple[Path, list[list[Scored]]]:
    snapshot = index_of(tmp_path, market(5), encoder=HashEncoder()).snapshot
    return snapshot.folder, matches(snapshot)


def derived(folder: Path) -> dict[str, int]:
    return {each.name: each.stat().st_mtime_ns for each in folder.glob("*.derived.npy")}


def test_derived_arrays_come_with_the_snapshot_for_every_process(tmp_path: Path) -> None:
    snapshot = index_of(tmp_path, market(5), encoder=HashEncoder()).snapshot
    files = derived(snapshot.folder)

    matches(snapshot)
    matches(opened(snapshot.folder))

    parts = {each.split(".")[0] + "." + each.split(".")[1].split("-")[0] for each in files}
    names = ("basis", "head", "tail", "lengths")
    assert parts == {f"{side}.{name}" for side in ("need", "offer") for name in names}
    assert files == derived(snapshot.folder)
    assert not [each for each in snapshot.folder.iterdir() if each.name.startswith(".")]
    assert not set(files) & set(snapshot.manifest.files)


def test_derived_arrays_that_are_lost_are_made_anew(tmp_path: Path) -> None:
    folder, before = made(tmp_path)
    files = derived(folder)
    for name in files:
        (folder / name).unlink()

    assert matches(opened(folder)) == before
    assert set(derived(folder)) == set(files)


def test_a_derived_file_that_cannot_be_read_or_written_costs_memory_only(tmp_path: Path) -> None:
    folder, before = made(tmp_path)
    head = next(folder.glob("offer.head-*"))
    whole = np.load(head)
    head.write_bytes(b"torn")
    snapshot = opened(folder)
    table = snapshot.tables["offer"]

    assert drawn(table).head.tolist() == whole.tolist()
    assert matches(snapshot) == before

    other = table_of(folder)
    other.kept["folder"] = tmp_path / "nowhere"
    assert drawn(other).head.tolist() == whole.tolist()


def test_outlines_of_other_axes_lie_in_other_files(tmp_path: Path) -> None:
    """Processes that begin together need not find the same axes, and may each write their own."""
    folder, before = made(tmp_path)
    files = set(derived(folder))
    np.save(folder / "offer.basis.derived.npy", np.eye(16, dtype=np.float32)[::-1])

    assert matches(opened(folder)) == before
    more = {each.split("-")[0] for each in set(derived(folder)) - files}
    assert more == {"offer.head", "offer.tail", "offer.lengths"}


def test_only_what_lies_on_the_disk_and_has_vectors_is_outlined(tmp_path: Path) -> None:
    listings = market(5)
    index = index_of(tmp_path, listings[9:], delta=listings[:9], encoder=HashEncoder())
    fixed, delta = (each.table for each in index.shards["offer"])
    words = index_of(tmp_path, listings).snapshot

    assert outlines.outlines(fixed) is not None
    assert outlines.outlines(delta) is None
    assert outlines.outlines(words.tables["offer"]) is None
    assert not derived(words.folder)


def told(seed: int, size: int) -> tuple[Any, Any, Any]:
    """Return small vectors, some with little but a few numbers, one empty, and their outlines."""
    draw = np.random.default_rng(seed)
    floats = draw.normal(size=(60, size)) @ (
        draw.normal(size=(size, size)) if seed % 2 else np.eye(size)
    )
    floats = floats * np.where(draw.random(size) < 0.3, 1, draw.random())
    floats[7] = 0
    vectors, scales = quantize(floats.astype(np.float32))
    table = Table("offer", {"vectors": vectors, "scales": scales, "ids": np.arange(60)}, {})
    return vectors, table, draw


@pytest.mark.parametrize("size", [1, 3, 8, 33, 160])
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_no_row_is_passed_over_that_reaches_its_least_product(size: int, seed: int) -> None:
    vectors, table, draw = told(seed, size)
    table.kept["folder"] = Path("/nowhere")
    its = drawn(table)
    asking = vectors[int(draw.integers(60))] if seed % 3 else -vectors[3]
    products = vectors.astype(np.int64) @ asking.astype(np.int64)
    lengths = np.linalg.norm(vectors.astype(float), axis=1) * np.linalg.norm(asking.astype(float))
    query = outlines.in_outline(asking, its.basis)

    for loop in (kernels.within_reach, kernels.within_reach.py_func):  # type: ignore[attr-defined]
        for less in (0.0, 0.001, 0.2):
            least = (products - less * lengths).astype(np.float32)
            found = loop(least, its.head, its.tail, its.lengths, *query)
            assert found.tolist() == list(range(60))
        least[:20], least[20:40] = np.inf, -np.inf
        found = loop(least, its.head, its.tail, its.lengths, *query)
        assert found.tolist() == list(range(20, 60))
        beyond = (products + 1.1 * lengths + 1).astype(np.float32)
        assert not len(loop(beyond, its.head, its.tail, its.lengths, *query)) or size < 4


def test_outlines_tell_nearly_every_product(tmp_path: Path) -> None:
    """Vectors about few centers, as texts are: the head tells most, the tail nearly all."""
    draw = np.random.default_rng(3)
    centers = draw.normal(size=(20, 256))
    floats = centers[np.arange(900) % 20] + 0.7 * draw.normal(size=(900, 256))
    vectors, scales = quantize(floats.astype(np.float32))
    table = Table("offer", {"vectors": vectors, "scales": scales, "ids": np.arange(900)}, {})
    table.kept["folder"] = tmp_path
    its = drawn(table)
    products = vectors.astype(np.int64) @ vectors[0].astype(np.int64)
    least = np.full(900, 0.5 * products[0], np.float32)
    query = outlines.in_outline(vectors[0], its.basis)

    found = kernels.within_reach(least, its.head, its.tail, its.lengths, *query)

    assert set(np.flatnonzero(products >= least)) <= set(found)
    assert set(found) <= set(range(0, 900, 20))


@pytest.mark.parametrize("seed", range(4))
def test_matches_with_outlines_are_those_of_the_definition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Stored vectors about centers, a delta, a removed row, equal rows, filters."""
    draw = np.random.default_rng(seed)
    listings = market(seed, offers=330, needs=3)
    listings += [replace(listings[3], id=1_000 + n, owner=0, is_open=True) for n in range(24)]
    centers = draw.normal(size=(6, 16))
    noisy = centers[draw.integers(6, size=len(listings))] + 0.5 * draw.normal(
        size=(len(listings), 16)
    )
    stored = {
        each.id: (vector / np.linalg.norm(vector)).astype(np.float32)
        for each, vector in zip(listings, noisy, strict=True)
    }
    stored |= dict.fromkeys(range(1_000, 1_024), stored[listings[3].id])
    build_snapshot(listings[8:], tmp_path / "a", encoder=HashEncoder(), vectors=stored)
    index = Index(
        opened(tmp_path / "a"),
        listings[:8],
        [listings[9].id],
        encoder=HashEncoder(),
        vectors=stored,
    )
    seen = list[tuple[int, int]]()
    within_reach = kernels.within_reach

    def noted(least: Any, *arguments: Any) -> Any:
        found = within_reach(least, *arguments)
        seen.append((len(found), int((least < np.inf).sum())))
        return found

    monkeypatch.setattr(kernels, "within_reach", noted)
    alike = replace(listings[3], id=9_999, side="need", owner=0)
    stored[9_999] = stored[listings[3].id]
    standing = [each for each in listings if each.side == "offer" and each.id != listings[9].id]
    for asking in (alike, *(each for each in listings if each.side == "need")):
        given_ = stored[asking.id]
        for k, tier in ((1, 3), (3, 1), (10, 3)):
            found = match(index, asking, k=k, tier=tier, vector=given_)
            wanted = sorted(
                (-score(index, asking, other, vectors=(given_, stored[other.id])).exact, other.id)
                for other in standing
                if other.is_open and other.tier <= tier and other.owner != (asking.owner or -1)
            )
            assert [(-each.exact, each.id) for each in found] == wanted[:k]
    assert any(few < many for few, many in seen)


def test_memories_that_are_full_are_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, before = made(tmp_path)
    monkeypatch.setattr(facets, "KEPT", 1)
    monkeypatch.setattr(synonyms, "KEPT", 1)
    snapshot = opened(folder)

    assert matches(snapshot) == before
    assert {len(snapshot.tables["offer"].kept[name]) for name in ("near", "met", "forms")} == {1}


def test_long_vectors_are_multiplied_in_double_precision() -> None:
    assert asked.WIDEST * 127**2 <= 2**24 < (asked.WIDEST + 1) * 127**2

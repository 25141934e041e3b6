"""What is derived from a table: made once, kept beside it, and never wrong when that fails."""

from pathlib import Path

import numpy as np
import pytest
from tests.engines.makers import DEEDS, HashEncoder, index_of, market

from kehui.engines.matching import Index, Scored, Snapshot, asked, facets, match, pieces, synonyms
from kehui.engines.matching.table import Table
from kehui.engines.text import Lexicon

LEXICON = Lexicon(dict(zip(DEEDS[::2], ([each] for each in DEEDS[1::2]), strict=True)))


def matches(snapshot: Snapshot) -> list[list[Scored]]:
    index = Index(snapshot, encoder=HashEncoder(), lexicon=LEXICON)
    return [match(index, each, k=3) for each in market(5)[::6]]


def opened(folder: Path) -> Snapshot:
    return Snapshot.open(folder)


def table_of(folder: Path) -> Table:
    return opened(folder).tables["offer"]


def made(tmp_path: Path) -> tuple[Path, list[list[Scored]]]:
    snapshot = index_of(tmp_path, market(5), encoder=HashEncoder()).snapshot
    return snapshot.folder, matches(snapshot)


def test_derived_arrays_lie_beside_the_table_for_every_process(tmp_path: Path) -> None:
    folder, before = made(tmp_path)
    files = {each.name: each.stat().st_mtime_ns for each in folder.glob("*.derived.npy")}

    assert matches(opened(folder)) == before

    names = {
        f"{side}.{part}" for side in ("need", "offer") for part in ("first", "second", "behind")
    }
    assert {each.removesuffix(".derived.npy") for each in files} == names
    assert files == {each.name: each.stat().st_mtime_ns for each in folder.glob("*.derived.npy")}
    assert not [each for each in folder.iterdir() if each.name.startswith(".")]


def test_a_derived_file_that_cannot_be_read_or_written_costs_memory_only(tmp_path: Path) -> None:
    folder, before = made(tmp_path)
    (folder / "offer.first.derived.npy").write_bytes(b"torn")
    table = table_of(folder)
    table.kept["folder"] = tmp_path / "nowhere"
    in_memory = pieces.pieces(table)

    assert matches(opened(folder)) == before
    assert in_memory.first.tolist() == np.asarray(table.vectors)[:, :4].tolist()


def test_what_cannot_be_known_of_a_vector_is_bounded_by_its_length(tmp_path: Path) -> None:
    folder, _ = made(tmp_path)
    table = table_of(folder)
    its = pieces.pieces(table)
    one, other = table.vectors[:1].astype(int), table.vectors.astype(int)
    whole = (one * other).sum(axis=1)
    behind = pieces.lengths_behind(table.vectors[:1])[0]

    heads = (one[:, :4] * other[:, :4]).sum(axis=1)
    assert (whole <= heads + behind[0] * its.behind[:, 0]).all()
    heads += (one[:, 4:8] * other[:, 4:8]).sum(axis=1)
    assert (whole <= heads + behind[1] * its.behind[:, 1]).all()


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

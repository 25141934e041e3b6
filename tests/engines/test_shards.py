"""Shards answer as one: the same listings, the same points, the same order, whatever the cuts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.makers import HashEncoder, index_of, market

from kehui.engines.matching import (
    CALL,
    PERSON,
    Index,
    Listing,
    Scored,
    ShardKeeper,
    Snapshot,
    SnapshotUnreadable,
    Wanted,
    best,
    cut,
    kernels,
    match,
    prepare,
    rows_of,
    view_of,
)
from kehui.engines.matching import keeper as keeper_module
from kehui.engines.matching.table import ARRAYS
from kehui.engines.text import Lexicon

LOOPS: tuple[Any, ...] = (
    kernels.accumulate, kernels.bounds, kernels.highest, kernels.least_products, kernels.lookup,
    kernels.select, kernels.within_reach,
)  # fmt: skip
MVR = Lexicon({"高盐废水": ["浓盐水"], "竹浆纤维": ["慈竹纸浆"]})


def by_shards(index: Index, wanted: Wanted, *, count: int) -> list[Scored]:
    """Ask as a cluster does: a keeper a shard, and the delta here."""
    view = view_of(index)
    found = [wanted.of(index, fresh_only=True)]
    for number in range(count):
        answer = ShardKeeper(number, count).answer(view.key, view, wanted)
        assert answer is not None
        found.append(answer)
    return best(found, wanted.k)


@settings(max_examples=15)
@given(
    seed=st.integers(0, 10_000),
    offers=st.integers(0, 40),
    needs=st.integers(0, 20),
    copies=st.integers(0, 12),
    count=st.integers(1, 9),
    k=st.integers(1, 30),
    today=st.sampled_from((0, 150)),
    tier=st.integers(0, 3),
    kinds=st.sampled_from((None, frozenset({PERSON, CALL}), frozenset({"service"}))),
)
def test_any_number_of_shards_answers_as_the_whole(
    seed: int,
    offers: int,
    needs: int,
    copies: int,
    count: int,
    k: int,
    today: int,
    tier: int,
    kinds: frozenset[str] | None,
) -> None:
    listings = market(seed, offers=offers, needs=needs)
    listings += [
        replace(each, id=-each.id, kind=PERSON if each.side == "offer" else CALL)
        for each in listings[1::3]
    ]
    first = [replace(each, is_open=True, tier=0, owner=0) for each in listings[:2]]
    twins = [each for each in first for _copy in range(copies)]
    listings += [replace(each, id=90_000 - n) for n, each in enumerate(twins)]
    delta = [replace(each, title=each.title + "试验") for each in listings[::6]]
    with TemporaryDirectory() as folder:
        index = index_of(Path(folder), listings, delta=delta, encoder=HashEncoder(), lexicon=MVR)
        asking_needs = [each for each in listings if each.side == "need"][-2:]
        for asking in (*listings[:2], *asking_needs):
            whole = match(index, asking, k=k, today=today, tier=tier, kinds=kinds)
            wanted = Wanted(prepare(index, asking), k, today, tier, kinds)
            found = by_shards(index, wanted, count=count)
            assert [(-each.exact, each.id) for each in found] == sorted(
                (-each.exact, each.id) for each in found
            )
            assert found == whole  # ids, points of every part, cosines: to the last digit


def test_a_large_market_is_pruned_in_its_shards_without_loss(tmp_path: Path) -> None:
    listings = market(3, offers=900, needs=40)
    index = index_of(tmp_path, listings, encoder=HashEncoder())

    for asking in listings[-6:]:
        found = by_shards(index, Wanted(prepare(index, asking), 5), count=3)
        assert found == match(index, asking, k=5)


@given(size=st.integers(0, 1000), count=st.integers(1, 50))
def test_shards_share_the_rows_without_gap_or_overlap(size: int, count: int) -> None:
    shards = [rows_of(size, number, count) for number in range(count)]

    assert [row for shard in shards for row in shard] == list(range(size))
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


@pytest.mark.parametrize(("number", "count"), [(2, 2), (-1, 2), (0, 0)])
def test_there_is_no_other_shard(number: int, count: int) -> None:
    with pytest.raises(ValueError, match=f"shard {number} of {count}"):
        rows_of(10, number, count)


def test_the_statistics_of_the_whole_travel_with_every_shard(tmp_path: Path) -> None:
    snapshot = index_of(tmp_path, market(4), encoder=HashEncoder()).snapshot

    shards = [cut(snapshot, number, 3) for number in range(3)]

    assert sum(each.manifest.offers for each in shards) == snapshot.manifest.offers == 60
    for shard in shards:
        assert shard.statistics["offer"].documents == 60
        assert np.array_equal(
            shard.statistics["need"].frequencies, snapshot.statistics["need"].frequencies
        )


def test_a_keeper_asks_for_a_view_it_does_not_know(tmp_path: Path) -> None:
    listings = market(5)
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    wanted = Wanted(prepare(index, listings[-1]), 5)
    view, keeper = view_of(index), ShardKeeper(0, 1)

    assert keeper.answer(view.key, None, wanted) is None
    assert keeper.answer(view.key, view, wanted) == match(index, listings[-1], k=5)
    assert keeper.answer(view.key, None, wanted) == match(index, listings[-1], k=5)


def test_views_are_told_apart_by_what_they_say(tmp_path: Path) -> None:
    listings = market(5)
    index = index_of(tmp_path, listings)
    snapshot = index.snapshot

    same = {view_of(each).key for each in (index, Index(snapshot, lexicon=Lexicon()))}
    others = {
        view_of(each).key
        for each in (
            Index(snapshot, lexicon=MVR),
            Index(snapshot, removed=[listings[0].id]),
            Index(snapshot, [listings[1]]),
            index_of(tmp_path, listings),
        )
    }

    assert len(same) == 1
    assert len(others) == 4
    assert not same & others


def test_a_keeper_forgets_the_oldest(tmp_path: Path) -> None:
    listings = market(6)
    indexes = [index_of(tmp_path, listings) for _ in range(3)]
    views = [view_of(each) for each in indexes]
    wanted = Wanted(prepare(indexes[0], listings[-1]), 3)
    keeper = ShardKeeper(0, 2)

    assert [keeper.load(view.folder) for view in views] == [True, True, True]
    assert keeper.load(views[1].folder) is False  # used last: the third one goes next
    assert keeper.load(views[0].folder) is True
    assert keeper.load(views[1].folder) is False

    many = [
        view_of(Index(indexes[0].snapshot, removed=[each.id])) for each in listings[:10] if each
    ]
    for view in many:
        keeper.answer(view.key, view, wanted)
    known = [keeper.answer(each.key, None, wanted) is not None for each in many]
    assert known.count(True) == 8
    assert known[-1]


def test_every_array_is_cut(tmp_path: Path) -> None:
    """An array that a later format adds has to be told of: by term, by posting, or by row."""
    snapshot = index_of(tmp_path, market(8), encoder=HashEncoder()).snapshot
    for table in cut(snapshot, 1, 3).tables.values():
        posted = {"doc": len(table.doc_rows), "query": len(table.query_rows)}
        stated = len(table.indicator_names)
        lengths = dict.fromkeys(ARRAYS, len(table))
        lengths |= dict.fromkeys(("keys", "rarity"), len(snapshot.tables[table.side].keys))
        for name, size in posted.items():
            values = "impacts" if name == "doc" else "weights"
            lengths |= {f"{name}_rows": size, f"{name}_{values}": size}
            lengths[f"{name}_offsets"] = len(table.keys) + 1
            assert table.arrays[f"{name}_offsets"][-1] == size
        lengths["indicator_starts"] = len(table) + 1
        for name in ("names", "dimensions", "lows", "highs"):
            lengths[f"indicator_{name}"] = stated
        assert table.indicator_starts[-1] == stated > 0
        assert {name: len(each) for name, each in table.arrays.items()} == lengths


def test_shards_and_questions_from_afar_make_no_loop_be_compiled_anew(tmp_path: Path) -> None:
    listings = market(9, offers=900, needs=40)
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    asked = prepare(index, listings[-1])
    match(index, listings[-1], k=5)
    before = [len(each.signatures) for each in LOOPS]

    asked.vector.flags.writeable = False  # as a question comes over the network
    view, keeper = view_of(index), ShardKeeper(0, 2)
    keeper.answer(view.key, view, Wanted(asked, 5))

    assert [len(each.signatures) for each in LOOPS] == before


def test_a_shard_that_is_ready_has_all_that_is_derived_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = index_of(tmp_path, market(10), encoder=HashEncoder()).snapshot
    made = list[Snapshot]()

    def noted(whole: Snapshot, number: int, count: int) -> Snapshot:
        made.append(cut(whole, number, count))
        return made[-1]

    monkeypatch.setattr(keeper_module, "cut", noted)
    ShardKeeper(1, 2).load(str(snapshot.folder))

    for table in made[0].tables.values():
        assert {"facets", "outlines"} <= set(table.kept)
        assert "folder" not in table.kept  # what lies beside the whole is not the shard's


def test_questions_are_answered_while_a_new_snapshot_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = market(10)
    old, new = (index_of(tmp_path, listings, encoder=HashEncoder()) for _ in range(2))
    wanted, keeper = Wanted(prepare(old, listings[-1]), 5), ShardKeeper(0, 1)
    keeper.load(str(old.snapshot.folder))
    inside, go_on = Event(), Event()

    def slow(whole: Snapshot, number: int, count: int) -> Snapshot:
        inside.set()
        assert go_on.wait(60)
        return cut(whole, number, count)

    monkeypatch.setattr(keeper_module, "cut", slow)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(keeper.load, str(new.snapshot.folder))
        assert inside.wait(60)
        view = view_of(old)
        answer = keeper.answer(view.key, view, wanted)
        is_reading = not reading.done()
        go_on.set()
        assert reading.result() is True

    assert is_reading
    assert answer == match(old, listings[-1], k=5)


def test_a_keeper_cannot_read_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SnapshotUnreadable):
        ShardKeeper(0, 1).load(str(tmp_path / "nothing"))


def test_a_shard_is_a_snapshot_like_any_other(tmp_path: Path) -> None:
    listings = market(7)
    snapshot = index_of(tmp_path, listings, encoder=HashEncoder()).snapshot
    shard = cut(snapshot, 1, 2)

    table, whole = shard.tables["offer"], snapshot.tables["offer"]

    assert [table.listing(row) for row in range(len(table))] == [
        whole.listing(row) for row in rows_of(len(whole), 1, 2)
    ]
    assert Snapshot.open(snapshot.folder).manifest == snapshot.manifest


def test_equal_offers_of_several_shards_are_ordered_by_id(tmp_path: Path) -> None:
    twins = [
        Listing(id=number, side="offer", title="高盐废水蒸发结晶", owner=number)
        for number in range(60, 20, -1)
    ]
    index = index_of(tmp_path, twins)
    need = Listing(id=999, side="need", title="高盐废水结晶")

    found = by_shards(index, Wanted(prepare(index, need), 20), count=3)

    assert [each.id for each in found] == list(range(21, 41))

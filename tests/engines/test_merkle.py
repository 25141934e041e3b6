"""The tree against its definition, word for word as RFC 6962 has it, and against known answers."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kehui.engines.merkle import (
    TILE_WIDTH,
    Edge,
    Frontier,
    Hash,
    Node,
    consistency_proof,
    edge_tiles,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_from,
    root_of,
    sha256,
)

# The eight leaves and their roots with which implementations of RFC 6962 are compared
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def largest_power_below(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root(leaves: Sequence[bytes], digest: Hash = sha256) -> bytes:
    """MTH of RFC 6962, section 2.1."""
    if not leaves:
        return digest(b"")
    if len(leaves) == 1:
        return digest(b"\x00" + leaves[0])
    k = largest_power_below(len(leaves))
    return digest(b"\x01" + root(leaves[:k], digest) + root(leaves[k:], digest))


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole=whole), root(leaves[k:])]
    return [*subproof(m - k, leaves[k:], whole=False), root(leaves[:k])]


def some(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def node_of(leaves: Sequence[bytes], digest: Hash = sha256) -> Node:
    @cache
    def node(level: int, number: int) -> bytes:
        begin, end = number << level, (number + 1) << level
        assert end <= len(leaves), "only full subtrees are asked for"
        return root(leaves[begin:end], digest)

    return node


def frontier(leaves: Sequence[bytes]) -> Frontier:
    tree = Frontier()
    for each in leaves:
        tree.append(leaf_hash(each))
    return tree


def test_of_no_leaf_the_root_is_the_hash_of_nothing() -> None:
    assert Frontier().root() == Edge().root() == root_of(0, 0, node_of([])) == root([])
    assert root([]).hex() == hashlib.sha256().hexdigest()
    assert Edge().size == 0


def test_known_roots() -> None:
    tree = Frontier()
    found = []
    for each in LEAVES:
        tree.append(leaf_hash(each))
        found.append(tree.root().hex())
    assert found == ROOTS


def test_known_proof_of_the_example_in_the_rfc() -> None:
    """RFC 6962, section 2.1.3: seven leaves, proofs named by the letters of its drawing."""
    leaves = some(7)
    a, b, c, d, e, f, j = map(leaf_hash, leaves)
    g, h, i = root(leaves[0:2]), root(leaves[2:4]), root(leaves[4:6])
    k, l_ = root(leaves[0:4]), root(leaves[4:7])
    node = node_of(leaves)

    assert inclusion_proof(0, 7, node) == [b, h, l_]
    assert inclusion_proof(3, 7, node) == [c, g, l_]
    assert inclusion_proof(4, 7, node) == [f, j, k]
    assert inclusion_proof(6, 7, node) == [i, k]
    assert consistency_proof(3, 7, node) == [c, d, g, l_]
    assert consistency_proof(4, 7, node) == [l_]
    assert consistency_proof(6, 7, node) == [i, j, k]
    assert (a, e) == (leaf_hash(leaves[0]), leaf_hash(leaves[4]))


@given(st.lists(st.binary(max_size=20), max_size=70))
def test_appending_gives_the_root_of_the_definition(leaves: list[bytes]) -> None:
    tree = frontier(leaves)
    assert (tree.size, tree.root()) == (len(leaves), root(leaves))
    again = Frontier(tree.size, tree.nodes)
    tree.append(b"x" * 32)
    again.append(b"x" * 32)
    assert tree.root() == again.root()


@pytest.mark.parametrize(("size", "nodes"), [(-1, 0), (3, 1), (4, 2)])
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, nodes: int) -> None:
    with pytest.raises(ValueError, match="at its edge"):
        Frontier(size, [b""] * nodes)


@given(st.data())
def test_every_leaf_is_proved_as_defined(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 80))
    index = data.draw(st.integers(0, size - 1))
    leaves = some(size)
    proof = inclusion_proof(index, size, node_of(leaves))
    assert proof == path(index, leaves)
    leaf, top = leaf_hash(leaves[index]), root(leaves)
    assert is_included(leaf, index, size, proof, top)

    assert not is_included(leaf_hash(b"another"), index, size, proof, top)
    assert not is_included(leaf, index, size, [*proof, top], top)
    assert not is_included(leaf, index, size, proof[:-1], top) or not proof
    for other in {(index + 1) % size, size, -1} - {index}:
        assert not is_included(leaf, other, size, proof, top)
    if proof:
        changed = data.draw(st.integers(0, len(proof) - 1))
        false = [*proof[:changed], bytes(32), *proof[changed + 1 :]]
        assert not is_included(leaf, index, size, false, top)


@given(st.data())
def test_every_beginning_is_proved_as_defined(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 80))
    old = data.draw(st.integers(1, size))
    leaves = some(size)
    proof = consistency_proof(old, size, node_of(leaves))
    assert proof == subproof(old, leaves, whole=True)
    was, top = root(leaves[:old]), root(leaves)
    assert is_consistent(old, size, proof, was, top)

    false = root([*leaves[: old - 1], b"another"])
    assert not is_consistent(old, size, proof, false, top)
    assert not is_consistent(old, size, proof, was, false if old < size else bytes(32))
    assert not is_consistent(old, size, [*proof, top], was, top)
    if proof:
        assert not is_consistent(old, size, proof[:-1], was, top)
        changed = data.draw(st.integers(0, len(proof) - 1))
        altered = [*proof[:changed], bytes(32), *proof[changed + 1 :]]
        assert not is_consistent(old, size, altered, was, top)


def test_from_nothing_nothing_is_to_prove() -> None:
    top = root(some(5))
    assert consistency_proof(0, 5, node_of(some(5))) == []
    assert is_consistent(0, 5, [], root([]), top)
    assert not is_consistent(0, 5, [], top, top)
    assert not is_consistent(0, 5, [top], root([]), top)
    assert not is_consistent(6, 5, [], top, top)
    assert not is_consistent(3, 5, [], top, top)


@pytest.mark.parametrize("index", [-1, 5, 6])
def test_a_leaf_that_is_not_there_is_not_proved(index: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, 5, node_of(some(5)))


@pytest.mark.parametrize("old", [-1, 6])
def test_a_larger_tree_is_no_beginning(old: int) -> None:
    with pytest.raises(ValueError, match="no beginning"):
        consistency_proof(old, 5, node_of(some(5)))


class Kept:
    """Tiles as a database keeps them."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], tuple[bytes, ...]] = {}

    def take(self, edge: Edge) -> None:
        for tile in edge.take_tiles():
            before = self.tiles.get((tile.level, tile.number), ())
            assert tile.hashes[: len(before)] == before, "a tile only grows"
            self.tiles[tile.level, tile.number] = tile.hashes

    def edge(self, size: int) -> Edge:
        return Edge([self.tiles.get((lv, no), ())[:count] for lv, no, count in edge_tiles(size)])

    def read(self, level: int, number: int) -> tuple[bytes, ...]:
        return self.tiles[level, number]


@settings(max_examples=15)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=5), st.data())
def test_tiles_hold_the_tree_however_it_grows(steps: list[int], data: st.DataObject) -> None:
    kept, tree, hashes = Kept(), Frontier(), list[bytes]()
    for step in steps:
        edge = kept.edge(tree.size)
        assert (edge.size, edge.root()) == (tree.size, tree.root())
        for _ in range(step):
            hashes.append(leaf_hash(b"%d" % len(hashes)))
            edge.append(hashes[-1])
            tree.append(hashes[-1])
        kept.take(edge)
        assert edge.root() == tree.root()
    node, size = node_from(kept.read), tree.size
    assert root_of(0, size, node) == tree.root()
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, node)
    assert is_included(hashes[index], index, size, proof, tree.root())
    old = data.draw(st.integers(1, size))
    was = root_of(0, old, node)
    assert is_consistent(old, size, consistency_proof(old, size, node), was, tree.root())


def test_a_tile_of_the_second_level_holds_roots_of_256_leaves() -> None:
    kept, edge = Kept(), Edge()
    for each in some(TILE_WIDTH * TILE_WIDTH + 3):
        edge.append(leaf_hash(each))
    kept.take(edge)
    assert kept.read(1, 0)[1] == root(some(2 * TILE_WIDTH)[TILE_WIDTH:])
    assert [len(kept.read(level, 0)) for level in range(3)] == [256, 256, 1]
    assert list(edge_tiles(edge.size)) == [(0, 256, 3), (1, 1, 0), (2, 0, 1)]
    again = kept.edge(edge.size)
    assert (again.size, again.root()) == (edge.size, edge.root())
    again.append(b"x" * 32)
    assert [(each.level, each.number, len(each.hashes)) for each in again.take_tiles()] == [
        (0, 256, 4),
        (2, 0, 1),
    ]


def sm3() -> Hash | None:
    if "sm3" not in hashlib.algorithms_available:
        return None
    return lambda data: hashlib.new("sm3", data).digest()


DIGESTS: list[Callable[[bytes], bytes]] = [
    lambda data: hashlib.sha3_256(data).digest(),
    *filter(None, [sm3()]),
]


@pytest.mark.parametrize("digest", DIGESTS)
def test_another_hash_makes_another_tree_of_the_same_shape(digest: Hash) -> None:
    leaves = some(7)
    tree, edge = Frontier(digest=digest), Edge(digest=digest)
    for each in leaves:
        tree.append(leaf_hash(each, digest))
        edge.append(leaf_hash(each, digest))
    top = root(leaves, digest)
    assert tree.root() == edge.root() == top != root(leaves)
    node = node_from(lambda _level, _number: edge.parts[0], digest)
    proof = inclusion_proof(2, 7, node, digest)
    assert is_included(leaf_hash(leaves[2], digest), 2, 7, proof, top, digest)
    old = consistency_proof(3, 7, node, digest)
    assert is_consistent(3, 7, old, root(leaves[:3], digest), top, digest)
    assert is_consistent(0, 7, [], digest(b""), top, digest)

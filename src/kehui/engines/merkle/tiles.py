"""The tree in tiles of 256 hashes (C2SP tlog-tiles): what is kept, and what is read for a proof.

The tile (0, n) holds the hashes of leaves 256·n onwards; the tile (k, n) the roots of the tiles
(k − 1, 256·n) onwards. Full tiles never change. A proof reads one tile in eight levels.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kehui.engines.merkle.frontier import Frontier
from kehui.engines.merkle.hashing import Hash, sha256
from kehui.engines.merkle.proofs import Node

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT


@dataclass(frozen=True)
class Tile:
    """Up to 256 hashes of one level, from the left; fewer only at the right edge."""

    level: int
    number: int
    hashes: tuple[bytes, ...]


def edge_tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """Name the unfinished tiles of a tree of this size: level, number, how many hashes."""
    level = 0
    while size:
        yield level, size // TILE_WIDTH, size % TILE_WIDTH
        size //= TILE_WIDTH
        level += 1


class Edge:
    """The unfinished tiles of a tree, to which leaves are appended."""

    def __init__(self, parts: Sequence[Sequence[bytes]] = (), digest: Hash = sha256) -> None:
        """Take up an edge: the hashes of its unfinished tile at each level, the leaves' first."""
        self.parts = [list(part) for part in parts]
        self.digest = digest
        self._numbers = [0] * len(self.parts)
        for level in reversed(range(len(self.parts) - 1)):
            above = self._numbers[level + 1] * TILE_WIDTH + len(self.parts[level + 1])
            self._numbers[level] = above
        self._filled: list[Tile] = []

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._numbers[0] * TILE_WIDTH + len(self.parts[0]) if self.parts else 0

    def append(self, leaf: bytes) -> None:
        """Append the hash of one more leaf."""
        self._put(0, leaf)

    def _put(self, level: int, found: bytes) -> None:
        if level == len(self.parts):
            self.parts.append([])
            self._numbers.append(0)
        part = self.parts[level]
        part.append(found)
        if len(part) == TILE_WIDTH:
            self._filled.append(Tile(level, self._numbers[level], tuple(part)))
            root = _frontier(part, self.digest).root()
            part.clear()
            self._numbers[level] += 1
            self._put(level + 1, root)

    def take_tiles(self) -> list[Tile]:
        """Return the tiles filled since the last call, and the unfinished ones that hold any."""
        filled, self._filled = self._filled, []
        return filled + [
            Tile(level, self._numbers[level], tuple(part))
            for level, part in enumerate(self.parts)
            if part
        ]

    def root(self) -> bytes:
        """Return the root of all leaves."""
        nodes = [
            node for part in reversed(self.parts) for node in _frontier(part, self.digest).nodes
        ]
        return Frontier(self.size, nodes, self.digest).root()


def node_from(tile: Callable[[int, int], Sequence[bytes]], digest: Hash = sha256) -> Node:
    """Return the nodes of the tree whose tiles are read by level and number."""

    def node(level: int, number: int) -> bytes:
        above, within = divmod(level, TILE_HEIGHT)
        first = number << within
        hashes = tile(above, first // TILE_WIDTH)
        place = first % TILE_WIDTH
        return _frontier(hashes[place : place + (1 << within)], digest).root()

    return node


def _frontier(hashes: Sequence[bytes], digest: Hash) -> Frontier:
    frontier = Frontier(digest=digest)
    for each in hashes:
        frontier.append(each)
    return frontier

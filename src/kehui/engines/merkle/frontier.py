"""The roots of the full subtrees along the right edge: all that appending and the root need."""

from collections.abc import Iterable

from kehui.engines.merkle.hashing import Hash, node_hash, sha256


class Frontier:
    """A compact range from the first leaf: one node for each bit set in the size, largest first.

    Appending costs two hashes on average and the root at most 63, whatever the size.
    """

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = (), digest: Hash = sha256) -> None:
        """Take up a frontier where it was left.

        Raises:
            ValueError: so many nodes do not belong to a tree of this size.
        """
        self.size = size
        self.nodes = list(nodes)
        self.digest = digest
        if size < 0 or len(self.nodes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has no {len(self.nodes)} nodes at its edge")

    def append(self, leaf: bytes) -> None:
        """Append the hash of one more leaf."""
        node, carry = leaf, self.size
        while carry & 1:
            node = node_hash(self.nodes.pop(), node, self.digest)
            carry >>= 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the leaves so far; of none it is the hash of nothing."""
        if not self.nodes:
            return self.digest(b"")
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root, self.digest)
        return root

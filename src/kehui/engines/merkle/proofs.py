"""Proofs that a leaf is in a tree, and that a tree is the beginning of a larger one.

Made as RFC 6962, sections 2.1.1 and 2.1.2 define them; verified as RFC 9162, sections 2.1.3.2 and
2.1.4.2 say in steps. A proof is a list of hashes and proves nothing without the root it is held to.
"""

from collections.abc import Callable, Sequence

from kehui.engines.merkle.hashing import Hash, node_hash, sha256

Node = Callable[[int, int], bytes]
"""Return the root of the full subtree of 2^level leaves that begins at leaf number · 2^level.

Called as node(level, number), and only for subtrees that are full."""


def root_of(begin: int, end: int, node: Node, digest: Hash = sha256) -> bytes:
    """Return the root over the leaves from `begin` up to `end`, which is one more than the last.

    `begin` is a multiple of the smallest power of two that is not less than their number.
    """
    width = end - begin
    if not width:
        return digest(b"")
    if width & (width - 1) == 0:
        return node(width.bit_length() - 1, begin // width)
    middle = begin + _split(width)
    return node_hash(
        root_of(begin, middle, node, digest), root_of(middle, end, node, digest), digest
    )


def inclusion_proof(index: int, size: int, node: Node, digest: Hash = sha256) -> list[bytes]:
    """Prove the leaf at `index` (from 0) in the tree of `size` leaves; the lowest hash first.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(root_of(middle, end, node, digest))
            end = middle
        else:
            path.append(root_of(begin, middle, node, digest))
            begin = middle
    return path[::-1]


def consistency_proof(old: int, size: int, node: Node, digest: Hash = sha256) -> list[bytes]:
    """Prove that the first `old` leaves of the tree of `size` leaves are the tree that was.

    Empty when nothing is to prove: from no leaf, or to the same size.

    Raises:
        ValueError: the old tree is larger.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {old} leaves is no beginning of one of {size}")
    if old in (0, size):
        return []
    begin, end, path = 0, size, []
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(root_of(middle, end, node, digest))
            end = middle
        else:
            path.append(root_of(begin, middle, node, digest))
            begin = middle
    if begin:  # the old tree is not a single full subtree: its last part has to be told
        path.append(root_of(begin, end, node, digest))
    return path[::-1]


def _split(width: int) -> int:
    """Return the largest power of two below a width of at least two."""
    return 1 << (width - 1).bit_length() - 1


def is_included(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes, digest: Hash = sha256
) -> bool:
    """Say whether the proof leads from the hash of the leaf to the root."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(each, found, digest)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each, digest)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    old: int,
    size: int,
    proof: Sequence[bytes],
    old_root: bytes,
    root: bytes,
    digest: Hash = sha256,
) -> bool:
    """Say whether the proof shows the old root's tree to be the beginning of the new root's."""
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:  # every tree begins with nothing
        return not proof and old_root == digest(b"")
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = found = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            was, found = node_hash(each, was, digest), node_hash(each, found, digest)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each, digest)
        place, last = place >> 1, last >> 1
    return last == 0 and was == old_root and found == root

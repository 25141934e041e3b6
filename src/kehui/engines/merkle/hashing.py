"""Hashes of leaves and nodes (RFC 6962, section 2.1).

A leaf is prefixed with 0x00 and a node with 0x01, so that no node can be passed off as a leaf.
"""

import hashlib
from collections.abc import Callable

Hash = Callable[[bytes], bytes]


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_hash(data: bytes, digest: Hash = sha256) -> bytes:
    return digest(b"\x00" + data)


def node_hash(left: bytes, right: bytes, digest: Hash = sha256) -> bytes:
    return digest(b"\x01" + left + right)

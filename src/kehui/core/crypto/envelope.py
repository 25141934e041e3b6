"""A sealed value as bytes: what it was sealed with stands in front, and is sealed along.

    0     1  form of these bytes, 1
    1     1  number of the profile
    2     8  name of the key
    10   12  nonce
    22    n  ciphertext
    22+n 16  tag over all before it and over what the value is bound to

A value is bound to its place (table, column, row): moved elsewhere it does not open.
"""

from dataclasses import dataclass, field

from kehui.core.crypto.gm import GM
from kehui.core.crypto.intl import INTL
from kehui.core.crypto.profile import NONCE_BYTES, TAG_BYTES, Draw, Profile

FORM = 1
NAME_BYTES = 8
HEADER_BYTES = 2 + NAME_BYTES
SHORTEST = HEADER_BYTES + NONCE_BYTES + TAG_BYTES
_BY_NUMBER: dict[int, Profile] = {each.number: each for each in (INTL, GM)}


class BrokenSealError(ValueError):
    """A sealed value does not open. `why` is `form`, `key` or `content`; it never holds the value.

    `form`: cut off, or not made by us. `key`: sealed with another key. `content`: changed, or moved
    here from another place.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Key:
    """A key with its name of eight bytes. The name may be seen; the secret is not shown."""

    profile: Profile
    name: bytes
    secret: bytes = field(repr=False)


def bind(*parts: str) -> bytes:
    """Return the parts as bytes that no other parts give: each with its length in front."""
    written = [each.encode() for each in parts]
    return b"".join(len(each).to_bytes(4, "big") + each for each in written)


def seal(key: Key, plain: bytes, *, bound: bytes, draw: Draw) -> bytes:
    nonce = draw(NONCE_BYTES)
    header = bytes([FORM, key.profile.number]) + key.name
    return header + nonce + key.profile.encrypt(key.secret, nonce, plain, header + bound)


def key_of(sealed: bytes) -> tuple[Profile, bytes]:
    """Return the profile and the name of the key that a sealed value was made with.

    Raises:
        BrokenSealError: `form`.
    """
    if len(sealed) < SHORTEST or sealed[0] != FORM or sealed[1] not in _BY_NUMBER:
        raise BrokenSealError("form")
    return _BY_NUMBER[sealed[1]], sealed[2:HEADER_BYTES]


def open_sealed(key: Key, sealed: bytes, *, bound: bytes) -> bytes:
    """Return what was sealed with this key and bound to this place.

    Raises:
        BrokenSealError: `form`, `key` or `content`.
    """
    if key_of(sealed) != (key.profile, key.name):
        raise BrokenSealError("key")
    header, rest = sealed[:HEADER_BYTES], sealed[HEADER_BYTES:]
    nonce, text = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    plain = key.profile.decrypt(key.secret, nonce, text, header + bound)
    if plain is None:
        raise BrokenSealError("content")
    return plain

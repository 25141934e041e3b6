"""What both profiles can do."""

from collections.abc import Callable
from typing import Protocol

NONCE_BYTES = 12
TAG_BYTES = 16

Draw = Callable[[int], bytes]  # so many bytes that nobody can foretell


class Profile(Protocol):
    """One set of algorithms that belong together.

    Keys of `encrypt`, `decrypt` are `key_bytes` long, nonces 12 bytes; digests and codes 32 bytes.
    Secrets to sign with are 32 bytes, signatures 64.
    """

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> int:
        """Stand for the profile in one byte of every sealed value; never given anew."""
        ...

    @property
    def key_bytes(self) -> int: ...

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        """Return the ciphertext with its tag of 16 bytes. A nonce serves once under a key."""
        ...

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes | None:
        """Return the plaintext; None when key, nonce, text or what is bound to it do not fit."""
        ...

    def digest(self, data: bytes) -> bytes: ...
    def mac(self, key: bytes, data: bytes) -> bytes: ...

    def new_secret(self, draw: Draw) -> bytes: ...
    def public_of(self, secret: bytes) -> bytes: ...
    def sign(self, secret: bytes, message: bytes, draw: Draw, /) -> bytes: ...
    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool: ...


def derived(profile: Profile, secret: bytes, *labels: str) -> bytes:
    """Return a key for one use, of the length the profile wants; no use learns of another's."""
    return profile.mac(secret, "\x00".join(labels).encode())[: profile.key_bytes]

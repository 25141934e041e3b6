"""The international profile: AES-256-GCM, SHA-256, HMAC-SHA-256, Ed25519 (RFC 8032)."""

import hashlib
import hmac

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kehui.core.crypto.profile import TAG_BYTES, Draw

SECRET_BYTES = 32


class International:
    name = "intl"
    number = 1
    key_bytes = 32

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        return AESGCM(key).encrypt(nonce, plain, bound)

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes | None:
        if len(sealed) < TAG_BYTES:
            return None
        try:
            return AESGCM(key).decrypt(nonce, sealed, bound)
        except InvalidTag:
            return None

    def digest(self, data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    def mac(self, key: bytes, data: bytes) -> bytes:
        return hmac.digest(key, data, "sha256")

    def new_secret(self, draw: Draw) -> bytes:
        return draw(SECRET_BYTES)

    def public_of(self, secret: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()

    def sign(self, secret: bytes, message: bytes, _draw: Draw, /) -> bytes:
        """Sign; Ed25519 draws nothing."""
        return Ed25519PrivateKey.from_private_bytes(secret).sign(message)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):  # ValueError: no public key at all
            return False
        return True


INTL = International()

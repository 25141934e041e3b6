"""The national profile: SM4-GCM (RFC 8998), SM3 (GB/T 32905), HMAC-SM3, SM2 (GB/T 32918).

SM4 and SM3 are OpenSSL's, through `cryptography`. That library has no SM2: `sm2` is our own.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC

from kehui.core.crypto import sm2
from kehui.core.crypto.profile import TAG_BYTES, Draw


class National:
    name = "gm"
    number = 2
    key_bytes = 16

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        cipher = Cipher(SM4(key), GCM(nonce)).encryptor()
        cipher.authenticate_additional_data(bound)
        return cipher.update(plain) + cipher.finalize() + cipher.tag

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes | None:
        if len(sealed) < TAG_BYTES:
            return None
        text, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        cipher = Cipher(SM4(key), GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(bound)
        try:
            return cipher.update(text) + cipher.finalize()
        except InvalidTag:
            return None

    def digest(self, data: bytes) -> bytes:
        return digest(data)

    def mac(self, key: bytes, data: bytes) -> bytes:
        seen = HMAC(key, SM3())
        seen.update(data)
        return seen.finalize()

    def new_secret(self, draw: Draw) -> bytes:
        return sm2.new_secret(draw)

    def public_of(self, secret: bytes) -> bytes:
        return sm2.public_of(secret)

    def sign(self, secret: bytes, message: bytes, draw: Draw, /) -> bytes:
        return sm2.sign(secret, message, draw=draw, digest=digest)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        return sm2.verify(public, message, signature, digest=digest)


def digest(data: bytes) -> bytes:
    seen = Hash(SM3())
    seen.update(data)
    return seen.finalize()


GM = National()

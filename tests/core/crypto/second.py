"""The same algorithms by other hands: pycryptodomex for intl, gmssl (pure Python) for gm.

GCM is written out here over one block of the cipher (NIST SP 800-38D), for gmssl has none.
"""

from collections.abc import Callable
from typing import Any

from Cryptodome.Cipher import AES
from gmssl import sm3, sm4

BLOCK = 16
FIELD = 0xE1 << 120  # x^128 + x^7 + x^2 + x + 1, the bits as GCM writes them

Block = Callable[[bytes], bytes]


def aes_gcm(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    cipher: Any = AES.new(key, AES.MODE_GCM, nonce=nonce)
    cipher.update(bound)
    text, tag = cipher.encrypt_and_digest(plain)
    return bytes(text + tag)


def sm4_gcm(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    cipher: Any = sm4.CryptSM4()
    cipher.set_key(key, sm4.SM4_ENCRYPT)

    def block(data: bytes) -> bytes:
        return bytes(cipher.one_round(cipher.sk, list(data)))

    return gcm(block, nonce, plain, bound)


def gcm(block: Block, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    counter = int.from_bytes(nonce + b"\x00\x00\x00\x01", "big")
    stream = b"".join(
        block((counter + 1 + each).to_bytes(BLOCK, "big"))
        for each in range(-(-len(plain) // BLOCK))
    )
    text = bytes(one ^ other for one, other in zip(plain, stream, strict=False))
    lengths = (8 * len(bound)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
    seen = _ghash(block(bytes(BLOCK)), _padded(bound) + _padded(text) + lengths)
    first = block(counter.to_bytes(BLOCK, "big"))
    return text + bytes(one ^ other for one, other in zip(seen, first, strict=True))


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % BLOCK)


def _ghash(key: bytes, data: bytes) -> bytes:
    h, y = int.from_bytes(key, "big"), 0
    for start in range(0, len(data), BLOCK):
        y = _product(y ^ int.from_bytes(data[start : start + BLOCK], "big"), h)
    return y.to_bytes(BLOCK, "big")


def _product(one: int, other: int) -> int:
    total, factor = 0, other
    for place in range(127, -1, -1):
        if one >> place & 1:
            total ^= factor
        factor = (factor >> 1) ^ (FIELD if factor & 1 else 0)
    return total


def sm3_digest(data: bytes) -> bytes:
    return bytes.fromhex(sm3.sm3_hash(list(data)))


def hmac_of(digest: Callable[[bytes], bytes], key: bytes, data: bytes) -> bytes:
    """Return the code of RFC 2104 over a digest with blocks of 64 bytes."""
    short = (digest(key) if len(key) > 64 else key).ljust(64, b"\x00")
    inner, outer = bytes(each ^ 0x36 for each in short), bytes(each ^ 0x5C for each in short)
    return digest(outer + digest(inner + data))

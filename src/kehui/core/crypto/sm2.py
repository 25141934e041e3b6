"""Signatures of SM2 (GB/T 32918.2-2016) over the recommended curve (GB/T 32918.5-2017).

A secret is a number d, 1 ≤ d ≤ n - 2, in 32 bytes; a public key is `04 ‖ x ‖ y`, 65 bytes; a
signature is `r ‖ s`, 64 bytes. Integers of Python do not take the same time for all values: the
ladder and a drawn Z hide most of it, a certified module behind the key service hides all of it
(docs/decisions/0018).
"""

from collections.abc import Callable

from kehui.core.crypto.curve import (
    GENERATOR,
    NOWHERE,
    A,
    B,
    N,
    P,
    Point,
    added,
    affine,
    is_on_curve,
    jacobian,
    multiplied,
)
from kehui.core.crypto.profile import Draw

BYTES = 32
UNCOMPRESSED = b"\x04"
WHO = b"1234567812345678"  # the signer's name where none was agreed, GM/T 0009-2012 section 10

Digest = Callable[[bytes], bytes]


def new_secret(draw: Draw) -> bytes:
    return _bytes(_number(draw, N - 2))


def public_of(secret: bytes) -> bytes:
    """Return the public key.

    Raises:
        ValueError: the secret is not 32 bytes between 1 and n - 2.
    """
    point = affine(multiplied(_secret(secret), jacobian(GENERATOR)))
    return UNCOMPRESSED + _bytes(point[0]) + _bytes(point[1])


def sign(secret: bytes, message: bytes, *, draw: Draw, digest: Digest, who: bytes = WHO) -> bytes:
    """Sign the message, section 6.1 of part 2.

    Raises:
        ValueError: the secret is not 32 bytes between 1 and n - 2.
    """
    d = _secret(secret)
    e = _e(public_of(secret), message, digest, who)
    while True:
        k = _number(draw, N - 1)
        # the drawn Z makes the steps of this ladder unlike those of any other run
        point = affine(multiplied(k, jacobian(GENERATOR, _number(draw, P - 1))))
        r = (e + point[0]) % N
        s = pow(1 + d, -1, N) * (k - r * d) % N
        if r and s and r + k != N:
            return _bytes(r) + _bytes(s)


def verify(
    public: bytes, message: bytes, signature: bytes, *, digest: Digest, who: bytes = WHO
) -> bool:
    """Say whether the signature is of this message and key, section 7.1 of part 2."""
    point = _point(public)
    if point is None or len(signature) != 2 * BYTES:
        return False
    r, s = int.from_bytes(signature[:BYTES], "big"), int.from_bytes(signature[BYTES:], "big")
    t = (r + s) % N
    if not (1 <= r < N and 1 <= s < N and t):
        return False
    sum_of_two = added(multiplied(s, jacobian(GENERATOR)), multiplied(t, jacobian(point)))
    found = affine(sum_of_two)
    return found != NOWHERE and (_e(public, message, digest, who) + found[0]) % N == r


def name_digest(public: bytes, *, digest: Digest, who: bytes = WHO) -> bytes:
    """Return Z of section 5.5: the hash of the signer's name, the curve and the public key."""
    curve = b"".join(map(_bytes, (A, B, *GENERATOR)))
    return digest((8 * len(who)).to_bytes(2, "big") + who + curve + public[1:])


def _e(public: bytes, message: bytes, digest: Digest, who: bytes) -> int:
    return int.from_bytes(digest(name_digest(public, digest=digest, who=who) + message), "big")


def _point(public: bytes) -> Point | None:
    if len(public) != 1 + 2 * BYTES or public[:1] != UNCOMPRESSED:
        return None
    x, y = int.from_bytes(public[1 : 1 + BYTES], "big"), int.from_bytes(public[1 + BYTES :], "big")
    return (x, y) if is_on_curve((x, y)) else None


def _secret(secret: bytes) -> int:
    d = int.from_bytes(secret, "big")
    if len(secret) != BYTES or not 1 <= d <= N - 2:
        raise ValueError("a secret of SM2 is 32 bytes between 1 and n - 2")
    return d


def _number(draw: Draw, most: int) -> int:
    """Draw a number from 1 to `most`, each as likely as the other."""
    while True:
        drawn = int.from_bytes(draw(BYTES), "big")
        if 1 <= drawn <= most:
            return drawn


def _bytes(number: int) -> bytes:
    return number.to_bytes(BYTES, "big")

"""Signatures over P-256: a published vector, and what is not one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.signing import make_key, public_of, raw_signature

from kehui.core.crypto import p256

# RFC 6979, A.2.5: P-256 with SHA-256, message "sample"
POINT = bytes.fromhex(
    "04"
    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
)
SIGNATURE = bytes.fromhex(
    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
)


def test_the_published_vector_is_verified() -> None:
    assert p256.verify(POINT, b"sample", SIGNATURE)
    assert p256.is_public_key(POINT)


@pytest.mark.parametrize(
    ("point", "message", "signature"),
    [
        (POINT, b"test", SIGNATURE),
        (POINT, b"sample", SIGNATURE[:-1]),
        (POINT, b"sample", SIGNATURE + b"\0"),
        (POINT, b"sample", bytes(64)),
        (POINT, b"sample", SIGNATURE[:-1] + b"\0"),
        (POINT[:-1] + b"\0", b"sample", SIGNATURE),
        (b"", b"sample", SIGNATURE),
    ],
)
def test_anything_else_is_not(point: bytes, message: bytes, signature: bytes) -> None:
    assert not p256.verify(point, message, signature)


@pytest.mark.parametrize(
    "point", [b"", POINT[1:], POINT[:-1] + b"\0", b"\2" + POINT[1:33], b"\4" + bytes(64)]
)
def test_what_is_no_point_in_full_is_no_key(point: bytes) -> None:
    assert not p256.is_public_key(point)


@given(st.binary(max_size=80), st.integers(0, 511))
def test_one_bit_makes_another_signature(message: bytes, place: int) -> None:
    key = make_key()
    good = raw_signature(key, message)
    bad = bytearray(good)
    bad[place // 8] ^= 1 << place % 8

    assert p256.verify(public_of(key), message, good)
    assert not p256.verify(public_of(key), message, bytes(bad))

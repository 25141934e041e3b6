"""The corners of SM2 and its curve."""

from collections.abc import Iterator

import pytest
from tests.core.crypto.test_vectors import DRAWN, PUBLIC, SECRET, SIGNATURE

from kehui.core.crypto import curve, sm2
from kehui.core.crypto.gm import digest

MESSAGE = b"message digest"
G = curve.jacobian(curve.GENERATOR)


def number(value: int) -> bytes:
    return value.to_bytes(32, "big")


def verified(public: bytes, signature: bytes) -> bool:
    return sm2.verify(public, MESSAGE, signature, digest=digest)


@pytest.mark.parametrize(
    "secret", [b"", number(0), number(curve.N - 1), number(curve.N), b"1" * 31]
)
def test_a_degenerate_secret_is_refused(secret: bytes) -> None:
    with pytest.raises(ValueError, match="between 1 and n - 2"):
        sm2.public_of(secret)
    with pytest.raises(ValueError, match="between 1 and n - 2"):
        sm2.sign(secret, MESSAGE, draw=lambda _count: DRAWN, digest=digest)


def drawing(*values: bytes) -> Iterator[bytes]:
    yield from values


def test_numbers_out_of_range_are_drawn_again() -> None:
    drawn = drawing(number(0), number(curve.N), DRAWN, number(0), number(curve.P), number(7))

    signature = sm2.sign(SECRET, MESSAGE, draw=lambda _count: next(drawn), digest=digest)

    assert signature == SIGNATURE
    assert sm2.new_secret(lambda _count: number(curve.N - 2)) == number(curve.N - 2)


def test_a_number_that_gives_no_signature_is_drawn_again() -> None:
    """Choose the message's hash so that r is zero for the first k."""
    x = curve.affine(curve.multiplied(5, G))[0]
    drawn = drawing(number(5), number(1), DRAWN, number(1))

    signature = sm2.sign(
        SECRET, b"", draw=lambda _count: next(drawn), digest=lambda _data: number(-x % curve.N)
    )

    assert next(drawn, None) is None
    assert sm2.verify(PUBLIC, b"", signature, digest=lambda _data: number(-x % curve.N))


@pytest.mark.parametrize(
    "public",
    [
        b"",
        PUBLIC[1:],
        b"\x02" + PUBLIC[1:],
        PUBLIC[:-1] + b"\x00",
        b"\x04" + number(0) * 2,
        b"\x04" + number(curve.P) + PUBLIC[33:],
    ],
)
def test_what_is_no_point_of_the_curve_verifies_nothing(public: bytes) -> None:
    assert not verified(public, SIGNATURE)


@pytest.mark.parametrize(
    ("r", "s"),
    [(0, 1), (1, 0), (curve.N, 1), (1, curve.N), (1, curve.N - 1)],
)
def test_a_signature_out_of_range_is_none(r: int, s: int) -> None:
    assert not verified(PUBLIC, number(r) + number(s))


def test_a_signature_that_leads_to_infinity_is_none() -> None:
    """s·G + t·(d·G) is infinite where s = -t·d; then x would be read as zero."""
    d = int.from_bytes(SECRET, "big")
    t = 9
    s = -t * d % curve.N
    r = (t - s) % curve.N

    assert not sm2.verify(PUBLIC, b"", number(r) + number(s), digest=lambda _data: number(r))


def test_the_order_of_the_curve_leads_to_infinity() -> None:
    assert curve.affine(curve.multiplied(curve.N, G)) == curve.NOWHERE
    assert curve.multiplied(0, G) == curve.INFINITY
    assert not curve.is_on_curve(curve.NOWHERE)


def test_points_add_as_numbers_do() -> None:
    five = curve.affine(curve.added(curve.multiplied(2, G), curve.multiplied(3, G)))
    minus = curve.multiplied(curve.N - 2, G)

    assert five == curve.affine(curve.multiplied(5, G))
    assert curve.added(G, G)[2] != 0
    assert curve.affine(curve.added(G, G)) == curve.affine(curve.doubled(G))
    assert curve.added(minus, curve.multiplied(2, G)) == curve.INFINITY
    assert curve.added(curve.INFINITY, G) == curve.added(G, curve.INFINITY) == G


@pytest.mark.parametrize("z", [2, 12345, curve.P - 1])
def test_a_point_is_the_same_with_any_z(z: int) -> None:
    point = curve.jacobian(curve.GENERATOR, z)

    assert curve.affine(point) == curve.GENERATOR
    assert curve.affine(curve.multiplied(7, point)) == curve.affine(curve.multiplied(7, G))

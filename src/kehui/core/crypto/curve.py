"""Points of the curve of GB/T 32918.5: y² = x³ - 3x + b over a prime field.

In Jacobian coordinates, x = X/Z² and y = Y/Z³; Z = 0 is the point at infinity. Formulas: Bernstein
and Lange, Explicit-Formulas Database, dbl-2001-b and add-2007-bl.
"""

P = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
A = P - 3
B = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
N = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
GENERATOR = (
    0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7,
    0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0,
)
BITS = 256

Point = tuple[int, int]
Jacobian = tuple[int, int, int]
INFINITY: Jacobian = (1, 1, 0)
NOWHERE: Point = (0, 0)  # not on the curve, so it can stand for the point at infinity


def is_on_curve(point: Point) -> bool:
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def jacobian(point: Point, z: int = 1) -> Jacobian:
    """Write the point with this Z, which may be any number from 1 to P - 1."""
    return point[0] * z * z % P, point[1] * z * z * z % P, z


def affine(point: Jacobian) -> Point:
    """Return x and y; NOWHERE for the point at infinity."""
    x, y, z = point
    if z == 0:
        return NOWHERE
    inverse = pow(z, -1, P)
    square = inverse * inverse % P
    return x * square % P, y * square * inverse % P


def doubled(point: Jacobian) -> Jacobian:
    x, y, z = point
    delta, gamma = z * z % P, y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P
    wide = (alpha * alpha - 8 * beta) % P
    high = ((y + z) ** 2 - gamma - delta) % P
    return wide, (alpha * (4 * beta - wide) - 8 * gamma * gamma) % P, high


def added(one: Jacobian, other: Jacobian) -> Jacobian:
    if one[2] == 0:
        return other
    if other[2] == 0:
        return one
    z1, z2 = one[2] * one[2] % P, other[2] * other[2] % P
    u1, u2 = one[0] * z2 % P, other[0] * z1 % P
    s1, s2 = one[1] * other[2] * z2 % P, other[1] * one[2] * z1 % P
    if u1 == u2:
        return doubled(one) if s1 == s2 else INFINITY
    h, r = (u2 - u1) % P, 2 * (s2 - s1) % P
    i = 4 * h * h % P
    j, v = h * i % P, u1 * i % P
    x = (r * r - j - 2 * v) % P
    y = (r * (v - x) - 2 * s1 * j) % P
    return x, y, ((one[2] + other[2]) ** 2 - z1 - z2) * h % P


def multiplied(number: int, point: Jacobian) -> Jacobian:
    """Return number · point, 0 ≤ number < 2^256, by a ladder: each bit costs the same two steps."""
    low, high = INFINITY, point
    for place in range(BITS - 1, -1, -1):
        middle = added(low, high)
        if number >> place & 1:
            low, high = middle, doubled(high)
        else:
            low, high = doubled(low), middle
    return low

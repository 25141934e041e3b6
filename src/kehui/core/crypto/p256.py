"""Signatures of ECDSA over P-256 with SHA-256 (FIPS 186-5), as WebCrypto of a browser makes them.

Browsers know neither Ed25519 everywhere nor SM2 anywhere, so both profiles of ours use this one.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

POINT_BYTES = 65  # 4, x, y: the raw form of WebCrypto
NUMBER_BYTES = 32


def is_public_key(point: bytes) -> bool:
    """Say whether the bytes are a point of the curve in its uncompressed form."""
    return len(point) == POINT_BYTES and _key(point) is not None


def verify(point: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the signature, r then s with 32 bytes each, is of this message by this key."""
    key = _key(point)
    if key is None or len(signature) != 2 * NUMBER_BYTES:
        return False
    r, s = (int.from_bytes(each) for each in (signature[:NUMBER_BYTES], signature[NUMBER_BYTES:]))
    try:
        key.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _key(point: bytes) -> EllipticCurvePublicKey | None:
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        return None

"""What holds in both profiles, and that others compute the same."""

import hashlib
import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from Cryptodome.PublicKey import ECC
from Cryptodome.Signature import eddsa
from gmssl import sm2 as theirs
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.crypto import second

from kehui.core.crypto import GM, INTL, PROFILES, Profile
from kehui.core.crypto.profile import derived

Encrypt = Callable[[bytes, bytes, bytes, bytes], bytes]
BOTH = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
SEEDED = Random(20260301)


@pytest.mark.parametrize(
    ("profile", "other", "count"),
    [(INTL, second.aes_gcm, 2000), (GM, second.sm4_gcm, 40)],
    ids=["intl", "gm"],
)
def test_others_seal_to_the_same_bytes(profile: Profile, other: Encrypt, count: int) -> None:
    for _each in range(count):
        key, nonce = SEEDED.randbytes(profile.key_bytes), SEEDED.randbytes(12)
        plain, bound = (SEEDED.randbytes(SEEDED.randrange(0, 70)) for _part in range(2))

        assert profile.encrypt(key, nonce, plain, bound) == other(key, nonce, plain, bound)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@pytest.mark.parametrize(
    ("profile", "other", "count"), [(INTL, sha256, 2000), (GM, second.sm3_digest, 40)]
)
def test_others_digest_and_code_the_same(
    profile: Profile, other: Callable[[bytes], bytes], count: int
) -> None:
    for _each in range(count):
        key, data = (SEEDED.randbytes(SEEDED.randrange(1, 150)) for _part in range(2))

        assert profile.digest(data) == other(data)
        assert profile.mac(key, data) == second.hmac_of(other, key, data)


def test_gmssl_verifies_what_we_sign_and_we_what_it_signs() -> None:
    for each in range(6):
        secret = GM.new_secret(SEEDED.randbytes)
        public = GM.public_of(secret)
        message = SEEDED.randbytes(each * 9 + 1)
        other: Any = theirs.CryptSM2(secret.hex(), public[1:].hex())

        ours = GM.sign(secret, message, SEEDED.randbytes)

        assert other.verify_with_sm3(ours.hex(), message)
        drawn = GM.new_secret(SEEDED.randbytes).hex()
        assert GM.verify(public, message, bytes.fromhex(other.sign_with_sm3(message, drawn)))


def test_pycryptodome_signs_as_we_do() -> None:
    for each in range(50):
        secret, message = SEEDED.randbytes(32), SEEDED.randbytes(each)
        construct: Any = ECC.construct  # its stub forgets that a seed is bytes
        signer: Any = eddsa.new(construct(curve="Ed25519", seed=secret), "rfc8032")

        assert INTL.sign(secret, message, os.urandom) == signer.sign(message)


@BOTH
@given(data=st.binary(max_size=80), bound=st.binary(max_size=40), seed=st.integers(0, 2**32))
def test_what_was_sealed_opens_where_it_belongs_alone(
    profile: Profile, data: bytes, bound: bytes, seed: int
) -> None:
    dice = Random(seed)
    key, nonce = dice.randbytes(profile.key_bytes), dice.randbytes(12)
    sealed = profile.encrypt(key, nonce, data, bound)
    place, bit = dice.randrange(len(sealed)), 1 << dice.randrange(8)
    flipped = bytes([*sealed[:place], sealed[place] ^ bit, *sealed[place + 1 :]])

    assert profile.decrypt(key, nonce, sealed, bound) == data
    assert profile.decrypt(key, nonce, flipped, bound) is None
    assert profile.decrypt(key, nonce, sealed, bound + b"\x00") is None
    assert profile.decrypt(dice.randbytes(profile.key_bytes), nonce, sealed, bound) is None
    assert profile.decrypt(key, nonce, sealed[:15], bound) is None


@BOTH
@settings(max_examples=8)
@given(message=st.binary(max_size=60), seed=st.integers(0, 2**32))
def test_a_signature_fits_its_message_and_key_alone(
    profile: Profile, message: bytes, seed: int
) -> None:
    dice = Random(seed)
    secret = profile.new_secret(dice.randbytes)
    public = profile.public_of(secret)

    signature = profile.sign(secret, message, dice.randbytes)

    place = dice.randrange(64)
    flipped = bytes([*signature[:place], signature[place] ^ 1, *signature[place + 1 :]])
    assert len(signature) == 64
    assert profile.verify(public, message, signature)
    assert not profile.verify(public, message + b"\x00", signature)
    assert not profile.verify(public, message, flipped)
    assert not profile.verify(public, message, signature[:-1])
    assert not profile.verify(
        profile.public_of(profile.new_secret(dice.randbytes)), message, signature
    )
    assert not profile.verify(b"", message, signature)


@BOTH
def test_a_key_is_made_for_one_use(profile: Profile) -> None:
    one = derived(profile, b"s" * 32, "kehui", "wrap")

    assert len(one) == profile.key_bytes
    assert len({one, derived(profile, b"s" * 32, "kehui", "name"), profile.mac(b"s", b"")}) == 3

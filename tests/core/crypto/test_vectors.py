"""Both profiles against the vectors of their standards."""

from typing import Final, NamedTuple

import pytest

from kehui.core.crypto import GM, INTL, PROFILES, Profile, sm2


class Aead(NamedTuple):
    profile: Profile
    key: str
    nonce: str
    plain: str
    bound: str
    sealed: str


AEADS: Final = {
    # McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16
    "AES-256-GCM": Aead(
        INTL,
        "feffe9928665731c6d6a8f9467308308" * 2,
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
    # RFC 8998, appendix A.1
    "SM4-GCM": Aead(
        GM,
        "0123456789abcdeffedcba9876543210",
        "00001234567800000000abcd",
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec",
    ),
}


@pytest.mark.parametrize("vector", AEADS.values(), ids=AEADS)
def test_sealing_gives_the_vector_and_opening_gives_it_back(vector: Aead) -> None:
    key, nonce, plain, bound, sealed = (bytes.fromhex(each) for each in vector[1:])

    assert vector.profile.encrypt(key, nonce, plain, bound) == sealed
    assert vector.profile.decrypt(key, nonce, sealed, bound) == plain


@pytest.mark.parametrize(
    ("profile", "data", "digest"),
    [
        # FIPS 180-4
        (INTL, b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        # GB/T 32905-2016, appendix A
        (GM, b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (GM, b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_digests_are_those_of_the_standards(profile: Profile, data: bytes, digest: str) -> None:
    assert profile.digest(data).hex() == digest


def test_the_code_of_intl_is_that_of_its_rfc() -> None:
    # RFC 4231, test case 2
    code = INTL.mac(b"Jefe", b"what do ya want for nothing?")

    assert code.hex() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


# RFC 8032, section 7.1, test 2
ED25519: Final = (
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
)


def test_the_signature_of_intl_is_that_of_its_rfc() -> None:
    secret, public, signature = map(bytes.fromhex, ED25519)

    assert INTL.public_of(secret) == public
    assert INTL.sign(secret, b"\x72", lambda _count: b"") == signature
    assert INTL.verify(public, b"\x72", signature)


# GB/T 32918.5-2017, appendix A.2
SECRET: Final = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
PUBLIC: Final = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
NAME: Final = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"
DRAWN: Final = bytes.fromhex("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21")
SIGNATURE: Final = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


def test_the_signature_of_gm_is_that_of_its_standard() -> None:
    assert GM.public_of(SECRET) == PUBLIC
    assert sm2.name_digest(PUBLIC, digest=GM.digest).hex() == NAME
    assert GM.sign(SECRET, b"message digest", lambda _count: DRAWN) == SIGNATURE
    assert GM.verify(PUBLIC, b"message digest", SIGNATURE)


def test_every_profile_has_a_number_of_its_own() -> None:
    assert {name: each.number for name, each in PROFILES.items()} == {"intl": 1, "gm": 2}

"""A sealed value opens with its key, in its place, whole; and says why when it does not."""

import os
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.core.crypto import (
    PROFILES,
    BrokenSealError,
    Key,
    Profile,
    bind,
    key_of,
    open_sealed,
    seal,
)

PLACE = bind("people_personaldetails", "phone", "7")
BOTH = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)


def a_key(profile: Profile, seed: int = 1) -> Key:
    dice = Random(seed)
    return Key(profile, dice.randbytes(8), dice.randbytes(profile.key_bytes))


def why(key: Key, sealed: bytes, place: bytes = PLACE) -> str:
    with pytest.raises(BrokenSealError) as caught:
        open_sealed(key, sealed, bound=place)
    return caught.value.why


@BOTH
def test_a_value_opens_in_its_place_alone(profile: Profile) -> None:
    key = a_key(profile)
    sealed = seal(key, b"13812345678", bound=PLACE, draw=os.urandom)

    assert open_sealed(key, sealed, bound=PLACE) == b"13812345678"
    assert key_of(sealed) == (profile, key.name)
    for place in (("people_personaldetails", "phone", "8"), ("a", "phone", "7")):
        assert why(key, sealed, bind(*place)) == "content"


@BOTH
def test_another_key_is_told_from_a_changed_value(profile: Profile) -> None:
    key = a_key(profile)
    sealed = seal(key, b"13812345678", bound=PLACE, draw=os.urandom)
    same_name = Key(profile, key.name, a_key(profile, 2).secret)

    assert why(a_key(profile, 2), sealed) == "key"
    assert why(same_name, sealed) == "content"


def test_a_key_of_the_other_profile_does_not_open() -> None:
    one, other = (a_key(each) for each in PROFILES.values())
    sealed = seal(one, b"13812345678", bound=PLACE, draw=os.urandom)

    assert why(other, sealed) == "key"


@BOTH
@given(seed=st.integers(0, 2**32))
def test_one_flipped_bit_anywhere_is_found(profile: Profile, seed: int) -> None:
    dice, key = Random(seed), a_key(profile)
    sealed = seal(key, b"13812345678", bound=PLACE, draw=dice.randbytes)
    place, bit = dice.randrange(len(sealed)), 1 << dice.randrange(8)

    assert why(key, bytes([*sealed[:place], sealed[place] ^ bit, *sealed[place + 1 :]]))


@BOTH
def test_a_value_that_was_cut_off_is_found(profile: Profile) -> None:
    key = a_key(profile)
    sealed = seal(key, b"13812345678", bound=PLACE, draw=os.urandom)

    said = [why(key, sealed[:length]) for length in range(len(sealed))]

    assert set(said) == {"form", "content"}
    assert said[0] == said[37] == "form"


@pytest.mark.parametrize("start", [b"\x02\x01", b"\x01\x03", b"\x01\x00", b"13812345678"])
def test_what_we_did_not_make_is_of_another_form(start: bytes) -> None:
    assert why(a_key(PROFILES["intl"]), start.ljust(60, b"\x00")) == "form"


@given(one=st.lists(st.text()), other=st.lists(st.text()))
def test_two_places_are_never_written_alike(one: list[str], other: list[str]) -> None:
    assert (bind(*one) == bind(*other)) == (one == other)


@BOTH
def test_a_key_does_not_show_its_secret(profile: Profile) -> None:
    key = a_key(profile)

    assert repr(key.secret) not in repr(key)
    assert "secret" not in repr(key)

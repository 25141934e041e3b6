"""Keys of persons, the columns that hold what they seal, and the codes that find it."""

import pytest
from pytest_django import Settings

from kehui.core.crypto import GM, INTL, Key, bind
from kehui.core.vault import safe
from kehui.core.vault.fields import HIDDEN, Sealed, SealedField
from kehui.core.vault.key_file import KeyFile
from kehui.core.vault.key_service import KeyService
from kehui.core.vault.safe import ValueDamaged

PLACE = "people_personkey"


def a_key(owner: int = 7) -> Key:
    return safe.new_key(safe.holder(), place=PLACE, owner=owner)[0]


def test_the_settings_say_who_holds_the_keys(settings: Settings) -> None:
    assert isinstance(safe.holder(), KeyFile)

    settings.KEY_SERVICE = "http://127.0.0.1:9"

    assert isinstance(safe.holder(), KeyService)


@pytest.mark.parametrize(("name", "profile"), [("intl", INTL), ("gm", GM)])
def test_a_key_comes_back_to_its_owner_alone(
    settings: Settings, name: str, profile: object
) -> None:
    settings.CRYPTO = name
    keys = safe.holder()
    key, master, wrapped = safe.new_key(keys, place=PLACE, owner=7)

    again = safe.unwrapped(keys, wrapped, master=master, place=PLACE, owner=7)

    assert (again, again.profile) == (key, profile)
    with pytest.raises(ValueDamaged):
        safe.unwrapped(keys, wrapped, master=master, place=PLACE, owner=8)


@pytest.mark.parametrize("written", [b"", b"\x09" + b"1" * 40, b"\x01" + b"1" * 39])
def test_a_wrapped_key_of_another_form_is_told(written: bytes) -> None:
    keys = safe.holder()
    master, wrapped = keys.wrap(written, bound=bind(PLACE, "7"))

    with pytest.raises(ValueDamaged):
        safe.unwrapped(keys, wrapped, master=master, place=PLACE, owner=7)


def test_a_value_opens_in_its_cell_alone() -> None:
    key = a_key()
    value = safe.sealed(key, "𠮷·13812345678", table="t", column="phone", row=7)

    assert safe.opened(key, value, table="t", column="phone", row=7) == "𠮷·13812345678"
    for table, column, row in (("u", "phone", 7), ("t", "card", 7), ("t", "phone", 8)):
        with pytest.raises(ValueDamaged):
            safe.opened(key, value, table=table, column=column, row=row)
    with pytest.raises(ValueDamaged):
        safe.opened(a_key(), value, table="t", column="phone", row=7)


def test_codes_are_short_and_equal_for_equal_values() -> None:
    keys = safe.holder()

    one = safe.codes(keys, "13812345678", table="t", column="phone")

    assert [len(each) for each in one] == [8]
    assert safe.codes(keys, "13812345678", table="t", column="phone") == one
    assert safe.codes(keys, "13812345679", table="t", column="phone") != one


def test_a_sealed_value_shows_nothing() -> None:
    value = Sealed(b"13812345678")

    assert [str(value), repr(value), f"{value}", f"{value:>20}"] == [HIDDEN] * 4


def test_a_column_takes_nothing_but_sealed_values() -> None:
    column = SealedField(name="phone")

    assert column.get_prep_value(Sealed(b"1")) == b"1"
    assert column.get_prep_value(None) is None
    assert column.from_db_value(None) is None
    assert column.from_db_value(memoryview(b"1")) == Sealed(b"1")
    assert column.to_python("MQ==") == column.to_python(Sealed(b"1")) == Sealed(b"1")
    with pytest.raises(TypeError, match="phone takes a Sealed value"):
        column.get_prep_value("13812345678")

"""Key files: made once, private, added to, and never silently replaced."""

import json
import os
import threading
from pathlib import Path

import pytest

from kehui.core.crypto import GM, INTL, BrokenSealError, Profile
from kehui.core.vault.holders import KeyFileBroken, KeyUnknown
from kehui.core.vault.key_file import INDEX, MASTER, KeyFile

SECRET = b"secret of a person"


def keys_in(folder: Path, profile: Profile = INTL) -> KeyFile:
    return KeyFile(folder, profile=profile, draw=os.urandom)


def test_files_are_made_when_needed_and_for_us_alone(tmp_path: Path) -> None:
    keys = keys_in(tmp_path / "keys")
    assert not keys.exists()

    keys.master()
    assert not keys.exists()  # the index file is still to come
    keys.codes("phone", b"13812345678")

    assert keys.exists()
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [INDEX, MASTER]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("profile", [INTL, GM], ids=["intl", "gm"])
def test_a_wrapped_secret_opens_in_its_place(tmp_path: Path, profile: Profile) -> None:
    keys = keys_in(tmp_path, profile)
    master, wrapped = keys.wrap(SECRET, bound=b"person 7")

    again = keys_in(tmp_path, profile)

    assert (master, keys.profile) == (again.master(), profile)
    assert again.unwrap(wrapped, master=master, bound=b"person 7") == SECRET
    with pytest.raises(BrokenSealError):
        again.unwrap(wrapped, master=master, bound=b"person 8")


def test_an_added_key_wraps_and_the_older_one_still_opens(tmp_path: Path) -> None:
    old = keys_in(tmp_path)
    master, wrapped = old.wrap(SECRET, bound=b"")
    code = old.codes("phone", b"1")

    added = keys_in(tmp_path, GM).add()
    once_more = keys_in(tmp_path, GM).add()

    assert old.master() == once_more != added
    assert old.profile is GM
    assert old.unwrap(wrapped, master=master, bound=b"") == SECRET
    assert old.wrap(SECRET, bound=b"")[0] == once_more
    assert old.codes("phone", b"1")[1:] == code  # of the other profile, so there is a new one
    assert len(old.codes("phone", b"1")) == 2
    assert old.masters() == {master, added, once_more}


def test_a_key_we_do_not_hold_is_named(tmp_path: Path) -> None:
    master, wrapped = keys_in(tmp_path / "one").wrap(SECRET, bound=b"")

    with pytest.raises(KeyUnknown) as caught:
        keys_in(tmp_path / "other").unwrap(wrapped, master=master, bound=b"")

    assert master in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({"form": 2, "keys": [{"profile": "intl", "secret": "00" * 32}]}),
        json.dumps({"form": 1, "keys": []}),
        json.dumps({"form": 1, "keys": [{"profile": "intl", "secret": "00"}]}),
        json.dumps({"form": 1, "keys": [{"profile": "none", "secret": "00" * 32}]}),
        json.dumps({"form": 1, "keys": [{"profile": "intl", "secret": "zz"}]}),
    ],
)
def test_a_file_that_cannot_be_read_is_not_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / MASTER).write_text(text)

    with pytest.raises(KeyFileBroken) as caught:
        keys_in(tmp_path).master()

    assert caught.value.params == {"file": MASTER}
    assert (tmp_path / MASTER).read_text() == text


def test_columns_have_codes_of_their_own(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)

    assert keys.codes("a.phone", b"1") == keys.codes("a.phone", b"1")
    assert keys.codes("a.phone", b"1") != keys.codes("b.phone", b"1")
    assert len(keys.codes("a.phone", b"1")[0]) == 32


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    together = threading.Barrier(4)
    seen: list[str] = []

    def start() -> None:
        keys = keys_in(tmp_path)
        together.wait()
        seen.append(keys.master())

    threads = [threading.Thread(target=start) for _each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(set(seen)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [MASTER]


def test_who_comes_second_takes_the_keys_of_the_first(tmp_path: Path) -> None:
    """The file appears between the look and the making of it."""
    first = keys_in(tmp_path)

    class Slow(KeyFile):
        def _make(self, path: Path) -> None:
            first.master()
            super()._make(path)

    assert Slow(tmp_path, profile=INTL, draw=os.urandom).master() == first.master()

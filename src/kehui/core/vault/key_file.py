"""Keys in two files of a folder that only we may read: `master.json` and `index.json`.

Index keys lie apart, for who has one can find every phone number by trying them all. New keys are
added at the end; none is ever taken out, or what it wrapped is lost.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from kehui.core.crypto import PROFILES, Key, Profile, open_sealed, seal
from kehui.core.crypto.profile import Draw, derived
from kehui.core.vault.holders import KeyFileBroken, KeyUnknown

MASTER, INDEX = "master.json", "index.json"
FORM = 1
SECRET_BYTES = 32
NAME_BYTES = 8


@dataclass(frozen=True)
class Held:
    """One line of a key file."""

    profile: Profile
    secret: bytes = field(repr=False)

    @property
    def name(self) -> bytes:
        """Name the key by what it makes, so that two files cannot give one name to two keys."""
        return derived(self.profile, self.secret, "kehui", "name")[:NAME_BYTES]

    def key(self, use: str) -> Key:
        return Key(self.profile, self.name, derived(self.profile, self.secret, "kehui", use))


class KeyFile:
    """The keys of a folder. Files are read when a key is needed, so an added one counts at once."""

    def __init__(self, folder: Path, *, profile: Profile, draw: Draw) -> None:
        self._folder = folder
        self._wanted = profile
        self._draw = draw

    @property
    def profile(self) -> Profile:
        return self._held(MASTER)[-1].profile

    def master(self) -> str:
        return self._held(MASTER)[-1].name.hex()

    def wrap(self, secret: bytes, *, bound: bytes) -> tuple[str, bytes]:
        held = self._held(MASTER)[-1]
        return held.name.hex(), seal(held.key("wrap"), secret, bound=bound, draw=self._draw)

    def unwrap(self, wrapped: bytes, *, master: str, bound: bytes) -> bytes:
        for held in self._held(MASTER):
            if held.name.hex() == master:
                return open_sealed(held.key("wrap"), wrapped, bound=bound)
        raise KeyUnknown(name=master)

    def codes(self, column: str, data: bytes) -> list[bytes]:
        keys = reversed(self._held(INDEX))
        return [
            each.profile.mac(derived(each.profile, each.secret, "kehui", "index", column), data)
            for each in keys
        ]

    def masters(self) -> set[str]:
        """Return the names of all master keys of the file; it is made when there is none."""
        return {each.name.hex() for each in self._held(MASTER)}

    def exists(self) -> bool:
        return (self._folder / MASTER).exists() and (self._folder / INDEX).exists()

    def has_masters(self) -> bool:
        return (self._folder / MASTER).exists()

    def add(self) -> str:
        """Add a master key of the wanted profile, and an index key when the last is of another.

        Return the master key's name. One caller at a time: of two, one key would be lost.
        """
        masters, indexes = self._held(MASTER), self._held(INDEX)
        if indexes[-1].profile != self._wanted:
            self._write(INDEX, [*indexes, self._new()])
        new = self._new()
        self._write(MASTER, [*masters, new])
        return new.name.hex()

    def _new(self) -> Held:
        return Held(self._wanted, self._draw(SECRET_BYTES))

    def _held(self, name: str) -> list[Held]:
        path = self._folder / name
        if not path.exists():
            self._make(path)
        status = path.stat()
        try:
            return _read(path, status.st_mtime_ns, status.st_ino)
        except (ValueError, KeyError, TypeError) as error:
            raise KeyFileBroken(file=name) from error

    def _make(self, path: Path) -> None:
        """Make the file unless another process was faster: whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._put(path, [self._new()], os.link)

    def _write(self, name: str, held: list[Held]) -> None:
        self._put(self._folder / name, held, os.replace)

    def _put(self, path: Path, held: list[Held], move: Callable[[Path, Path], None]) -> None:
        beside = path.with_name(f".{path.name}.{self._draw(NAME_BYTES).hex()}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(_written(held))
                stream.flush()
                os.fsync(stream.fileno())
            with suppress(FileExistsError):  # the other process's keys count
                move(beside, path)
        finally:
            beside.unlink(missing_ok=True)
        _to_disk(path.parent)  # the name too, before anything is sealed with these keys


def _to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _written(held: list[Held]) -> bytes:
    keys = [{"profile": each.profile.name, "secret": each.secret.hex()} for each in held]
    return json.dumps({"form": FORM, "keys": keys}, indent=1).encode()


@lru_cache(maxsize=8)
def _read(path: Path, _changed_ns: int, _inode: int) -> list[Held]:
    """Read a file once; every new one is another inode."""
    said: dict[str, Any] = json.loads(path.read_bytes())
    held = [Held(PROFILES[each["profile"]], bytes.fromhex(each["secret"])) for each in said["keys"]]
    if said["form"] != FORM or not held or any(len(each.secret) != SECRET_BYTES for each in held):
        raise ValueError("a key file of another form")
    return held

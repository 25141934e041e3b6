"""Seal a person's values and open them again, with the keys that the settings name."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kehui.core.crypto import PROFILES, BrokenSealError, Key, bind, open_sealed, seal
from kehui.core.errors import Refused
from kehui.core.vault.chance import draw
from kehui.core.vault.fields import Sealed
from kehui.core.vault.holders import KeyHolder
from kehui.core.vault.key_file import KeyFile
from kehui.core.vault.key_service import KeyService

CODE_BYTES = 8  # 64 bits: among 100 million numbers two meet once in 3,700 tables
NAME_BYTES = 8


class ValueDamaged(Refused):
    """A sealed value does not open; `why` says whether form, key or content do not fit."""

    code = "SEALED_VALUE_DAMAGED"
    message = _("这一项加密内容打不开（{why}）：可能被改动、截断或挪了地方。请联系运维人员。")
    message_en = (
        "This sealed value does not open ({why}): it was changed, cut off or moved. "
        "Please tell the operator."
    )
    status = 500


def holder() -> KeyHolder:
    """Return who holds the keys: the service that KEHUI_KEY_SERVICE names, else our files."""
    if settings.KEY_SERVICE:
        return KeyService(
            settings.KEY_SERVICE,
            token=settings.KEY_SERVICE_TOKEN,
            seconds=settings.KEY_SERVICE_SECONDS,
            profile=PROFILES[settings.CRYPTO],
        )
    return key_file(settings.KEYS_DIR, settings.CRYPTO)


@lru_cache(maxsize=4)
def key_file(folder: Path, profile: str) -> KeyFile:
    return KeyFile(folder, profile=PROFILES[profile], draw=draw)


def new_key(keys: KeyHolder, *, place: str, owner: int) -> tuple[Key, str, bytes]:
    """Return a key for one person, the name of the master key, and the key wrapped by it.

    What is wrapped says the profile and the name first: a number, eight bytes, then the secret.
    """
    profile = keys.profile
    key = Key(profile, draw(NAME_BYTES), draw(profile.key_bytes))
    written = bytes([profile.number]) + key.name + key.secret
    master, wrapped = keys.wrap(written, bound=bind(place, str(owner)))
    return key, master, wrapped


def unwrapped(keys: KeyHolder, wrapped: bytes, *, master: str, place: str, owner: int) -> Key:
    """Return the person's key.

    Raises:
        ValueDamaged: what is wrapped was changed, or belongs to another person.
        KeyUnknown, KeyServiceDown, KeyServiceRefused: from the holder.
    """
    try:
        written = keys.unwrap(wrapped, master=master, bound=bind(place, str(owner)))
    except BrokenSealError as error:
        raise ValueDamaged(why=error.why) from None
    profiles = {each.number: each for each in PROFILES.values()}
    profile = profiles.get(written[0] if written else 0)
    if profile is None or len(written) != 1 + NAME_BYTES + profile.key_bytes:
        raise ValueDamaged(why="key")
    return Key(profile, written[1 : 1 + NAME_BYTES], written[1 + NAME_BYTES :])


def sealed(key: Key, text: str, *, table: str, column: str, row: int) -> Sealed:
    """Seal a text for one cell."""
    return Sealed(seal(key, text.encode(), bound=bind(table, column, str(row)), draw=draw))


def opened(key: Key, value: Sealed, *, table: str, column: str, row: int) -> str:
    """Return the text of a cell.

    Raises:
        ValueDamaged: another key, another cell, changed or cut off.
    """
    try:
        return open_sealed(key, value.data, bound=bind(table, column, str(row))).decode()
    except BrokenSealError as error:
        raise ValueDamaged(why=error.why) from None


def codes(keys: KeyHolder, text: str, *, table: str, column: str) -> list[bytes]:
    """Return the codes by which a column finds this text, today's first."""
    return [each[:CODE_BYTES] for each in keys.codes(f"{table}.{column}", text.encode())]

"""The secrets of hooks, wrapped by a master key and bound to their hook."""

import base64
import binascii
from uuid import UUID

from kehui.core.crypto import BrokenSealError, bind
from kehui.core.vault import safe
from kehui.core.vault.safe import ValueDamaged


def sealed(secret: str, *, uid: UUID) -> bytes:
    """Wrap a secret: the name of the master key, a point, and what is wrapped.

    Raises:
        KeyServiceDown, KeyServiceRefused: it was not wrapped.
    """
    master, wrapped = safe.holder().wrap(secret.encode(), bound=_place(uid))
    return f"{master}.{base64.b64encode(wrapped).decode()}".encode()


def unsealed(value: bytes | memoryview, *, uid: UUID) -> str:
    """Return the secret.

    Raises:
        ValueDamaged: it was changed, cut off, or is another hook's.
        KeyUnknown, KeyServiceDown, KeyServiceRefused: from the holder.
    """
    master, _point, wrapped = bytes(value).decode(errors="replace").partition(".")
    try:
        written = base64.b64decode(wrapped, validate=True)
        return safe.holder().unwrap(written, master=master, bound=_place(uid)).decode()
    except BrokenSealError as error:
        raise ValueDamaged(why=error.why) from None
    except (binascii.Error, ValueError):
        raise ValueDamaged(why="form") from None


def is_of(value: bytes | memoryview, master: str) -> bool:
    """Say whether this master key wraps the value."""
    return bytes(value).startswith(f"{master}.".encode())


def _place(uid: UUID) -> bytes:
    return bind("hooks_hook", "secret", str(uid))

"""Seal short texts that belong to no person yet, and for minutes only, with the master key.

What is written is the name of the master key, a point, and base64.
"""

import base64
import binascii

from kehui.core.crypto import BrokenSealError, bind
from kehui.core.vault import safe
from kehui.core.vault.safe import ValueDamaged


def sealed_text(text: str, *, table: str, column: str) -> str:
    """Wrap a text for one column.

    Raises:
        KeyServiceDown, KeyServiceRefused: it was not wrapped.
    """
    master, wrapped = safe.holder().wrap(text.encode(), bound=bind(table, column))
    return f"{master}.{base64.b64encode(wrapped).decode()}"


def opened_text(sealed: str, *, table: str, column: str) -> str:
    """Return the text.

    Raises:
        ValueDamaged: it was changed, cut off, or belongs to another column.
        KeyUnknown, KeyServiceDown, KeyServiceRefused: from the holder.
    """
    master, _point, wrapped = sealed.partition(".")
    try:
        written = base64.b64decode(wrapped, validate=True)
        return safe.holder().unwrap(written, master=master, bound=bind(table, column)).decode()
    except BrokenSealError as error:
        raise ValueDamaged(why=error.why) from None
    except binascii.Error:
        raise ValueDamaged(why="form") from None

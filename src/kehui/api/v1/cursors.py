"""Opaque places in a list: where the next page begins, whatever was added meanwhile."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from kehui.core.errors import Refused

MOST = 100
USUAL = 20


class Paging(Schema):
    """Which page, and how long."""

    cursor: Annotated[
        str | None, Field(max_length=500, description="上一页给出的 next，原样带回；第一页不带。")
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST, description="每页条数，1 至 100。")] = USUAL


class CursorMalformed(Refused):
    code = "CURSOR_FORM"
    message = _("cursor 看不懂。请原样带回上一页给出的 next，并保持其他条件不变。")
    message_en = "The cursor cannot be read. Send back the `next` of the page before as it is."
    status = 400
    field = "cursor"


def write(list_name: str, *values: Any) -> str:
    """Return the place after a row with these values in the list of this name."""
    text = json.dumps([list_name, *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(list_name: str, cursor: str, kinds: Sequence[type]) -> list[Any]:
    """Return the values that `write` was given.

    Raises:
        CursorMalformed: it was not written here, or for another list.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise CursorMalformed from error
    if not isinstance(found, list) or found[:1] != [list_name] or len(found) != len(kinds) + 1:
        raise CursorMalformed
    values = found[1:]
    if not all(type(value) is kind for value, kind in zip(values, kinds, strict=True)):
        raise CursorMalformed
    if any(isinstance(value, int) and abs(value) >= 2**63 for value in values):
        raise CursorMalformed
    return values


def instant(text: str) -> datetime:
    """Read an instant out of a cursor."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CursorMalformed from error
    if found.tzinfo is None:
        raise CursorMalformed
    return found

"""Columns for sealed values and for the codes by which they are found."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models

HIDDEN = "••••••"

if TYPE_CHECKING:
    _BinaryField = models.BinaryField[Any, Any]
else:
    _BinaryField = models.BinaryField


@dataclass(frozen=True)
class Sealed:
    """A value that only the person's key opens. However it is shown, it shows nothing."""

    data: bytes = field(repr=False)

    def __str__(self) -> str:
        return HIDDEN

    __repr__ = __str__

    def __format__(self, _how: str) -> str:
        return HIDDEN


class SealedField(_BinaryField):
    """Holds a `Sealed` value. Plain text is refused: it would reach the database as it is."""

    def from_db_value(self, value: Any, *_: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value: Any) -> Sealed | None:
        return Sealed(b64decode(value)) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.name} takes a Sealed value")
        return value.data

    def value_to_string(self, obj: models.Model) -> str:
        """Write the sealed bytes, for `dumpdata`."""
        value: Sealed = self.value_from_object(obj)
        return b64encode(value.data).decode("ascii")


class BlindIndexField(_BinaryField):
    """Eight bytes of a keyed code of another column's value; equal values have equal codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 8)
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

"""Fields that the database fills."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from uuid import UUID

    _UUIDField = models.UUIDField[UUID | str, UUID]
else:
    _UUIDField = models.UUIDField  # takes no type arguments when it runs


class UUIDv7(models.Func):
    """PostgreSQL 18's own generator: ordered by time, made where the row is made."""

    function = "uuidv7"
    arity = 0
    output_field = models.UUIDField()


class UUID7Field(_UUIDField):
    """The name of an object outside this instance; inside, rows join by their integer key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_default", UUIDv7())
        kwargs.setdefault("editable", False)
        kwargs.setdefault("unique", True)
        super().__init__(*args, **kwargs)

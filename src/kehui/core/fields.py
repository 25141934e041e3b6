"""Fields that nobody types: the database fills them, or they follow another one."""

from typing import TYPE_CHECKING, Any

from django.db import models

from kehui.core.lookalikes import LONGEST_LOOK, organization_skeleton, skeleton

if TYPE_CHECKING:
    from uuid import UUID

    _UUIDField = models.UUIDField[UUID | str, UUID]
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField
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


class LookField(_CharField):
    """What the name of an organization looks like: equal ones may be mistaken for each other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_LOOK)
        kwargs.setdefault("default", "")
        kwargs.setdefault("editable", False)
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002, FBT001
        """Follow the name, whichever way the row is saved; the signature is Django's."""
        look = self.look_of(getattr(model_instance, "name"))  # noqa: B009 - any model's
        setattr(model_instance, self.attname, look)
        return look

    @staticmethod
    def look_of(name: str) -> str:
        return organization_skeleton(name)


class PersonLookField(LookField):
    """What the name of a person looks like; its table has indexes of its own for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_index", False)
        super().__init__(*args, **kwargs)

    @staticmethod
    def look_of(name: str) -> str:
        return skeleton(name)[:LONGEST_LOOK]

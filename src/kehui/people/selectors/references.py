"""Which columns of which tables name a person or an organization: found by walking the schema."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

from kehui.people.models import MergeLog, Organization, Person

Thing = Person | Organization
Column = tuple[type[Model], "Field[Any, Any]"]


@cache
def columns_naming(kind: type[Thing]) -> tuple[Column, ...]:
    """Return every column of every app whose rows follow when two of `kind` become one.

    Without those that are the key of their row (what is sealed with a person's key, what is derived
    from the facts of one person), and without `MergeLog`, which is history.
    """
    return tuple(
        (model, field)
        for model in apps.get_models(include_auto_created=True)
        if model is not MergeLog and model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is kind and not field.primary_key
    )


def survivors_of(kind: type[Thing], numbers: list[int]) -> dict[int, int]:
    """Return for each number whose it is today: the survivor's, or its own.

    Facts of the ledger keep the numbers with which they were written; a figure that is computed
    from them asks this first. One query.
    """
    merged = kind.objects.filter(pk__in=numbers, merged_into__isnull=False)
    known = dict(merged.values_list("pk", "merged_into"))
    return {each: known.get(each) or each for each in numbers}


def numbers_of(thing: Thing) -> list[int]:
    """Return under which numbers facts name the person or organization: the own one first."""
    absorbed = type(thing).objects.filter(merged_into=thing.pk).order_by("pk")
    return [thing.pk, *absorbed.values_list("pk", flat=True)]

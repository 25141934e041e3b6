"""Move rows from one person or organization to another, and back exactly.

Nothing is deleted and nothing rewritten but the one column. Where a row has no room with the
survivor the database says so (a unique or check constraint): the row stays where it is, and is
written down with the name of the constraint.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model, Q, QuerySet

from kehui.people.models import Account, ApiToken, Consent, Membership, Organization, Person, Seat
from kehui.people.selectors.references import Thing, columns_naming

Row = list[Any]  # [model, column, key, before, after]; in what is left the last two are one name
# With the absorbed person's account when that stays: a way in, and what was said there
WITH_THE_ACCOUNT: Final[frozenset[type[Model]]] = frozenset({ApiToken, Consent})


@dataclass
class Moves:
    """What was changed, and what stayed; both in plain values for `MergeLog`."""

    moved: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)


def move_rows(survivor: Thing, absorbed: Thing, *, today: date) -> Moves:
    """Let all that names the absorbed name the survivor; both are locked by the caller.

    An open seat or place in a team that the survivor holds too ends at the absorbed, and an account
    beside the survivor's own is shut, so that nobody counts twice and nobody signs in as a person
    who is no more.
    """
    moves = Moves()
    staying = WITH_THE_ACCOUNT if _has_account(survivor) and _has_account(absorbed) else frozenset()
    for model, column in columns_naming(type(survivor)):
        if model not in staying:
            _move(moves, model, column.attname, absorbed.pk, survivor.pk)
    _close_what_stayed(moves, absorbed, today=today)
    return moves


def _has_account(thing: Thing) -> bool:
    return isinstance(thing, Person) and Account.objects.filter(person=thing).exists()


def _move(moves: Moves, model: type[Model], column: str, before: int, after: int) -> None:
    label = model._meta.label
    rows: QuerySet[Model] = QuerySet(model)
    keys = list(rows.filter(**{column: before}).order_by("pk").values_list("pk", flat=True))
    if not keys:
        return
    if not _changed(rows.filter(pk__in=keys), column, after):
        moves.moved += [[label, column, each, before, after] for each in keys]
        return
    for each in keys:
        hindrance = _changed(rows.filter(pk=each), column, after)
        if hindrance:
            moves.left.append([label, column, each, hindrance])
        else:
            moves.moved.append([label, column, each, before, after])


def _changed(rows: "QuerySet[Model]", column: str, value: Any) -> str:
    """Change the column, or return the constraint that is against it and change nothing."""
    try:
        with transaction.atomic():
            rows.update(**{column: value})
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        return getattr(diagnosis, "constraint_name", None) or "integrity"
    return ""


def _close_what_stayed(moves: Moves, absorbed: Thing, *, today: date) -> None:
    open_still = Q(valid_until=None) | Q(valid_until__gt=today)
    column = "organization" if isinstance(absorbed, Organization) else "person"
    for seat in Seat.objects.filter(open_still, **{column: absorbed}).order_by("pk"):
        _set(moves, seat, "valid_until", max(today, seat.valid_from))
    if isinstance(absorbed, Organization):
        return
    for place in Membership.objects.filter(person=absorbed, until=None).order_by("pk"):
        _set(moves, place, "until", max(today, place.since))
    for account in Account.objects.filter(person=absorbed, is_active=True):
        _set(moves, account, "is_active", value=False)


def _set(moves: Moves, row: Model, column: str, value: Any) -> None:
    before = getattr(row, column)
    QuerySet(type(row)).filter(pk=row.pk).update(**{column: value})
    moves.moved.append([row._meta.label, column, row.pk, _plain(before), _plain(value)])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def move_back(rows: Iterable[Row]) -> list[Row]:
    """Set every value back that is still as the merge left it; return what could not be.

    What somebody changed since stays as they left it, as does a row for which there is no room any
    more. Values are compared and set by the database, many rows of one kind at a time.
    """
    kept: list[Row] = []
    backwards = sorted(enumerate(rows), key=lambda each: -each[0])
    for (label, column, before, after), group in groupby(
        (row for _, row in backwards), key=lambda row: (row[0], row[1], row[3], row[4])
    ):
        keys = [row[2] for row in group]
        model = apps.get_model(label)
        same: QuerySet[Model] = QuerySet(model).filter(**{column: after})
        still = set(same.filter(pk__in=keys).values_list("pk", flat=True))
        kept += [[label, column, each, "changed_since"] for each in keys if each not in still]
        if not _changed(same.filter(pk__in=still), column, before):
            continue
        for each in sorted(still):
            if hindrance := _changed(same.filter(pk=each), column, before):
                kept.append([label, column, each, hindrance])
    return kept

"""The register of personal fields, read from `register.toml`."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.apps import apps
from django.db.models import Field, Model

from kehui.core.words import Word


@dataclass(frozen=True, kw_only=True)
class PersonalField:
    """One personal field; `level` is the code, by which sealed fields are told."""

    model: str
    name: str
    level: str
    who_sees: Word
    purpose: Word
    basis: Word
    retention: Word
    erasure: Word
    fate: str  # the code of `erasure`

    @property
    def label(self) -> str:
        """Return the name of the field on our pages, or "" where it stands on none."""
        field = apps.get_model(self.model)._meta.get_field(self.name)
        label = str(getattr(field, "verbose_name", ""))
        return "" if label == self.name.replace("_", " ") else label


@dataclass(frozen=True, kw_only=True)
class Line:
    """Personal fields of one purpose, ground, retention and audience, by the names people know."""

    purpose: Word
    labels: tuple[str, ...]
    who_sees: Word
    basis: Word
    retention: Word
    erasure: Word


@dataclass(frozen=True, kw_only=True)
class Register:
    personal: tuple[PersonalField, ...]
    plain: frozenset[tuple[str, str]]  # model, field

    @property
    def known(self) -> frozenset[tuple[str, str]]:
        return self.plain | {(each.model, each.name) for each in self.personal}


@cache
def register() -> Register:
    """Read the register.

    Raises:
        KeyError: a field uses a word that the register does not explain.
    """
    said = tomllib.loads((files("kehui.privacy") / "register.toml").read_text("utf-8"))
    tables = ("levels", "purposes", "bases", "retentions", "erasures")
    words = {
        table: {
            code: Word(chinese=word["zh"], english=word["en"]) for code, word in said[table].items()
        }
        for table in tables
    }
    personal, plain = [], set()
    for model, rows in said["models"].items():
        plain |= {(model, name) for name in rows["plain"].split()}
        for name, row in rows.get("personal", {}).items():
            level, *others = row.split()
            who_sees, purpose, basis, retention, erasure = (
                words[table][code] for table, code in zip(tables, (level, *others), strict=True)
            )
            personal.append(
                PersonalField(
                    model=model,
                    name=name,
                    level=level,
                    who_sees=who_sees,
                    purpose=purpose,
                    basis=basis,
                    retention=retention,
                    erasure=erasure,
                    fate=others[-1],
                )
            )
    return Register(personal=tuple(personal), plain=frozenset(plain))


def lines() -> list[Line]:
    """Return the register for people: grouped, without what has no name on our pages."""
    groups: dict[tuple[Word, Word, Word, Word, Word], dict[str, None]] = {}
    for each in register().personal:
        if label := each.label:
            group = (each.purpose, each.who_sees, each.basis, each.retention, each.erasure)
            groups.setdefault(group, {})[label] = None
    return [
        Line(
            purpose=purpose,
            labels=tuple(labels),
            who_sees=who_sees,
            basis=basis,
            retention=retention,
            erasure=erasure,
        )
        for (purpose, who_sees, basis, retention, erasure), labels in groups.items()
    ]


def fields() -> Iterator[tuple[type[Model], "Field[object, object]"]]:
    """Go through every column of every model, those between models included."""
    for model in apps.get_models(include_auto_created=True):
        for each in model._meta.local_concrete_fields:
            yield model, each

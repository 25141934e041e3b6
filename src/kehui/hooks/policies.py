"""Who may keep a hook, and what a hook may tell: the list of `data/kinds.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kehui.core.words import Word
from kehui.hooks.models import Hook
from kehui.people import policies as people
from kehui.people.models import Organization, Person

WHOSE: Final = ("item", "pair", "asker", "organization")
PING: Final = "ping"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of fact that hooks may tell: to whom it belongs, and which of its fields go out."""

    code: str
    word: Word
    whose: str
    fields: tuple[str, ...]


@cache
def kinds() -> Mapping[str, Kind]:
    """Read the list, in its order.

    Raises:
        ValueError: a kind belongs to nobody we know.
    """
    said = tomllib.loads((files("kehui.hooks") / "data" / "kinds.toml").read_text("utf-8"))
    return {code: kind_of(code, each) for code, each in said.items()}


def kind_of(code: str, said: Mapping[str, Any]) -> Kind:
    """Return one kind of the list.

    Raises:
        ValueError: it belongs to nobody we know.
    """
    if said["whose"] not in WHOSE:
        raise ValueError(f"{code}: {said['whose']}")
    return Kind(
        code=code,
        word=Word(chinese=said["zh"], english=said["en"]),
        whose=said["whose"],
        fields=tuple(said["fields"]),
    )


def kinds_for(organization: Organization | None) -> list[Kind]:
    """Return what an owner can be told: a person nothing that is an organization's alone."""
    return [
        each
        for each in kinds().values()
        if organization is not None or each.whose != "organization"
    ]


def may_keep(person: Person, hook: Hook, *, today: date) -> bool:
    """Say whether the person may see and change the hook: its owner, or an agent of its owner."""
    if hook.organization is None:
        return hook.person_id == person.pk
    return people.may_act_for(person, hook.organization, today=today)

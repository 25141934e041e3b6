"""Which purposes there are, in which words, and what a person said to each."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import get_language

from kehui.people.models import Consent, Person

BASICS: Final = "basics"
PERSONALIZATION: Final = "personalization"
PHONE: Final = "phone"
EMAIL: Final = "email"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A text in both languages; a template shows the one of the page."""

    chinese: str
    english: str

    def __str__(self) -> str:
        return self.english if (get_language() or "zh").startswith("en") else self.chinese


@dataclass(frozen=True, kw_only=True)
class Edition:
    number: int
    since: date
    words: Wording


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """Something that personal data is used for; `page` is where it is given, "" where nowhere."""

    code: str
    kind: str
    title: Wording
    page: str
    editions: tuple[Edition, ...]

    @property
    def newest(self) -> Edition:
        return self.editions[-1]

    @property
    def is_optional(self) -> bool:
        return self.kind != "basic"

    @property
    def is_refusable(self) -> bool:
        return self.kind == "refusable"


@dataclass(frozen=True, kw_only=True)
class Said:
    """A purpose and what the person last said of it; `receipt` is None who never said anything."""

    purpose: Purpose
    receipt: Consent | None

    @property
    def stands(self) -> bool:
        if self.receipt is None:
            return self.purpose.is_refusable
        return self.receipt.withdrawn_at is None


@cache
def purposes() -> dict[str, Purpose]:
    """Return all purposes by code, the basics first."""
    said = tomllib.loads((files("kehui.people") / "data" / "consents.toml").read_text("utf-8"))
    return {
        code: Purpose(
            code=code,
            kind=row["kind"],
            title=Wording(chinese=row["title"]["zh"], english=row["title"]["en"]),
            page=row.get("page", ""),
            editions=tuple(
                Edition(
                    number=number,
                    since=each["since"],
                    words=Wording(chinese=each["zh"], english=each["en"]),
                )
                for number, each in enumerate(row["editions"], start=1)
            ),
        )
        for code, row in said.items()
    }


def said_by(person: Person) -> list[Said]:
    """Return every purpose with the person's last word on it; one query."""
    last = {each.purpose: each for each in Consent.objects.filter(person=person).order_by("pk")}
    return [Said(purpose=each, receipt=last.get(code)) for code, each in purposes().items()]


def stands(person: Person, code: str) -> bool:
    """Say whether the purpose may be served for this person now."""
    last = Consent.objects.filter(person=person, purpose=code).order_by("pk").last()
    return Said(purpose=purposes()[code], receipt=last).stands


def receipts_of(person: Person) -> QuerySet[Consent]:
    """Return everything the person ever said, the last first."""
    return Consent.objects.filter(person=person).order_by("-pk")

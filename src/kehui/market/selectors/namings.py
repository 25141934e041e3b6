"""The learned names as they stand: what is in force, who taught it, what people said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from kehui.engines.naming import Standing
from kehui.engines.text.normal import normalize
from kehui.market.models import NamingEdition, NamingVerdict

Pair = tuple[str, str]  # full name and other name, folded


@dataclass(frozen=True, kw_only=True)
class Learned:
    """A pair of names with what speaks for it. `verdict` is None while nobody has decided."""

    name: str
    other: str
    owners: int
    texts: int
    standing: Standing
    quotes: list[dict[str, Any]]  # item and words
    verdict: bool | None

    @property
    def is_in_force(self) -> bool:
        return self.standing == Standing.TAUGHT if self.verdict is None else self.verdict


def in_force() -> NamingEdition | None:
    return NamingEdition.objects.filter(state=NamingEdition.State.IN_FORCE).first()


def last_replaced() -> NamingEdition | None:
    """Return the one that was in force before the present one and was never withdrawn."""
    replaced = NamingEdition.objects.filter(state=NamingEdition.State.REPLACED)
    return replaced.order_by("-installed_at", "-pk").first()


def learned(words: str = "") -> list[Learned]:
    """Return the pairs of the edition in force; with words, those that hold them."""
    edition = in_force()
    wanted, said = normalize(words), verdicts()
    return [
        each
        for each in read(edition.content if edition else [], said)
        if wanted in each.name or wanted in each.other
    ]


def read(content: list[dict[str, Any]], said: Mapping[Pair, bool]) -> list[Learned]:
    """Return the pairs of a content, each with what was said of it."""
    return [
        Learned(
            **{**row, "standing": Standing(row["standing"])},
            verdict=said.get((row["name"], row["other"])),
        )
        for row in content
    ]


def verdicts() -> dict[Pair, bool]:
    rows = NamingVerdict.objects.values_list("name", "other", "is_right")
    return {(name, other): is_right for name, other, is_right in rows}


def pairs() -> list[Pair]:
    """Return the pairs that search and matching use now."""
    return pairs_of(learned())


def pairs_of(found: list[Learned]) -> list[Pair]:
    return [(each.name, each.other) for each in found if each.is_in_force]


def stamp() -> str:
    """Return a text that is another one after every change of `pairs`; two cheap queries."""
    edition = NamingEdition.objects.filter(state=NamingEdition.State.IN_FORCE)
    version = edition.values_list("version", flat=True).first() or ""
    said = NamingVerdict.objects.aggregate(count=Count("pk"), last=Max("pk"), at=Max("decided_at"))
    return f"{version}:{said['count']}:{said['last']}:{said['at']}"

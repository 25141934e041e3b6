"""Words in items, letter by letter: for alerts, and for search while the index is not ready."""

from dataclasses import dataclass
from functools import reduce
from operator import add

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from kehui.engines.text import parse_query
from kehui.engines.text.normal import normalize
from kehui.engines.text.segment import words
from kehui.market.models import Item

FEW = 3
MOST_WORDS = 12


@dataclass(frozen=True)
class Wording:
    """What a query asks for: phrases that must stand there, words, and what must not."""

    phrases: tuple[str, ...]
    words: tuple[str, ...]
    none_of: tuple[str, ...]

    @property
    def least(self) -> int:
        """How many of the words an item must hold: all of a few, two thirds of many."""
        count = len(self.words)
        return count if count <= FEW else -(-2 * count // 3)

    @property
    def marks(self) -> tuple[str, ...]:
        return (*self.phrases, *self.words)


def read(query: str) -> Wording:
    """Read a query as people type it; of a long text the first words count."""
    parsed = parse_query(query)
    plain = tuple(dict.fromkeys(_smallest(parsed.text)))[:MOST_WORDS]
    return Wording(tuple(parsed.phrases), plain, tuple(parsed.excluded))


def _smallest(text: str) -> list[str]:
    """Return the words in their order; of a compound only its parts, which ask for less."""
    found = list(words(normalize(text)))
    return [
        word.term
        for word in found
        if not any(
            word.start <= part.start and part.end <= word.end and part[1:] != word[1:]
            for part in found
        )
    ]


def holding(items: QuerySet[Item], wording: Wording, *, tier: int) -> QuerySet[Item]:
    """Return the items that hold what is asked, those with more of the words first.

    What stands above the reader's `tier` is not read: an answer would tell what it says.
    """
    for phrase in wording.phrases:
        items = items.filter(_holds(phrase, tier=tier))
    for phrase in wording.none_of:
        items = items.exclude(_holds(phrase, tier=tier))
    if not wording.words:
        return items
    hits: list[Combinable] = [
        Case(
            When(title__icontains=word, then=Value(3)),
            When(_holds(word, tier=tier), then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        )
        for word in wording.words
    ]
    found = [
        Case(When(_holds(word, tier=tier), then=Value(1)), default=Value(0)) for word in wording.words
    ]
    return (
        items.annotate(words_found=reduce(add, found), weight=reduce(add, hits))
        .filter(words_found__gte=wording.least)
        .order_by(F("weight").desc(), "-published_at", "-pk")
    )


def _holds(text: str, *, tier: int) -> Q:
    inside = Q(description__icontains=text) | Q(keywords__icontains=text)
    return Q(title__icontains=text) | (Q(tier__lte=tier) & inside)

"""Words in items, letter by letter: for alerts, and for search while the index is not ready."""

from dataclasses import dataclass
from functools import reduce
from operator import add, or_
from typing import Final

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from kehui.engines.text.lexicon import Lexicon
from kehui.engines.text.normal import normalize
from kehui.engines.text.query import parse_query
from kehui.engines.text.segment import words
from kehui.market.models import Item

FEW: Final = 3
MOST_WORDS: Final = 12


@dataclass(frozen=True)
class Wording:
    """What a query asks for, folded.

    `words` are groups of names for one thing: a word, or a term of the dictionary with its
    synonyms. `phrases` must stand in the text as they are, `none_of` must not.
    """

    phrases: tuple[str, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    none_of: tuple[str, ...] = ()

    @property
    def least(self) -> int:
        """How many of the words an item must hold: all of a few, two thirds of many."""
        count = len(self.words)
        return count if count <= FEW else -(-2 * count // 3)

    @property
    def marks(self) -> tuple[str, ...]:
        """Everything to be highlighted."""
        return (*self.phrases, *(name for group in self.words for name in group))


def read(query: str, lexicon: Lexicon) -> Wording:
    """Read a query as people type it; of a long text the first words count."""
    parsed = parse_query(query)
    groups: dict[str, tuple[str, ...]] = {}
    rest = parsed.words
    for mention in reversed(lexicon.mentions(rest)):
        if mention.other_names:
            groups[mention.name] = (mention.name, *mention.other_names)
            rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    for word in _smallest(rest):
        groups.setdefault(word, (word,))
    return Wording(parsed.phrases, tuple(groups.values())[:MOST_WORDS], parsed.exclusions)


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


def holding(items: QuerySet[Item], wording: Wording) -> QuerySet[Item]:
    """Return the items that hold what is asked, those with more of the words first.

    Only what everybody may read is read here: an answer would tell what the rest says.
    """
    for phrase in wording.phrases:
        items = items.filter(_holds(phrase))
    for phrase in wording.none_of:
        items = items.exclude(_holds(phrase))
    if not wording.words:
        return items
    held = [_holds_any(group) for group in wording.words]
    titled = [_in_title(group) for group in wording.words]
    weights = [
        _score((title, 3), (anywhere, 1)) for title, anywhere in zip(titled, held, strict=True)
    ]
    return (
        items.annotate(
            words_found=reduce(add, (_score((each, 1)) for each in held)),
            weight=reduce(add, weights),
        )
        .filter(words_found__gte=wording.least)
        .order_by(F("weight").desc(), "-published_at", "-pk")
    )


def _score(*points: tuple[Q, int]) -> Combinable:
    whens = (When(condition, then=Value(point)) for condition, point in points)
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _in_title(group: tuple[str, ...]) -> Q:
    return reduce(or_, (Q(title__icontains=name) for name in group))


def _holds_any(group: tuple[str, ...]) -> Q:
    return reduce(or_, (_holds(name) for name in group))


def _holds(text: str) -> Q:
    inside = Q(description__icontains=text) | Q(keywords__icontains=text)
    return Q(title__icontains=text) | inside

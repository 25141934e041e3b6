"""Concepts of the domain dictionary as an index can find them: by the terms of their names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from kehui.engines.text.lexicon import Lexicon
from kehui.engines.text.normal import normalize
from kehui.engines.text.segment import pairs, term_key, word_terms

SYNONYM_WEIGHT = 0.8  # a synonym counts a little less than the very word


@dataclass(frozen=True, slots=True)
class Form:
    """One name of a concept, folded, and the term keys by which an index knows it."""

    text: str
    keys: tuple[int, ...]

    @property
    def enough(self) -> int:
        """Return how many of the keys must be there for the name to count as present."""
        return -(-3 * len(self.keys) // 5)


def form(text: str) -> Form:
    """Return the form of a name: its character pairs, and its words of other scripts."""
    folded = normalize(text.strip())
    terms = [token.term for token in pairs(folded)]
    terms += [word for word in word_terms(folded) if word.isascii()]
    return Form(folded, tuple(dict.fromkeys(term_key(term) for term in terms)))


@dataclass(frozen=True)
class Concept:
    """The names of one thing; any may stand for any other."""

    forms: tuple[Form, ...]


@dataclass(frozen=True)
class Concepts:
    """The concepts of a lexicon, found by term key."""

    concepts: tuple[Concept, ...] = ()
    weight: float = SYNONYM_WEIGHT
    _by_key: dict[int, list[int]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, lexicon: Lexicon, weight: float = SYNONYM_WEIGHT) -> Self:
        concepts = []
        for group in lexicon.groups():
            forms = {each.text: each for each in map(form, group) if each.keys}
            if len(forms) > 1:
                concepts.append(Concept(tuple(forms.values())))
        by_key: dict[int, list[int]] = {}
        for number, concept in enumerate(concepts):
            for key in {key for each in concept.forms for key in each.keys}:
                by_key.setdefault(key, []).append(number)
        return cls(tuple(concepts), weight, by_key)

    def touched(self, keys: Iterable[int]) -> list[Concept]:
        """Return the concepts that share a key with the given ones, in their order."""
        found = {number for key in keys for number in self._by_key.get(key, ())}
        return [self.concepts[number] for number in sorted(found)]

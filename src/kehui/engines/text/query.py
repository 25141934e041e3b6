"""Read what somebody types into a search box: words, “phrases”, and what to leave out."""

import re
from dataclasses import dataclass

from kehui.engines.text.normal import normalize

# Straight and curly quotes, corner brackets and book title marks all mark a phrase.
_PHRASE = re.compile(r"[\"“”「『《]([^\"“”「」『』《》]{1,60})[\"“”」』》]")
_EXCLUDED = re.compile(r"(?:(?<=\s)|^)(?:[-－](?=[^\s\d])|不含|不要)([^\s，。；、,;]{1,30})")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """`words` is the free text left to rank by; phrases must stand in a text, exclusions must not.

    All of it folded: half width, lower case, simplified.
    """

    words: str
    phrases: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return everything to rank by."""
        return " ".join([self.words, *self.phrases]).strip()

    def allows(self, text: str) -> bool:
        """Say whether a text holds every phrase and no exclusion, whatever its spelling."""
        folded = normalize(text)
        return all(phrase in folded for phrase in self.phrases) and not any(
            word in folded for word in self.exclusions
        )


def parse_query(text: str) -> SearchQuery:
    """Return what the text asks for. A lone quote or hyphen is just a character."""
    phrases = tuple(normalize(each).strip() for each in _PHRASE.findall(text))
    rest = normalize(_PHRASE.sub(" ", text))
    exclusions = tuple(each.strip() for each in _EXCLUDED.findall(rest))
    words = " ".join(_EXCLUDED.sub(" ", rest).split())
    return SearchQuery(words, tuple(filter(None, phrases)), tuple(filter(None, exclusions)))

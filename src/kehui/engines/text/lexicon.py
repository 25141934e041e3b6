"""The domain dictionary: names that mean the same thing, found in a text and exchanged.

A term works from the moment it is known here: the names are looked up when somebody asks, the index
is not touched.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kehui.engines.text.normal import normalize


class Mention(NamedTuple):
    """A name of the dictionary in a text: where it stands and what else it is called."""

    start: int
    end: int
    name: str
    other_names: tuple[str, ...]


class Lexicon:
    """Groups of names. Two entries that share a name are one group.

    Args:
        entries: each term with its synonyms; spelling is folded like every text here.
    """

    def __init__(self, entries: Mapping[str, Iterable[str]] | None = None) -> None:
        self._group: dict[str, tuple[str, ...]] = {}
        for term, synonyms in (entries or {}).items():
            names = {normalize(name).strip() for name in (term, *synonyms)} - {""}
            for name in list(names):
                names.update(self._group.get(name, ()))
            group = tuple(sorted(names))
            self._group.update(dict.fromkeys(group, group))
        self._starts: dict[str, list[str]] = {}
        for name in sorted(self._group, key=len, reverse=True):
            self._starts.setdefault(name[0], []).append(name)

    def __len__(self) -> int:
        return len(self._group)

    def groups(self) -> list[tuple[str, ...]]:
        """Return the groups of names, each once, in the order of their spelling."""
        return sorted(set(self._group.values()))

    def mentions(self, text: str) -> list[Mention]:
        """Return the names in the text from left to right, the longest at each place."""
        folded = normalize(text)
        found, place = [], 0
        while place < len(folded):
            name = self._at(folded, place)
            if name is None:
                place += 1
                continue
            others = tuple(other for other in self._group[name] if other != name)
            found.append(Mention(place, place + len(name), name, others))
            place += len(name)
        return found

    def _at(self, folded: str, place: int) -> str | None:
        for name in self._starts.get(folded[place], ()):
            if folded.startswith(name, place) and self._is_whole(folded, place, name):
                return name
        return None

    @staticmethod
    def _is_whole(folded: str, place: int, name: str) -> bool:
        """Say whether a Latin name stands by itself: PAO is not in PAOLO."""
        before = folded[place - 1 : place]
        after = folded[place + len(name) : place + len(name) + 1]
        cuts_before = name[0].isascii() and before.isascii() and before.isalnum()
        cuts_after = name[-1].isascii() and after.isascii() and after.isalnum()
        return not (cuts_before or cuts_after)

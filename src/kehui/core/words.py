"""A word of a table of data in both languages."""

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a table calls something; a template shows the language of the page."""

    chinese: str
    english: str

    def __str__(self) -> str:
        return self.english if (get_language() or "zh").startswith("en") else self.chinese

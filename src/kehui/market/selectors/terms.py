"""The domain dictionary as the engine reads it, and a stamp that says when it has changed.

What the market's own texts taught stands beside it; the dictionary has the last word.
"""

from django.db.models import Count, Max, QuerySet

from kehui.engines.naming import entries
from kehui.engines.text.lexicon import Lexicon
from kehui.market.models import DomainTerm
from kehui.market.selectors import namings


def listed(words: str = "") -> QuerySet[DomainTerm]:
    """Return the terms in order; with words, those that hold them."""
    terms = DomainTerm.objects.select_related("added_by")
    if words:
        terms = terms.filter(term__icontains=words) | terms.filter(synonyms__icontains=words)
    return terms.order_by("term")


def stamp() -> str:
    """Return a text that is another one after every change of the names; cheap queries."""
    seen = DomainTerm.objects.aggregate(count=Count("pk"), last=Max("pk"), at=Max("added_at"))
    return f"{seen['count']}:{seen['last']}:{seen['at']}:{namings.stamp()}"


def kept() -> dict[str, list[str]]:
    """Return the dictionary that people keep: each term with its other names."""
    return {term: list(names) for term, names in DomainTerm.objects.values_list("term", "synonyms")}


class _Read:
    """The dictionary as this process has read it last."""

    stamp = ""
    lexicon = Lexicon()


def lexicon() -> Lexicon:
    """Return the names of this moment, read anew only when their stamp has changed."""
    now = stamp()
    if _Read.stamp != now:
        _Read.lexicon = Lexicon(entries(kept(), namings.pairs()))
        _Read.stamp = now
    return _Read.lexicon

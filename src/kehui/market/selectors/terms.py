"""The domain dictionary as the engine reads it, and a stamp that says when it has changed."""

from django.db.models import Count, Max, QuerySet

from kehui.engines.text.lexicon import Lexicon
from kehui.market.models import DomainTerm


def listed(words: str = "") -> QuerySet[DomainTerm]:
    """Return the terms in order; with words, those that hold them."""
    terms = DomainTerm.objects.select_related("added_by")
    if words:
        terms = terms.filter(term__icontains=words) | terms.filter(synonyms__icontains=words)
    return terms.order_by("term")


def stamp() -> str:
    """Return a text that is another one after every change of the dictionary; one cheap query."""
    seen = DomainTerm.objects.aggregate(count=Count("pk"), last=Max("pk"), at=Max("added_at"))
    return f"{seen['count']}:{seen['last']}:{seen['at']}"


class _Read:
    """The dictionary as this process has read it last."""

    stamp = ""
    lexicon = Lexicon()


def lexicon() -> Lexicon:
    """Return the dictionary of this moment, read anew only when its stamp has changed."""
    now = stamp()
    if _Read.stamp != now:
        rows = DomainTerm.objects.values_list("term", "synonyms")
        _Read.lexicon = Lexicon({term: list(names) for term, names in rows})
        _Read.stamp = now
    return _Read.lexicon

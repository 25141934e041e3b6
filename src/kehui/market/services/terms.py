"""Keep the domain dictionary: add, change and remove terms, one by one or from a list."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, locks, names
from kehui.core.errors import Refused
from kehui.market.models import DomainTerm
from kehui.people import policies as people
from kehui.people.models import Person
from kehui.people.services import NotAnOperator

SHORTEST: Final = 2
LONGEST: Final = 40
MOST_SYNONYMS: Final = 20
MOST_LINES: Final = 20_000
_LOCK: Final = "terms"  # one writer at a time: two new terms may claim one synonym

_SEPARATORS: Final = re.compile("[,，、;；|\t]")


class TermMalformed(Refused):
    code = "TERM_FORM"
    message = _("“{term}”不能作术语：要 2 至 40 个字，至少有一个汉字或字母。")
    message_en = "“{term}” cannot be a term: 2 to 40 characters, at least one of them a letter."
    field = "term"


class TermExists(Refused):
    code = "TERM_EXISTS"
    message = _("“{term}”已在词典里，是“{holder}”的说法。请改那一条。")
    message_en = "“{term}” is in the dictionary already, under “{holder}”. Change that one."
    status = 409
    field = "term"


class TooManySynonyms(Refused):
    code = "TOO_MANY_SYNONYMS"
    message = _("同义说法最多 {most} 个。")
    message_en = "A term has at most {most} other names."
    field = "synonyms"


class TooManyLines(Refused):
    code = "TOO_MANY_LINES"
    message = _("一次最多 {most} 行，请分几次导入。")
    message_en = "At most {most} lines at a time; please import in parts."
    field = "lines"


@transaction.atomic
def add_term(
    *, term: str, synonyms: Sequence[str] = (), person: Person, at: datetime
) -> DomainTerm:
    """Add a term with its other names; search and matching know it from the next request on.

    Raises:
        NotAnOperator, TermMalformed, TooManySynonyms: see there.
        TermExists: the term, or one of the names, is in the dictionary already.
    """
    _begin(person, at=at)
    tidy, others = _checked(term, synonyms)
    _refuse_taken(tidy, others, own=None)
    return DomainTerm.objects.create(term=tidy, synonyms=others, added_by=person, added_at=at)


@transaction.atomic
def change_term(
    *, entry: DomainTerm, term: str, synonyms: Sequence[str], person: Person, at: datetime
) -> DomainTerm:
    """Write the term and its other names anew; `added_at` becomes now, so that workers notice."""
    _begin(person, at=at)
    mine = DomainTerm.objects.select_for_update().get(pk=entry.pk)
    mine.term, mine.synonyms = _checked(term, synonyms)
    _refuse_taken(mine.term, mine.synonyms, own=mine.pk)
    mine.added_by, mine.added_at = person, at
    mine.save()
    return mine


@transaction.atomic
def remove_term(*, entry: DomainTerm, person: Person, at: datetime) -> None:
    _begin(person, at=at)
    DomainTerm.objects.filter(pk=entry.pk).delete()


class LineVerdict(NamedTuple):
    """What became of one line of a list: added, or refused with a reason."""

    number: int
    text: str
    refusal: Refused | None


@transaction.atomic
def import_terms(*, lines: Iterable[str], person: Person, at: datetime) -> list[LineVerdict]:
    """Add a term a line, `术语，同义说法、同义说法`; good lines go in, others say why not."""
    _begin(person, at=at)
    listed = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if len(listed) > MOST_LINES:
        raise TooManyLines(most=MOST_LINES)
    taken = _taken(own=None)
    made, verdicts = [], []
    for number, line in listed:
        parts = split(line)
        refusal: Refused | None = None
        try:
            term, others = _checked(parts[0] if parts else line, parts[1:])
            _refuse_within(taken, term, others)
        except Refused as found:
            refusal = found
        else:
            taken |= {names.comparable(each): term for each in (term, *others)}
            made.append(DomainTerm(term=term, synonyms=others, added_by=person, added_at=at))
        verdicts.append(LineVerdict(number, line, refusal))
    DomainTerm.objects.bulk_create(made)
    return verdicts


def split(text: str) -> list[str]:
    """Return the names in a line: commas, semicolons, bars and tabs stand between them."""
    return [each.strip() for each in _SEPARATORS.split(text) if each.strip()]


def _begin(person: Person, *, at: datetime) -> None:
    if not people.may_operate(person, today=dates.day_of(at)):
        raise NotAnOperator
    locks.hold(_LOCK)


def _checked(term: str, synonyms: Sequence[str]) -> tuple[str, list[str]]:
    """Return the term and its other names, tidied, without repetitions."""
    tidy = _well_formed(term)
    seen = {names.comparable(tidy)}
    others = []
    for each in synonyms:
        if not each.strip():
            continue
        other = _well_formed(each)
        if names.comparable(other) not in seen:
            seen.add(names.comparable(other))
            others.append(other)
    if len(others) > MOST_SYNONYMS:
        raise TooManySynonyms(most=MOST_SYNONYMS)
    return tidy, others


def _well_formed(text: str) -> str:
    tidy = names.tidy(unicodedata.normalize("NFKC", text))
    if not SHORTEST <= len(tidy) <= LONGEST or not any(sign.isalpha() for sign in tidy):
        raise TermMalformed(term=text[:LONGEST])
    return tidy


def _taken(*, own: int | None) -> dict[str, str]:
    """Return every name in the dictionary, folded, with the term it belongs to."""
    taken: dict[str, str] = {}
    others = DomainTerm.objects.all() if own is None else DomainTerm.objects.exclude(pk=own)
    for term, synonyms in others.values_list("term", "synonyms"):
        taken |= {names.comparable(each): term for each in (term, *synonyms)}
    return taken


def _refuse_taken(term: str, synonyms: Sequence[str], *, own: int | None) -> None:
    _refuse_within(_taken(own=own), term, synonyms)


def _refuse_within(taken: dict[str, str], term: str, synonyms: Sequence[str]) -> None:
    for each in (term, *synonyms):
        if holder := taken.get(names.comparable(each)):
            raise TermExists(term=each, holder=holder, field="term" if each == term else "synonyms")

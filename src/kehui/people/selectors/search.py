"""Find persons by name, place and discipline, among millions, in a few questions."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from django.db.models import Q, QuerySet

from kehui.core import names, regions
from kehui.people.models import Person
from kehui.people.models.persons import PersonTokens

MOST: Final = 50
# More places than these are no filter: the index would read nearly all of it
MOST_PLACES: Final = 60


def standing(persons: QuerySet[Person]) -> QuerySet[Person]:
    """Leave out who has left, and entries that were found to be somebody else's."""
    return persons.filter(left_at=None, merged_into=None)


def find_persons(
    name: str = "", *, region: str = "", discipline: str = "", limit: int = MOST
) -> list[Person]:
    """Return at most `limit` persons: first of exactly this name, then beginning, then holding it.

    Within a group the order is that of the tables: whoever looks for one of many adds the place.
    At most three questions, `employer` and `region` included, and one for parks; details and
    account are not loaded.

    Args:
        name: one sign or more, as written; rare characters and dots count. "" for any.
        region: code of a place; with all that lies in it. "" for anywhere.
        discipline: 3, 5 or 7 digits of GB/T 13745; with all below it. "" for any.
        limit: at most MOST.
    """
    key = key_of(name)
    within, found = _within(region, discipline), dict[int, Person]()
    for wanted in _steps(names.tidy(unicodedata.normalize("NFKC", name)), key):
        left = min(limit, MOST) - len(found)
        if left <= 0:
            break
        rows = within.filter(wanted).exclude(pk__in=found)
        found |= {each.pk: each for each in rows[:left] if key in key_of(each.name)}
    return list(found.values())


def key_of(name: str) -> str:
    """Return the name as `kehui_person_tokens` folds it: width, case and blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", names.tidy(name))).lower()


def _steps(written: str, key: str) -> Iterator[Q]:
    """Yield what is asked, the best first; each by an index."""
    if not key:
        yield Q()
        return
    yield Q(name=written)
    yield Q(name__startswith=written)
    pairs = [key[place : place + 2] for place in range(len(key) - 1)] or [key]
    yield Q(searched_by__contains=pairs)


def _within(region: str, discipline: str) -> QuerySet[Person]:
    tokens = {"searched_by": PersonTokens("name", "region_id", "disciplines")}
    rows = standing(Person.objects.alias(**tokens)).select_related("employer", "region")
    if discipline:
        rows = rows.filter(Q(searched_by__contains=[f"d:{discipline}"]))
    if not region:
        return rows
    codes = sorted(regions.within(region))
    if len(codes) > MOST_PLACES:
        return rows.filter(region__in=codes)
    return rows.filter(Q(searched_by__overlap=[f"r:{code}" for code in codes]))

"""Which entries may be one person or one organization: reasons to look, never to decide.

Two people of one name stay two: a name alone is no reason here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q

from kehui.people.models import MergeLog, Organization, Person, PersonalDetails
from kehui.people.selectors.references import Thing
from kehui.people.selectors.search import standing

WINDOW: Final = 200  # how many of the latest entries the review list looks at
MOST_PER_ENTRY: Final = 5


class Reason(StrEnum):
    """Why two entries may be one, the strongest first."""

    SAME_IDENTITY_NUMBER = "same_identity_number"
    SAME_NUMBER = "same_number"  # of an organization's certificate
    SAME_PHONE = "same_phone"
    SAME_LOOK_AND_EMPLOYER = "same_look_and_employer"
    SAME_LOOK_AND_PLACE = "same_look_and_place"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """An entry, another that may be the same, and why; the reasons in order of strength."""

    entry: Thing
    other: Thing
    reasons: tuple[Reason, ...]


def persons_like(persons: Sequence[Person]) -> list[Pair]:
    """Return who may be one of these persons, for each at most MOST_PER_ENTRY others.

    Four questions, however many persons: looks, numbers, the others themselves, and the pairs that
    were judged already. Numbers are compared by their codes; nothing is opened. Numbers under an
    older index key are found after the re-encryption.
    """
    why: dict[tuple[int, int], set[Reason]] = {}
    for one, other, reason in (*_looks(persons), *_numbers(persons)):
        why.setdefault((one, other), set()).add(reason)
    known = {each.pk: each for each in persons}
    others = standing(Person.objects.filter(pk__in={other for _, other in why}))
    rows = others.select_related("employer", "region").in_bulk()
    judged = _judged("person", known)
    return _pairs(why, known, rows, judged)


def _looks(persons: Sequence[Person]) -> Iterable[tuple[int, int, Reason]]:
    wanted = [
        Q(look=each.look, region=each.region_id)
        | Q(look=each.look, employer=each.employer_id, employer__isnull=False)
        for each in persons
        if each.look
    ]
    if not wanted:
        return
    rows = standing(Person.objects.filter(reduce(or_, wanted)))
    alike: dict[str, list[tuple[int, str, int | None]]] = {}
    for pk, look, region, employer in rows.values_list("pk", "look", "region", "employer"):
        alike.setdefault(look, []).append((pk, region, employer))
    for each in persons:
        for pk, place, firm in alike.get(each.look, ()):
            if pk == each.pk:
                continue
            if place == each.region_id:
                yield each.pk, pk, Reason.SAME_LOOK_AND_PLACE
            if firm is not None and firm == each.employer_id:
                yield each.pk, pk, Reason.SAME_LOOK_AND_EMPLOYER


def _numbers(persons: Sequence[Person]) -> Iterable[tuple[int, int, Reason]]:
    columns = {
        "identity_number_code": Reason.SAME_IDENTITY_NUMBER,
        "phone_code": Reason.SAME_PHONE,
    }
    mine = list(PersonalDetails.objects.filter(person__in=persons).values("person", *columns))
    wanted = [
        Q(**{f"{column}__in": codes})
        for column in columns
        if (codes := [row[column] for row in mine if row[column]])
    ]
    if not wanted:
        return
    rows = PersonalDetails.objects.filter(reduce(or_, wanted)).values("person", *columns)
    for other in rows:
        for one in mine:
            for column, reason in columns.items():
                same = one[column] and other[column] and bytes(one[column]) == bytes(other[column])
                if same and one["person"] != other["person"]:
                    yield one["person"], other["person"], reason


def organizations_like(organizations: Sequence[Organization]) -> list[Pair]:
    """Return what may be one of these organizations; three questions for all of them.

    Unified codes are unique, so they never meet; the number of another certificate may.
    """
    known = {each.pk: each for each in organizations}
    looks = [Q(look=each.look, region=each.region_id) for each in organizations if each.look]
    numbers = [number for each in organizations if (number := _number(each))]
    wanted = [*looks, *[Q(alternative_id__number=number) for number in numbers]]
    if not wanted:
        return []
    found = Organization.objects.filter(reduce(or_, wanted), merged_into=None)
    rows = found.select_related("region").in_bulk()
    why: dict[tuple[int, int], set[Reason]] = {}
    for one in organizations:
        for other in rows.values():
            if reasons := _shared(one, other):
                why[one.pk, other.pk] = reasons
    return _pairs(why, known, rows, _judged("organization", known))


def _number(organization: Organization) -> str:
    return str((organization.alternative_id or {}).get("number", ""))


def _shared(one: Organization, other: Organization) -> set[Reason]:
    if one.pk == other.pk or (one.uscc and other.uscc):  # two codes are two organizations
        return set()
    found = set()
    if _number(one) and _number(one) == _number(other):
        found.add(Reason.SAME_NUMBER)
    if one.look and (one.look, one.region_id) == (other.look, other.region_id):
        found.add(Reason.SAME_LOOK_AND_PLACE)
    return found


def _judged(thing: str, known: Iterable[int]) -> set[frozenset[int]]:
    """Return the pairs about which somebody has decided already, or is asked to."""
    one, other = f"survivor_{thing}", f"absorbed_{thing}"
    rows = MergeLog.objects.filter(Q(**{f"{one}__in": known}) | Q(**{f"{other}__in": known}))
    return {frozenset(each) for each in rows.values_list(one, other)}


def _pairs(
    why: dict[tuple[int, int], set[Reason]],
    known: dict[int, Person] | dict[int, Organization],
    rows: dict[int, Person] | dict[int, Organization],
    judged: set[frozenset[int]],
) -> list[Pair]:
    order = list(Reason)
    told: list[Pair] = []
    count: dict[int, int] = {}
    seen: set[frozenset[int]] = set(judged)
    for (one, other), reasons in sorted(
        why.items(), key=lambda each: (min(map(order.index, each[1])), each[0])
    ):
        pair = frozenset((one, other))
        if other not in rows or pair in seen or count.get(one, 0) >= MOST_PER_ENTRY:
            continue
        seen.add(pair)
        count[one] = count.get(one, 0) + 1
        ranked = tuple(sorted(reasons, key=order.index))
        told.append(Pair(entry=known[one], other=rows[other], reasons=ranked))
    return told


def persons_to_compare() -> list[Pair]:
    """Return the pairs among the latest WINDOW persons and anybody else, the strongest first."""
    latest = standing(Person.objects.all()).order_by("-joined_at", "-pk")
    return persons_like(list(latest.select_related("employer", "region")[:WINDOW]))


def organizations_to_compare() -> list[Pair]:
    """Return the pairs among the latest WINDOW organizations and any other."""
    latest = Organization.objects.filter(merged_into=None).order_by("-joined_at", "-pk")
    return organizations_like(list(latest.select_related("region")[:WINDOW]))


def merges() -> "list[MergeLog]":
    """Return the latest merges and what waits for a second operator, newest first."""
    rows = MergeLog.objects.select_related(
        "survivor_person",
        "absorbed_person",
        "survivor_organization",
        "absorbed_organization",
        "by",
        "second",
    )
    return list(rows.order_by("-asked_at", "-pk")[:WINDOW])

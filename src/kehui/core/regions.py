"""Places by their code: names, lines, neighborhoods and distances, without a query.

The national list is read once from the package. Private nodes (`P-…`) are rows
only; a few functions here ask the database for them, and say so.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.translation import gettext_lazy as _

from kehui.core.codes import read_rows
from kehui.core.errors import Refused
from kehui.core.models import Region

EARTH_RADIUS_KM = 6371.0088

_CODE = re.compile(r"\d{6}|P-\d{6}-\d+")


class RegionUnknown(Refused):
    code = "REGION_UNKNOWN"
    message = _("没有区划代码“{text}”。请从列表中选择地区。")
    message_en = "There is no region code “{text}”. Please choose the region from the list."


class RegionAmbiguous(Refused):
    """A name was given where a code is needed; `choices` are the places so called."""

    code = "REGION_AMBIGUOUS"
    message = _("“{text}”不能只按名称确定。请选择代码：{listed}。")
    message_en = "“{text}” cannot be told by its name alone. Please choose a code: {listed}."

    def __init__(self, *, text: str, choices: list["Place"], field: str | None = None) -> None:
        listed = "；".join(f"{each.code} {full_name(each.code)}" for each in choices)
        super().__init__(field=field, text=text, listed=listed)
        self.choices = choices


@dataclass(frozen=True)
class Place:
    """One row of the national list; `valid_to` is the last day."""

    code: str
    parent: str
    level: int
    name: str
    valid_from: date | None
    valid_to: date | None
    replaced_by: str
    longitude: float | None
    latitude: float | None

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@cache
def places() -> dict[str, Place]:
    """Return the national list, abolished places included, in order of code."""
    return {
        row["code"]: Place(
            code=row["code"],
            parent=row["parent"],
            level=int(row["level"]),
            name=row["name"],
            valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            replaced_by=row["replaced_by"],
            longitude=float(row["longitude"]) if row["longitude"] else None,
            latitude=float(row["latitude"]) if row["latitude"] else None,
        )
        for row in read_rows("regions.csv")
    }


def name_of(code: str) -> str:
    """Return the short name; a private node costs a query; an unknown code stands for itself."""
    if place := places().get(code):
        return place.name
    return Region.objects.filter(pk=code).values_list("name", flat=True).first() or code


def full_name(code: str) -> str:
    """Return the name with everything above it: 四川省乐山市市中区."""
    return "".join(name_of(each) for each in line(code))


def line(code: str) -> list[str]:
    """Return the codes from the province down to the place; a private node stands at the end.

    No prefix rule: in Chongqing a county stands directly under the municipality.
    """
    above: list[str] = []
    step = code
    while step:
        above.append(step)
        step = places()[step].parent if step in places() else _private_parent(step)
    return above[::-1]


def _private_parent(code: str) -> str:
    """Read the parent from a private code; nothing stands above an unknown one."""
    return code.split("-")[1] if _CODE.fullmatch(code) and code.startswith("P-") else ""


@cache
def _below() -> dict[str, frozenset[str]]:
    """Return the national codes in each place: below it, and abolished into it."""
    inside: dict[str, set[str]] = {code: {code} for code in places()}
    for place in places().values():
        for above in {*line(place.code), *line(place.replaced_by)}:
            inside[above].add(place.code)
    return {code: frozenset(codes) for code, codes in inside.items()}


def within(code: str) -> frozenset[str]:
    """Return every code that counts as inside the place; asks once for private nodes.

    Below it; abolished into it; parks that touch one of its counties. A park
    itself holds only itself: it is a part of its counties, not all of them.
    """
    return within_each([code])[code]


def within_each(codes: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return `within` of each of these places, with one question for all of them."""
    parks = list(
        Region.objects.filter(level=Region.Level.PARK).values_list("pk", "parent", "touches")
    )
    inside: dict[str, frozenset[str]] = {}
    for code in codes:  # an unknown one, or a park, holds only itself
        national = _below().get(code, frozenset({code}))
        touching = {pk for pk, parent, county in parks if {parent, county} & national}
        inside[code] = national | touching
    return inside


def children(code: str = "", *, on: date) -> list[Place]:
    """Return the places directly under the code on that day; the provinces without a code."""
    return [each for each in places().values() if each.parent == code and each.is_valid_on(on)]


def successor(code: str, *, on: date) -> str:
    """Return the code that the place has on that day: itself, or what it went into."""
    place = places().get(code)
    while place and place.valid_to and place.valid_to < on and place.replaced_by:
        place = places()[place.replaced_by]
    return place.code if place else code


def parse(text: str, *, on: date, field: str | None = None) -> str:
    """Return the code valid on that day, from a code as people type it; private ones cost a query.

    A name is never enough, even when only one place bears it today: the
    refusal lists the places so called, and a person chooses.

    Raises:
        RegionAmbiguous: a name was given, and some places bear it.
        RegionUnknown: no such place, or none on that day.
    """
    tidy = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if not _CODE.fullmatch(tidy):
        if called := list(_called(tidy, on=on)):
            raise RegionAmbiguous(text=text, choices=called, field=field)
        raise RegionUnknown(field=field, text=text)
    code = successor(tidy, on=on)
    is_known = (
        places()[code].is_valid_on(on)
        if code in places()
        else Region.objects.filter(pk=code).exists()
    )
    if not is_known:
        raise RegionUnknown(field=field, text=text)
    return code


def _called(name: str, *, on: date) -> Iterator[Place]:
    for place in places().values():
        if place.is_valid_on(on) and name and name in {place.name, full_name(place.code)}:
            yield place


def distance_km(one: str, other: str) -> float | None:
    """Return the great-circle distance of the label points, or None if one is unknown.

    A county without a point of its own lies, for this purpose, at its city's.
    """
    here, there = _point(one), _point(other)
    if here is None or there is None:
        return None
    (lon1, lat1), (lon2, lat2) = here, there
    chord = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


@cache
def _point(code: str) -> tuple[float, float] | None:
    """Return longitude and latitude in radians, of the nearest in the line that has them."""
    for each in reversed(line(code)):
        place = places().get(each)
        if place and place.longitude is not None and place.latitude is not None:
            return math.radians(place.longitude), math.radians(place.latitude)
    return None

"""Questions about centers: who serves a place, who sits there, is it open now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q, QuerySet

from kehui.core import dates, regions
from kehui.core.models import Region
from kehui.people import policies
from kehui.people.models import (
    Center,
    Holiday,
    OpeningHours,
    Person,
    RegionGroup,
    Seat,
    StandardResult,
)
from kehui.people.selectors import standard

POSTS = (Seat.Role.CENTER_MANAGER, Seat.Role.STEWARD, Seat.Role.TRIAGE_CLERK)


def open_centers(*, today: date) -> QuerySet[Center]:
    """Return the centers that are open for the public on that day, by region."""
    return (
        Center.objects.filter(Q(closed_on=None) | Q(closed_on__gt=today), opened_on__lte=today)
        .select_related("region", "host")
        .order_by("region")
    )


def serving(region: str, *, today: date) -> Center | None:
    """Return the center that serves the place: its own, else that of the nearest place above.

    One question. A park has its own line: a center of a park serves none of the counties that it
    touches.
    """
    return serving_each([region], today=today)[region]


def serving_each(places: Iterable[str], *, today: date) -> dict[str, Center | None]:
    """Return the serving center of each of these places, with one question for all of them."""
    lines = {place: regions.line(place) for place in places}
    codes = {code for line in lines.values() for code in line}
    held = {each.region_id: each for each in open_centers(today=today).filter(region__in=codes)}
    return {
        place: next((held[code] for code in reversed(line) if code in held), None)
        for place, line in lines.items()
    }


def parent_of(center: Center, *, today: date) -> Center | None:
    """Return the center above: it takes over when this one closes."""
    above = regions.line(center.region_id)[:-1]
    return serving(above[-1], today=today) if above else None


def served_by(center: Center, *, today: date) -> list[regions.Place]:
    """Return the counties without a center of their own that this center serves, by code.

    Two questions, however many counties there are.
    """
    inside = [
        regions.places()[code]
        for code in sorted(regions.within(center.region_id))
        if code in regions.places()
    ]
    counties = [
        each for each in inside if each.level == Region.Level.COUNTY and each.is_valid_on(today)
    ]
    serves = serving_each([each.code for each in counties], today=today)
    return [
        each for each in counties if serves[each.code] == center and each.code != center.region_id
    ]


def kept_by(person: Person, *, today: date) -> QuerySet[Center]:
    """Return the centers that the person keeps: those of the places of the seats, and below.

    A park hangs in one place, not in all that it touches.
    """
    seats = Seat.objects.valid_on(today).filter(person=person, role__in=policies.KEEPERS)
    places = seats.order_by("region").values_list("region", flat=True).distinct()
    below = [
        each
        for place, inside in regions.within_each(places).items()
        for each in inside
        if place in regions.line(each)
    ]
    return open_centers(today=today).filter(region__in=below)


def staff_of(center: Center, *, today: date) -> QuerySet[Seat]:
    """Return the seats of exactly this node, managers first."""
    return (
        Seat.objects.valid_on(today)
        .filter(region=center.region_id, role__in=(*POSTS, Seat.Role.VENDOR))
        .select_related("person", "region", "stands_in_for__person")
        .order_by("role", "pk")
    )


def staff_in_roles(center: Center, *, today: date) -> list[tuple[str, int]]:
    """Return how many sit there as what: the public is told of posts, never of persons."""
    seats = Seat.objects.valid_on(today).filter(region=center.region_id, role__in=POSTS)
    counts: dict[str, int] = {}
    for role in seats.order_by("role", "pk").values_list("role", flat=True):
        label = str(Seat.Role(role).label)
        counts[label] = counts.get(label, 0) + 1
    return list(counts.items())


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day at a center: the stretches in which it is open, and what kind of day it is."""

    spans: tuple[tuple[time, time], ...]
    holiday: str = ""

    def is_open_at(self, at: datetime) -> bool:
        """Say whether somebody can walk in at that instant of the day."""
        clock = at.astimezone(dates.SHANGHAI).time()
        return any(opens <= clock < closes for opens, closes in self.spans)


def day_at(center: Center, at: datetime) -> Day:
    """Return the hours of the day in Shanghai that the instant falls on. Two questions."""
    day = dates.day_of(at)
    holiday = holiday_on(center.region_id, day)
    if holiday is not None and holiday.works_as is None:
        return Day(spans=(), holiday=holiday.name)
    weekday = day.weekday() if holiday is None or holiday.works_as is None else holiday.works_as
    rows = OpeningHours.objects.filter(center=center, weekday=weekday).order_by("opens")
    spans = tuple(rows.values_list("opens", "closes"))
    return Day(spans=spans, holiday=holiday.name if holiday else "")


def holiday_on(region: str, day: date) -> Holiday | None:
    """Return what the calendar of the nearest place says of the day."""
    line = regions.line(region)
    rows = {each.region_id: each for each in Holiday.objects.filter(region__in=line, day=day)}
    return next((rows[code] for code in reversed(line) if code in rows), None)


def holidays_ahead(region: str, *, today: date) -> QuerySet[Holiday]:
    """Return what the calendars of the place and those above say from that day on, by day."""
    rows = Holiday.objects.filter(region__in=regions.line(region), day__gte=today)
    return rows.select_related("region").order_by("day", "region")


def groups_on(day: date) -> list[RegionGroup]:
    """Return the groups of regions that hold on that day, by name."""
    holds = Q(valid_until=None) | Q(valid_until__gt=day)
    return list(RegionGroup.objects.filter(holds, valid_from__lte=day).order_by("name", "pk"))


def checklist_of(center: Center) -> Mapping[str, StandardResult]:
    """Return the latest result of each line of the checklist in force. One question."""
    rows = StandardResult.objects.filter(center=center, edition=standard.checklist().edition)
    return {each.line: each for each in rows.select_related("by").order_by("pk")}

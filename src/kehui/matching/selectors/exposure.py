"""Rows for sharing exposure, and the figures of the last time it was shared."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import Exists, OuterRef

from kehui.core.models import Region
from kehui.market.models import State, Studio
from kehui.market.models.items import CORPUS
from kehui.matching.models import ExposureRun, Interest, Suggestion
from kehui.matching.selectors import standing

NEW_DAYS: Final = 180  # a studio is new for so long after it opened
DISTRICTS: Final = range(21)  # last two digits of the districts of a city, by GB/T 2260
PREFECTURES: Final = range(21, 71)  # middle digits: what lies in one is a county or a small town


class Row(NamedTuple):
    """One match in the list of a need: whose it is, and how far up its score puts it."""

    need: int
    studio: int
    order: float
    suggestion: int


def rows(*, today: date) -> Iterator[Row]:
    """Give every match that a need's list shows now; full offers wait at its end and are left out.

    Texts of a corpus are nobody's, so they have no exposure.
    """
    asked = Interest.objects.filter(need=OuterRef("need"), offer=OuterRef("offer"))
    found = (
        Suggestion.objects.filter(need__state=State.PUBLISHED, offer__state=State.PUBLISHED)
        .exclude(offer__source__startswith=CORPUS)
        .exclude(need__source__startswith=CORPUS)
        .annotate(is_asked=Exists(asked))
    )
    shown = standing.with_room(standing.placed(found, today=today)).order_by("need", "pk")
    columns = shown.values_list("need", "offer__studio", "order", "pk")
    return (Row(*each) for each in columns.iterator(5000))


def sheltered(studios: list[int], *, at: datetime) -> set[int]:
    """Return which of the studios the floor is for: of a county, or opened lately."""
    found = Studio.objects.filter(pk__in=studios).values_list(
        "pk", "opened_at", "region", "region__level", "region__parent"
    )
    return {
        pk
        for pk, opened_at, code, level, parent in found
        if (opened_at is not None and opened_at >= at - timedelta(days=NEW_DAYS))
        or is_county(parent if parent and level == Region.Level.PARK else code)
    }


def is_county(code: str) -> bool:
    """Say whether a place is a county or a county-level town, not a district of a city."""
    if not code.isdecimal() or code.endswith("00"):
        return False
    return int(code[2:4]) in PREFECTURES or int(code[4:]) not in DISTRICTS


def last_run() -> ExposureRun | None:
    """Return the last time exposure was shared, with its figures."""
    return ExposureRun.objects.order_by("-at", "-pk").first()

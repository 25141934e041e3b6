"""When centers are open: the hours of a week, and the days that do not keep to it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, names
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people.facts import CenterChanged, HolidayNoted
from kehui.people.models import Center, Holiday, OpeningHours, Person
from kehui.people.services.centers import check_keeper, kept

MOST_SPANS = 21  # three a day
NAME_LENGTH = 20
Span = tuple[int, time, time]  # weekday from Monday = 0, opens, closes


class HoursMalformed(Refused):
    code = "HOURS_FORM"
    message = _("开放时间看不懂：关门要晚于开门，同一天的几段不能重叠。")
    message_en = (
        "The hours make no sense: closing comes after opening, and those of a day do not overlap."
    )
    field = "hours"


class HolidayMalformed(Refused):
    code = "HOLIDAY_FORM"
    message = _("请写明节日名称，不超过 20 字。")
    message_en = "Please name the holiday in at most 20 characters."
    field = "name"


@transaction.atomic
def set_hours(*, center: Center, hours: Sequence[Span], by: Person, at: datetime) -> None:
    """Set the hours of the whole week in place of the earlier ones; records CenterChanged.

    Raises:
        NotYourCenter, SeatRevoked, CenterOver: as describe_center.
        HoursMalformed: a stretch ends before it begins, or two of a day overlap.
    """
    center = kept(center, by=by, at=at)
    week = sorted(hours)
    if len(week) > MOST_SPANS or any(
        weekday not in OpeningHours.Weekday.values or opens >= closes
        for weekday, opens, closes in week
    ):
        raise HoursMalformed
    for (day, _opens, closes), (next_day, opens, _closes) in pairwise(week):
        if day == next_day and opens < closes:
            raise HoursMalformed
    center.hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(center=center, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in week
    )
    record(CenterChanged(center=center.pk, fields=("hours",)), actor=by.pk, at=at)


@transaction.atomic
def note_holiday(
    *, region: str, day: date, name: str, works_as: int | None, by: Person, at: datetime
) -> Holiday:
    """Note that the day is a holiday there, or worked like another weekday; records HolidayNoted.

    A second note of the same day replaces the first.

    Raises:
        NotYourCenter, SeatRevoked: `by` keeps no center of that place, or no longer.
        HolidayMalformed: it has no name, or a long one, or a weekday that is none.
    """
    check_keeper(by, region, today=dates.day_of(at))
    tidy = names.tidy(name)
    is_weekday = works_as is None or works_as in OpeningHours.Weekday.values
    if not 1 <= len(tidy) <= NAME_LENGTH or not is_weekday:
        raise HolidayMalformed
    holiday, _is_new = Holiday.objects.update_or_create(
        region_id=region, day=day, defaults={"name": tidy, "works_as": works_as}
    )
    fact = HolidayNoted(region=region, day=day, is_worked=works_as is not None)
    record(fact, actor=by.pk, at=at)
    return holiday

"""Days as people here write them, in the time of Shanghai."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")

_EXCEL_ZERO = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was
_EXCEL_SERIALS = range(20_000, 80_000)  # 1954 to 2119: a smaller number is not a day of ours
_SATURDAY = 5
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_CLOCK = r"(?:[t ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?"
_FORMS = (
    re.compile(rf"(\d{{4}})年(\d{{1,2}})月(\d{{1,2}})[日号]?{_CLOCK}"),
    re.compile(rf"(\d{{4}})([-./])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)


class DayMalformed(Refused):
    code = "DATE_FORM"
    message = _("看不懂日期“{text}”。请写成 2026-11-21 或 2026年11月21日。")
    message_en = "The date “{text}” cannot be read. Please write it like 2026-11-21."


def day_of(at: datetime) -> date:
    """Return the day that people in Shanghai call it."""
    return at.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Return the instant at which the day begins in Shanghai."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the instant at which the day is over: a deadline on that day ends here."""
    return start_of(day + timedelta(days=1))


def working_days_after(day: date, count: int) -> date:
    """Return the day `count` weekdays later. Holidays come with the stewards' calendar."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day


def parse(value: str | float | date, *, field: str | None = None) -> date:
    """Read a day from a form or a spreadsheet: text, an Excel serial number, or a date.

    A clock time beside the day is read past. Years have four digits: 26.11.21 could be three days.

    Raises:
        DayMalformed: it is not a day, or not one that exists.
    """
    if isinstance(value, datetime):
        return day_of(value) if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    text = " ".join(unicodedata.normalize("NFKC", str(value)).lower().split())
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in _EXCEL_SERIALS:
        return _EXCEL_ZERO + timedelta(days=int(float(text)))
    numbers = _TENS.sub(_ten, text).translate(_DIGITS)
    spaced = re.sub(r" ?([年月日号./-]) ?(?=\d)", r"\1", numbers).replace(" 日", "日")
    for form in _FORMS:
        if found := form.fullmatch(spaced):
            year, month, day = (int(part) for part in found.groups() if part.isdecimal())
            try:
                return date(year, month, day)
            except ValueError:
                break
    raise DayMalformed(field=field, text=str(value))


def show(day: date) -> str:
    """Write the day in the language of the reader."""
    if (get_language() or "zh").startswith("en"):
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _ten(found: re.Match[str]) -> str:
    """Turn 十, 十一, 二十 and 二十一 into digits; the rest is done sign by sign."""
    return (found[1] or "一") + (found[2] or "〇")

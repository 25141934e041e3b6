"""Dates as 2026-11-21; spans of time in words."""

from datetime import date, datetime, timedelta

from django.template import Library
from django.utils import timezone
from django.utils.translation import gettext, ngettext

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONTH = timedelta(days=31)

register = Library()


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def day(value: date | None) -> str:
    return "–" if value is None else f"{_local(value):%Y-%m-%d}"


@register.filter
def short_day(value: date | None) -> str:
    return "–" if value is None else f"{_local(value):%m-%d}"


@register.filter
def moment(value: datetime | None) -> str:
    return "–" if value is None else f"{_local(value):%Y-%m-%d %H:%M}"


def _span(span: timedelta) -> str:
    if span < HOUR:
        return gettext("%(n)d 分钟") % {"n": max(int(span.total_seconds() // 60), 1)}
    if span < DAY:
        hours = int(span / HOUR)
        return ngettext("%(n)d 小时", "%(n)d 小时", hours) % {"n": hours}
    return ngettext("%(n)d 天", "%(n)d 天", span.days) % {"n": span.days}


@register.filter
def ago(value: datetime, now: datetime | None = None) -> str:
    """Return 3 小时前; after a month the date itself says more."""
    past = (now or timezone.now()) - value
    if past < timedelta(minutes=1):
        return gettext("刚刚")
    if past > MONTH:
        return day(value)
    return gettext("%(span)s前") % {"span": _span(past)}


@register.filter
def left(due: datetime, now: datetime | None = None) -> str:
    """Return 还剩 3 小时, or 超期 1 天."""
    rest = due - (now or timezone.now())
    if rest >= timedelta(0):
        return gettext("还剩 %(span)s") % {"span": _span(rest)}
    return gettext("超期 %(span)s") % {"span": _span(-rest)}


@register.filter
def days_left(due: date, today: date | None = None) -> str:
    """The same for a plain date: 还剩 12 天, 今天到期, 超期 1 天."""
    rest = (due - (today or timezone.localdate())).days
    if rest == 0:
        return gettext("今天到期")
    if rest > 0:
        return ngettext("还剩 %(n)d 天", "还剩 %(n)d 天", rest) % {"n": rest}
    return ngettext("超期 %(n)d 天", "超期 %(n)d 天", -rest) % {"n": -rest}

"""Days: read as people and spreadsheets write them."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from kehui.core import dates
from kehui.core.dates import DayMalformed, parse

THE_DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "value",
    [
        "2026年11月21日",
        "2026年11月21号",
        "2026 年 11 月 21 日",
        "２０２６年１１月２１日",
        "二〇二六年十一月二十一日",
        "2026-11-21",
        "2026.11.21",
        "2026/11/21",
        "2026 - 11 - 21",
        "20261121",
        "2026-11-21 08:30",
        "2026/11/21 8:30:15",
        "2026-11-21T08:30:00+08:00",
        "2026-11-21T08:30:00.123Z",
        "2026年11月21日 08:30",
        "46347",
        46347,
        46347.25,
        "46347.0",
        THE_DAY,
        datetime.fromisoformat("2026-11-21T23:59"),  # a cell of a spreadsheet has no zone
        datetime(2026, 11, 20, 16, 0, tzinfo=UTC),
    ],
)
def test_the_same_day(value: str | float | date) -> None:
    assert parse(value) == THE_DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二六年十月十日", date(2026, 10, 10)),
        ("二零二六年一月二十日", date(2026, 1, 20)),
        ("2026年3月2日", date(2026, 3, 2)),
        ("2024.2.29", date(2024, 2, 29)),
    ],
)
def test_other_days(text: str, day: date) -> None:
    assert parse(text) == day


@pytest.mark.parametrize(
    "value",
    [
        "",
        "明天",
        "26.11.21",
        "2026-02-30",
        "2026年13月1日",
        "2026-11.21",
        "2026-11",
        "2026年11月",
        "11/21/2026",
        "123",
        "99999",
        5,
        float("nan"),
    ],
)
def test_anything_else_is_refused(value: str | float) -> None:
    with pytest.raises(DayMalformed) as refusal:
        parse(value, field="due_on")
    assert (refusal.value.code, refusal.value.field) == ("DATE_FORM", "due_on")


def test_a_day_begins_and_ends_in_shanghai() -> None:
    assert dates.start_of(THE_DAY) == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert dates.end_of(THE_DAY) == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert dates.day_of(dates.start_of(THE_DAY)) == THE_DAY
    assert dates.day_of(dates.end_of(THE_DAY)) == date(2026, 11, 22)


def test_a_day_is_shown_in_the_language_of_the_reader() -> None:
    with override("zh-hans"):
        assert dates.show(THE_DAY) == "2026年11月21日"
    with override("en"):
        assert dates.show(THE_DAY) == "21 Nov 2026"
    with override(None):
        assert dates.show(THE_DAY) == "2026年11月21日"


@given(st.dates(date(1955, 1, 1), date(2118, 1, 1)))
def test_every_form_of_a_day_is_the_same_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = [day.isoformat(), f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}", str(serial)]
    with override("zh-hans"):
        assert {parse(each) for each in [*forms, dates.show(day)]} == {day}


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    with suppress(DayMalformed):
        assert isinstance(parse(text), date)

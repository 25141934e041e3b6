"""Numbers, money, dates and marked words as the pages show them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from kehui.web.templatetags import dates, money, numbers, words

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _plain_names_of_files(settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def _render(source: str, query: dict[str, Any] | None = None, **values: object) -> str:
    """Render as a page would: through the compiler of components."""
    request = RequestFactory().get("/", query or {})
    template: Any = engines["django"].from_string(CottonCompiler().process(source))
    return str(template.template.render(Context({"request": request, **values})))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (0, "0"), (999, "999"), (3958, "3\u2009958"), (-1234567, "−1\u2009234\u2009567")],
)
def test_digits_are_grouped_by_thin_spaces(value: int | None, shown: str) -> None:
    assert numbers.number(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0, "±0"), (226, "+226"), (-0.8, "−0.8")])
def test_a_change_says_its_sign(value: float, shown: str) -> None:
    assert numbers.signed(value) == shown


@given(part=st.floats(0, 1e6), whole=st.floats(0, 1e6))
def test_a_bar_is_never_longer_than_its_frame(part: float, whole: float) -> None:
    assert 0 <= float(numbers.share(part, whole)) <= 100


@pytest.mark.parametrize(
    ("score", "word", "tone"),
    [(85, "很契合", "high"), (84, "较契合", "mid"), (70, "较契合", "mid"), (55, "可谈", "low")],
)
def test_a_score_comes_with_its_word(score: int, word: str, tone: str) -> None:
    assert (numbers.fit_word(score), numbers.fit_tone(score)) == (word, tone)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (45_000_000, 80_000_000, "45–80 万元"),
        (None, None, "面议"),
        (28_000_000, None, "28 万元起"),
        (None, 100_000_000, "100 万元以内"),
        (80_000, 80_000, "800 元"),
        (80_000, 150_000, "800–1\u2009500 元"),
        (80_000, 12_345_600, "800 元 至 12.3456 万元"),
    ],
)
def test_prices_read_as_people_write_them(low: int | None, high: int | None, shown: str) -> None:
    assert money.price_to(low, high) == shown


@given(st.integers(0, 10**15))
def test_no_fen_is_lost_between_fen_and_ten_thousand_yuan(fen: int) -> None:
    shown = money.wan(fen).replace("\u2009", "")
    whole, _, rest = shown.partition(".")
    assert int(whole) * 1_000_000 + int(rest.ljust(6, "0") or 0) == fen


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (NOW + timedelta(hours=3), "还剩 3 小时"),
        (NOW - timedelta(days=1), "超期 1 天"),
        (NOW + timedelta(seconds=5), "还剩 1 分钟"),
    ],
)
def test_time_left_is_said_in_words(due: datetime, shown: str) -> None:
    assert dates.left(due, NOW) == shown


def test_days_are_written_as_the_calendar_of_the_place_has_them() -> None:
    late = datetime(2026, 11, 21, 20, tzinfo=UTC)
    assert dates.day(late) == "2026-11-22"
    assert dates.moment(late) == "2026-11-22 04:00"
    assert dates.short_day(date(2026, 3, 5)) == "03-05"
    assert (dates.day(None), dates.short_day(None), dates.moment(None)) == ("–", "–", "–")


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (date(2026, 12, 3), "还剩 12 天"),
        (date(2026, 11, 21), "今天到期"),
        (date(2026, 11, 20), "超期 1 天"),
    ],
)
def test_a_date_is_counted_in_whole_days(due: date, shown: str) -> None:
    assert dates.days_left(due, date(2026, 11, 21)) == shown


@pytest.mark.parametrize(
    ("past", "shown"),
    [
        (timedelta(seconds=5), "刚刚"),
        (timedelta(hours=3), "3 小时前"),
        (timedelta(days=40), "2026-10-12"),
    ],
)
def test_the_past_is_near_or_a_date(past: timedelta, shown: str) -> None:
    assert dates.ago(NOW - past, NOW) == shown


@given(
    text=st.text(max_size=40),
    spans=st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=6),
)
def test_marking_never_changes_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    found = words.pieces(text, spans)
    assert "".join(piece.text for piece in found) == text
    marked = {at for low, high in spans for at in range(max(low, 0), min(high, len(text)))}
    at = 0
    for piece in found:
        assert all((place in marked) is piece.marked for place in range(at, at + len(piece.text)))
        at += len(piece.text)


def test_marked_text_is_escaped() -> None:
    shown = _render(
        "{% marked text spans %}",
        text="<b>盐</b>回收",
        spans=[{"start": 0, "end": 4}],
    )
    assert "<mark>&lt;b&gt;盐</mark>&lt;/b&gt;回收" in shown


def test_links_keep_what_was_chosen_and_go_back_to_page_one() -> None:
    chosen = {"q": "盐 回收", "page": "3", "kind": ["a", "b"]}
    assert _render("{% query page=4 %}", query=chosen).count("kind=") == 2
    assert "page" not in _render("{% query kind=None %}", query=chosen)
    assert "kind" not in _render("{% query kind=None %}", query=chosen)
    assert _render('{% query_toggle "kind" "a" %}', query={"kind": ["a", "b"]}) == "?kind=b"
    assert _render('{% query_toggle "kind" "c" %}', query={"kind": "a"}) == "?kind=a&amp;kind=c"


def test_a_pager_has_real_links_and_escapes_them() -> None:
    page = Paginator(range(50), 20).page(2)
    shown = _render('<c-pager :page="page" />', page=page, query={"q": '"><script>'})
    assert 'rel="prev"' in shown
    assert "page=3" in shown
    assert "<script>" not in shown


def test_a_button_escapes_what_passes_through() -> None:
    shown = _render('<c-btn href="{{ url }}" data-x="{{ url }}">去</c-btn>', url='"><script>')
    assert "<script>" not in shown

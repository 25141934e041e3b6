"""A record is one line of the log, whatever a stranger sent."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from tests.web.payloads import PAYLOADS

from kehui.site.logs import JsonFormatter, LineFormatter, plain
from kehui.site.middleware import request_log

LOGGING: Any = settings.LOGGING
TEXT = LOGGING["formatters"]["text"]
BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00\x07\x08\x1b\x7f\x9b\u202e\u2066\u200f"
FORGED = "2026-01-01 00:00:00 INFO kehui.audit: all is well"


def record(message: str, exception: Exception | None = None) -> logging.LogRecord:
    told = (type(exception), exception, None) if exception else None
    return logging.LogRecord("kehui.web", logging.WARNING, "f", 1, "%s", (message,), told)


@pytest.mark.parametrize("sign", BREAKS)
@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_a_record_is_one_line(sign: str, formatter: logging.Formatter) -> None:
    line = formatter.format(record(f"a{sign}{FORGED}"))

    assert len(line.splitlines()) == 1
    assert sign not in line
    assert f"\\u{ord(sign):04x}" in line or sign in json.loads(line)["message"]


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_no_payload_makes_a_second_line(formatter: logging.Formatter) -> None:
    for payload in PAYLOADS:
        line = formatter.format(record(payload))
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line


def test_json_says_what_was_sent() -> None:
    for payload in PAYLOADS:
        assert json.loads(JsonFormatter().format(record(payload)))["message"] == payload


def test_what_an_error_repeats_stays_below_it() -> None:
    told = LineFormatter().format(record("failed", ValueError(f"bad\n{FORGED}\x1b[2J")))

    assert not any(line.startswith("2026") for line in told.splitlines()[1:])
    assert all(line.startswith("    | ") for line in told.splitlines()[1:])
    assert "\x1b" not in told
    stacked = record("failed")
    stacked.stack_info = f"Stack\n{FORGED}"
    assert LineFormatter().format(stacked).splitlines()[2] == f"    | {FORGED}"
    assert "exception" in json.loads(JsonFormatter().format(record("failed", ValueError("x"))))


def test_lone_halves_of_signs_can_be_written() -> None:
    assert plain("a\ud800").encode() == b"a\\ud800"


@pytest.fixture
def lines() -> Iterator[list[str]]:
    found: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(LineFormatter(TEXT["format"]).format(record))

    handler, logger = Kept(), logging.getLogger("kehui.web")
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


def test_an_address_cannot_forge_a_line(lines: list[str]) -> None:
    request = RequestFactory().get(f"/x%0a{FORGED}%0d%0a")
    request.resolver_match = None
    assert "\n" in request.path

    request_log(lambda _request: HttpResponse(status=500))(request)

    (line,) = lines
    assert len(line.splitlines()) == 1
    assert FORGED in line


def test_both_forms_are_those_of_the_site() -> None:
    assert TEXT["()"] == "kehui.site.logs.LineFormatter"

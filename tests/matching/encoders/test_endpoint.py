"""An address that answers badly, slowly or not at all: refused, counted, never believed."""

import json
import math
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pytest_django import Settings
from tests.matching.encoders import loopback
from tests.matching.encoders.loopback import Answer, Loopback

from kehui.core import outbound
from kehui.matching.adapter.encoders import endpoint, provider
from kehui.matching.adapter.encoders.choice import chosen
from kehui.matching.adapter.encoders.endpoint import Endpoint
from kehui.matching.adapter.encoders.failures import (
    AnswerRefused,
    ProviderDown,
    ProviderFailed,
)

TEXTS = ["盐废水回收", "桥梁监测"]


def ask(*, patient: bool = True, texts: list[str] | None = None) -> Any:
    found = provider.plugged()
    assert found is not None
    return found.encode(texts or TEXTS, role="query", dimension=16, patient=patient)


def counted(code: str) -> float:
    told = {"code": code}
    return REGISTRY.get_sample_value("kehui_encoder_failures_total", told) or 0.0


def test_it_is_asked_as_the_others_ask_it(server: Loopback, settings: Settings) -> None:
    settings.ENCODER_KEY = "geheim-1"

    ask()

    (asked,), (headers,) = server.requests, server.headers
    assert asked == {
        "path": "/v1/embeddings",
        "model": "tiny",
        "input": ["问：盐废水回收", "问：桥梁监测"],
        "encoding_format": "float",
    }
    assert (headers["Authorization"], headers["Content-Type"]) == (
        "Bearer geheim-1",
        "application/json",
    )
    assert "geheim" not in repr(chosen())


def test_without_a_key_none_is_sent_and_the_whole_address_serves_too(
    server: Loopback, settings: Settings
) -> None:
    settings.ENCODER_URL = f"{server.url}/embeddings/"

    ask()

    assert server.requests[0]["path"] == "/v1/embeddings"
    assert "Authorization" not in server.headers[0]


def test_the_numbers_of_the_answer_rule_and_not_its_order(server: Loopback) -> None:
    straight = ask()

    def backwards(_server: Loopback, handler: Any, body: loopback.Body) -> None:
        rows = json.loads(loopback.data([loopback.vector(each) for each in body["input"]]))
        rows["data"].reverse()
        loopback.send(handler, 200, json.dumps(rows).encode())

    server.usual = backwards

    assert (ask() == straight).all()


REFUSED: dict[str, tuple[str, Answer]] = {
    "html": ("NOT_JSON", loopback.raw(b"<html>sign in</html>", Content_Type="text/html")),
    "half": ("NOT_JSON", loopback.raw(b'{"data": [')),
    "deep": ("NOT_JSON", loopback.raw(b"[" * 100_000)),
    "no data": ("SHAPE", loopback.raw(b'{"error": "?"}')),
    "no object": ("SHAPE", loopback.raw(b"[]")),
    "no rows": ("SHAPE", loopback.raw(b'{"data": [1, 2]}')),
    "no numbers": ("SHAPE", loopback.raw(b'{"data": [{"embedding": [1]}, {"embedding": [1]}]}')),
    "not lists": ("SHAPE", loopback.of(lambda rows: [1.0 for _ in rows])),
    "uneven": ("SHAPE", loopback.of(lambda rows: [rows[0], rows[1][:-1]])),
    "words": ("SHAPE", loopback.of(lambda rows: [["x"] * 16 for _ in rows])),
    "too few": ("COUNT", loopback.of(lambda rows: rows[:1])),
    "too many": ("COUNT", loopback.of(lambda rows: [*rows, rows[0]])),
    "short": ("DIMENSION", loopback.of(lambda rows: [row[:8] for row in rows])),
    "nothing in them": ("DIMENSION", loopback.of(lambda rows: [[] for _ in rows])),
    "nan": ("NOT_FINITE", loopback.of(lambda rows: [[math.nan, *row[1:]] for row in rows])),
    "infinite": ("NOT_FINITE", loopback.of(lambda rows: [[math.inf, *row[1:]] for row in rows])),
    "null": ("NOT_FINITE", loopback.of(lambda rows: [[None, *row[1:]] for row in rows])),
    "zero": ("ZERO", loopback.of(lambda rows: [rows[0], [0.0] * 16])),
    "too long": ("ZERO", loopback.of(lambda rows: [[1e308] * 16 for _ in rows])),
    "elsewhere": ("REDIRECT", loopback.status(302, Location="http://127.0.0.1:9/")),
    "bad text": ("STATUS", loopback.status(400)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_answer_that_is_no_vectors_is_refused_and_counted(server: Loopback, name: str) -> None:
    code, server.usual = REFUSED[name]
    before = counted(code)

    with pytest.raises(AnswerRefused) as refused:
        ask()

    assert refused.value.code == code
    assert counted(code) == before + 1
    assert len(server.requests) == 1  # asking again would not help, a redirect is not followed


def test_an_answer_without_end_is_refused(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "MOST_BYTES", 100)

    with pytest.raises(AnswerRefused) as refused:
        ask()

    assert refused.value.code == "TOO_LARGE"


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_what_passes_is_asked_again(server: Loopback, code: int) -> None:
    server.script = [loopback.status(code), loopback.hang_up, loopback.status(code)]

    assert ask().shape == (2, 16)

    assert len(server.requests) == endpoint.TRIES


@pytest.mark.parametrize(("status", "tries"), [(503, 4), (401, 1), (404, 1)])
def test_what_does_not_pass_is_down(server: Loopback, status: int, tries: int) -> None:
    server.usual = loopback.status(status)

    with pytest.raises(ProviderDown) as down:
        ask()

    assert (down.value.code, len(server.requests)) == ("STATUS", tries)
    assert str(status) in str(down.value)


def test_a_wish_to_wait_is_granted_within_reason(server: Loopback) -> None:
    waited: list[float] = []
    server.script = [
        loopback.status(429, Retry_After="7"),
        loopback.status(429, Retry_After="86400"),
        loopback.status(429, Retry_After="Sat, 21 Nov 2026 10:00:00 GMT"),
    ]

    Endpoint(chosen(), sleep=waited.append).vectors(TEXTS, role="query", patient=True)

    assert waited == [7.0, endpoint.LONGEST_PAUSE, endpoint.PAUSE * 4]


def test_who_is_in_a_hurry_does_not_ask_again(server: Loopback) -> None:
    server.usual = loopback.status(503)

    with pytest.raises(ProviderDown):
        ask(patient=False)

    assert len(server.requests) == 1


@pytest.mark.parametrize("patient", [True, False])
def test_an_answer_that_drips_is_cut_off(
    server: Loopback, settings: Settings, monkeypatch: pytest.MonkeyPatch, *, patient: bool
) -> None:
    settings.ENCODER_SECONDS = "1"
    monkeypatch.setattr(endpoint, "HURRY", 0.2)
    monkeypatch.setattr(endpoint, "TRIES", 1)
    server.usual = loopback.drip

    with pytest.raises(ProviderDown) as down:
        ask(patient=patient)

    assert down.value.code == "TIMEOUT"


def test_a_silent_address_is_given_up(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    def silence(server: Loopback, *_: Any) -> None:
        server.may_end.wait()

    monkeypatch.setattr(endpoint, "HURRY", 0.1)
    server.usual = silence

    with pytest.raises(ProviderDown) as down:
        ask(patient=False)

    assert down.value.code == "TIMEOUT"


def test_nobody_at_the_address_is_said_without_the_address(settings: Settings) -> None:
    with loopback.serving() as gone:
        url = gone.url
    settings.ENCODER, settings.ENCODER_URL, settings.ENCODER_MODEL = "openai", url, "tiny"

    with pytest.raises(ProviderDown) as down:
        ask()

    assert down.value.code == "UNREACHABLE"
    assert "127.0.0.1" not in str(down.value)


def test_an_address_that_does_not_speak_tls_is_unreachable(
    server: Loopback, settings: Settings
) -> None:
    settings.ENCODER_URL = server.url.replace("http://", "https://")

    with pytest.raises(ProviderDown) as down:
        ask(patient=False)

    assert down.value.code == "UNREACHABLE"
    assert server.requests == []


def test_a_batch_that_fails_leaves_nothing(server: Loopback, settings: Settings) -> None:
    settings.ENCODER_AT_ONCE = "1"
    server.script = [loopback.well, loopback.of(lambda rows: [[0.0] * 16 for _ in rows])]

    with pytest.raises(ProviderFailed):
        ask()


def test_a_name_that_leads_where_it_must_not_is_down(
    server: Loopback, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENCODER_URL = server.url.replace("127.0.0.1", "models.example.cn")
    client = outbound.Client(resolve=lambda *_: ["169.254.169.254"])
    monkeypatch.setattr(outbound, "ask", client.ask)

    with pytest.raises(ProviderDown) as down:
        ask(patient=False)

    assert (down.value.code, server.requests) == ("OUTBOUND_FORBIDDEN", [])

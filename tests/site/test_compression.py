"""Texts cross the line compressed; files, pictures and what is short go as they are."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings
from tests.makers import make_account
from tests.market.paper import PDF
from tests.market.writing import LATER, write_need

from kehui.market import services
from kehui.site.middleware import compression

LONG = "盐分" * 1_000
TEXTS = ["text/html", "text/css", "text/plain", "application/json", "image/svg+xml"]


def through(response: HttpResponseBase, accepted: str = "gzip, br") -> HttpResponseBase:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted})
    return compression(lambda _: response)(request)


@pytest.mark.parametrize("media_type", [*TEXTS, "text/html; charset=utf-8"])
def test_texts_are_compressed(media_type: str) -> None:
    answer = through(HttpResponse(LONG, content_type=media_type))

    assert answer["Content-Encoding"] == "gzip"
    assert int(answer["Content-Length"]) < len(LONG) / 10
    assert "Accept-Encoding" in answer["Vary"]


def test_who_reads_no_compressed_text_gets_it_plain() -> None:
    answer = through(HttpResponse(LONG), accepted="identity")

    assert "Content-Encoding" not in answer
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: HttpResponse(LONG, content_type="application/pdf"),
        lambda: HttpResponse(LONG, content_type="image/png"),
        lambda: HttpResponse("短"),
        lambda: StreamingHttpResponse([LONG.encode()], content_type="text/html"),
        lambda: FileResponse(BytesIO(LONG.encode()), content_type="text/plain"),
    ],
)
def test_nothing_else_is(make: Callable[[], HttpResponseBase]) -> None:
    assert "Content-Encoding" not in through(make())


@pytest.mark.django_db
def test_a_file_keeps_its_length(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    need = write_need()
    content = PDF[:-5] + b"%" * 10_000 + PDF[-5:]
    attachment = services.add_attachment(
        item=need, person=need.holder, name="检测报告.pdf", content=content, at=LATER
    )
    client.force_login(make_account(person=need.holder))
    address = reverse("market:file", args=[need.pk, attachment.pk])

    answer = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer
    assert int(answer["Content-Length"]) == len(content)
    assert b"".join(answer) == content

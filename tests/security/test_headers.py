"""What browsers are told with every answer, and which lines and methods are answered at all."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings
from tests.api.calling import Program
from tests.makers import make_operator
from tests.rights.walking import pages
from tests.web.entering import enter

from kehui.site.middleware import POLICY

pytestmark = pytest.mark.django_db
TEXTUAL = re.compile(r"text/|application/(?:json|problem\+json|manifest\+json)|.*\+xml")
NAMES_NOBODY = ("/app.webmanifest", "/worker.js")
CHARSET_IS_FIXED = ("application/json", "application/problem+json", "application/manifest+json")


def plain_addresses() -> list[str]:
    """Return every page that needs nothing in its address."""
    found = pages(get_resolver().url_patterns)
    return sorted({f"/{each.route}" for each in found if not re.search(r"[<(]", each.route)})


def answers(client: Client, operator: Client) -> Iterator[tuple[str, Any]]:
    for path in plain_addresses():
        yield f"visitor {path}", client.get(path)
        yield f"operator {path}", operator.get(path)
    for path in ("/not/here/", "/needs/?q=%00", "/api/v1/needs", "/api/v1/nowhere"):
        yield path, client.get(path)
    yield "a forged post", Client(enforce_csrf_checks=True).post("/sign-in/", {})


@pytest.fixture
def operator() -> Client:
    client = Client()
    enter(client, make_operator())
    return client


def test_there_are_pages_to_look_at() -> None:
    assert len(plain_addresses()) > 40


def test_every_answer_tells_the_browser_what_it_may(client: Client, operator: Client) -> None:
    for name, answer in answers(client, operator):
        said = answer.headers
        assert said["Content-Security-Policy"] == POLICY, name
        assert said["X-Content-Type-Options"] == "nosniff", name
        assert said["Referrer-Policy"] == "same-origin", name
        assert said["X-Frame-Options"] == "DENY", name
        assert said["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert said["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert "geolocation=()" in said["Permissions-Policy"], name
        assert "Access-Control-Allow-Origin" not in said, name
        assert not {"Server", "X-Powered-By", "Via"} & set(said), name


def test_the_policy_allows_our_own_files_and_nothing_inline() -> None:
    rules = dict(each.strip().split(" ", 1) for each in POLICY.split(";"))

    assert rules["default-src"] == rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


def test_every_body_says_what_it_is_and_how_it_is_written(client: Client, operator: Client) -> None:
    for name, answer in answers(client, operator):
        kind, _, more = answer.headers.get("Content-Type", "").partition(";")
        if answer.streaming or not answer.content:
            continue
        assert kind, name
        if TEXTUAL.match(kind):
            assert kind in CHARSET_IS_FIXED or more.lower().endswith("charset=utf-8"), name
        answer.content.decode("utf-8")


def test_what_is_answered_to_somebody_known_is_kept_nowhere(
    client: Client, operator: Client
) -> None:
    for path in plain_addresses():
        kept = operator.get(path).headers["Cache-Control"]
        assert "no-store" in kept or path in NAMES_NOBODY, path
    assert "no-store" in Program(make_operator()).get("/me")["Cache-Control"]
    assert "Cache-Control" not in client.get("/needs/").headers
    assert "no-store" in client.get("/sign-in/")["Cache-Control"]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "DEBUG", "PROPFIND"])
def test_methods_that_nobody_uses_are_not_answered(
    client: Client, operator: Client, method: str
) -> None:
    for path in plain_addresses():
        for browser in (client, operator):
            answer = browser.generic(method, path, "X-Told: back", HTTP_X_TOLD="back")
            assert answer.status_code in (302, 403, 404, 405), path
            assert b"X-Told" not in answer.content, path


def test_nothing_is_done_by_get(operator: Client) -> None:
    for path in ("/sign-out/", "/language/", "/preferences/elder/", "/me/language/"):
        assert operator.get(path).status_code == 405, path


def test_a_browser_is_sent_to_https_and_a_program_is_refused(
    client: Client, settings: Settings
) -> None:
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True

    page = client.get("/needs/")
    program = client.get("/api/v1/needs", headers={"Authorization": "Bearer kehui_secret"})

    assert (page.status_code, page["Location"]) == (301, "https://testserver/needs/")
    assert (program.status_code, program.json()["code"]) == (403, "LINE_IS_PLAIN")
    assert client.get("/metrics").status_code == 403
    assert client.get("/readyz").status_code == 200  # the supervisor asks on this machine
    assert client.get("/needs/", secure=True).status_code == 200


def test_browsers_are_told_to_come_over_https_for_a_year(
    client: Client, settings: Settings
) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True

    for path in ("/", "/not/here/", "/api/v1/needs"):
        said = client.get(path, secure=True)["Strict-Transport-Security"]
        assert said == "max-age=31536000; includeSubDomains"


def test_what_a_proxy_says_counts_only_where_there_is_one(client: Client) -> None:
    assert configured.TRUSTED_PROXIES == 0
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}

    answer = client.get("/needs/", headers=told)

    assert not answer.wsgi_request.is_secure()
    assert answer.wsgi_request.get_host() == "testserver"


def of_an_operator(tmp_path: Path, *words: str) -> str:
    """Run a command as with KEHUI_HTTPS=1 behind one proxy; return what it says."""
    environment = os.environ | {
        "KEHUI_HTTPS": "1",
        "KEHUI_TRUSTED_PROXIES": "1",
        "KEHUI_ALLOWED_HOSTS": "market.example.cn",
        "KEHUI_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "kehui.site.settings",
    }
    run = subprocess.run(
        [sys.executable, *words], env=environment, check=False, capture_output=True, text=True
    )
    return run.stdout + run.stderr


def test_django_finds_nothing_to_mend_before_deployment(tmp_path: Path) -> None:
    said = of_an_operator(tmp_path, "-W", "ignore", "-m", "kehui.cli", "check", "--deploy")

    assert "no issues" in said, said
    assert configured.SILENCED_SYSTEM_CHECKS == ["security.W021"]  # preloading: the owner decides


def test_with_https_the_settings_ask_for_all_of_it(tmp_path: Path) -> None:
    names = (
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "ELDER_COOKIE_NAME",
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_PROXY_SSL_HEADER", "DEBUG",
    )  # fmt: skip
    program = f"from kehui.site import settings as s; print(*[getattr(s, n) for n in {names!r}])"

    said = of_an_operator(tmp_path, "-c", program)

    assert said.split()[:4] == [
        "__Host-sessionid", "__Host-csrftoken", "__Host-django_language", "__Host-kehui_elder",
    ]  # fmt: skip
    assert said.split()[4:9] == ["True"] * 5
    assert "HTTP_X_FORWARDED_PROTO" in said
    assert said.split()[-1] == "False"

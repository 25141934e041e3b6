import json
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer
from tests.api.calling import ROOT
from tests.browser.checks import chromium, heard_by, open_page

pytestmark = pytest.mark.django_db
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def schema() -> dict[str, Any]:
    found: dict[str, Any] = Client().get(f"{ROOT}/openapi.json").json()
    return found


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_the_schema_names_every_address(schema: dict[str, Any]) -> None:
    assert sorted(f"{method} {path}" for path, method, _ in operations(schema)) == [
        "get /api/v1/centers",
        "get /api/v1/centers/serving",
        "get /api/v1/centers/{number}",
        "get /api/v1/me",
        "get /api/v1/needs",
        "get /api/v1/needs/{need}/matches/{offer}",
        "get /api/v1/needs/{number}",
        "get /api/v1/needs/{number}/combination",
        "get /api/v1/needs/{number}/experts",
        "get /api/v1/needs/{number}/matches",
        "get /api/v1/offers",
        "get /api/v1/offers/{number}",
        "get /api/v1/offers/{number}/matches",
        "get /api/v1/studios",
        "get /api/v1/studios/{number}",
        "post /api/v1/needs",
        "post /api/v1/needs/{number}/withdraw",
        "post /api/v1/offers",
        "post /api/v1/offers/{number}/withdraw",
    ]


def test_the_schema_is_whole(schema: dict[str, Any]) -> None:
    """Every reference leads somewhere, every part of a path is a parameter, names are unique."""
    assert schema["openapi"].startswith("3.1")
    known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}
    assert set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema))) <= known
    names = []
    for path, _method, operation in operations(schema):
        names.append(operation["operationId"])
        given = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
        assert given == set(re.findall(r"{(\w+)}", path))
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]
        assert operation["security"]
        assert {"401", "403", "404", "422", "429"} <= operation["responses"].keys()
    assert len(names) == len(set(names))


def test_every_write_asks_for_an_idempotency_key(schema: dict[str, Any]) -> None:
    for _path, method, operation in operations(schema):
        headers = {e["name"] for e in operation.get("parameters", []) if e["in"] == "header"}
        assert headers == ({"Idempotency-Key"} if method == "post" else set())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_docs_page_obeys_our_content_policy(live_server: LiveServer) -> None:
    with chromium() as browser:
        page = open_page(browser)
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]))

        page.goto(f"{live_server.url}{ROOT}/docs", wait_until="networkidle")
        page.get_by_text("发布科技所需 · Publish a need").click()
        page.wait_for_timeout(500)

        assert page.evaluate("window.__broken") == []
        assert heard_by(page) == []
        assert hosts == {live_server.url.split("/")[2]}

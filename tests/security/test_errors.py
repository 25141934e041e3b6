"""When something breaks, the operator reads why and nobody else does."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests.api.calling import Program
from tests.makers import make_person
from tests.web.entering import enter

pytestmark = pytest.mark.django_db
SECRET = "psycopg at /var/lib/kehui: SELECT password FROM people_account"


@contextmanager
def broken() -> Iterator[None]:
    def fail(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if "market_" in sql:
            raise RuntimeError(SECRET)
        return execute(sql, *rest)

    with connection.execute_wrapper(fail):
        yield


def test_an_error_tells_nothing_of_ours() -> None:
    assert not settings.DEBUG
    client = Client(raise_request_exception=False)
    enter(client)
    program = Program(make_person())
    program.client.raise_request_exception = False

    with broken():
        answers = [client.get("/needs/"), client.get("/me/items/"), program.get("/needs")]

    for answer in answers:
        told = answer.content.decode()
        assert answer.status_code == 500
        for word in (
            "SELECT",
            "psycopg",
            "/var/lib",
            "Traceback",
            "RuntimeError",
            "kehui/",
            "line ",
        ):
            assert word not in told, word


def test_an_error_is_told_to_the_operator(caplog: pytest.LogCaptureFixture) -> None:
    with broken():
        Client(raise_request_exception=False).get("/needs/")

    found = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert found
    assert found[0].exc_info
    assert SECRET in str(found[0].exc_info[1])


def test_what_was_wrong_with_a_request_names_no_program() -> None:
    client = Client(raise_request_exception=False, headers={"Host": "evil.example"})
    told = [
        Client().get("/not/here/"),
        Client().get("/needs/?q=%00"),
        Client(enforce_csrf_checks=True).post("/sign-in/", {}),
        client.get("/needs/999999/"),
    ]
    for answer in told:
        assert answer.status_code in (400, 403, 404)
        for word in ("Django", "Traceback", "urlpatterns", "Python", ".py"):
            assert word not in answer.content.decode(), word

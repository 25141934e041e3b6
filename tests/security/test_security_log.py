"""Who came in and who was turned away stands in the log, without what must not stand there."""

import json
import logging
import re
from typing import Any

import pytest
from django.test import Client
from tests.api.calling import Program
from tests.makers import PASSWORD, make_account, make_person
from tests.market.writing import begin_need
from tests.web.entering import enter

from kehui.site.logs import JsonFormatter, LineFormatter

pytestmark = pytest.mark.django_db


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name == "kehui.security"]


@pytest.fixture(autouse=True)
def listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kehui.security")


def test_coming_in_going_out_and_failing_are_noted(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    account = make_account("zhangsan")
    wrong: dict[str, Any] = {"username": "zhangsan", "password": "not my password"}

    client.post("/sign-in/", wrong, REMOTE_ADDR="203.0.113.77")
    client.post("/sign-in/", wrong | {"password": PASSWORD}, REMOTE_ADDR="203.0.113.77")
    client.post("/sign-out/")

    assert lines(caplog) == [
        "not let in: nobody, 203.0.113.0/24, POST people:sign_in",
        f"signed in: account {account.pk}, 203.0.113.0/24, POST people:sign_in",
        f"signed out: account {account.pk}, 127.0.0.0/24, POST people:sign_out",
    ]
    told = "\n".join(lines(caplog))
    assert not re.search(r"zhangsan|password|correct horse|203\.0\.113\.77", told)


def test_guessing_is_noted(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(9):
        client.post("/sign-in/", {"username": "nobody", "password": "wrong"})

    assert lines(caplog)[-1] == "too many: nobody, 127.0.0.0/24, POST people:sign_in"


def test_what_somebody_may_not_see_is_noted_with_who_asked(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    need = begin_need(make_person())
    enter(client)
    caplog.clear()

    client.get(f"/needs/{need.pk}/")
    client.get("/metrics")
    client.get("/back-office/people/")

    assert [re.sub(r"account \d+", "account", each) for each in lines(caplog)] == [
        "not there: account, 127.0.0.0/24, GET market:need",
        "forbidden: account, 127.0.0.0/24, GET metrics",
        "not there: account, 127.0.0.0/24, GET office:people",
    ]


def test_a_forged_post_and_a_bad_token_are_noted(caplog: pytest.LogCaptureFixture) -> None:
    Client(enforce_csrf_checks=True).post("/sign-in/", {})
    Client().get("/api/v1/needs", headers={"Authorization": "Bearer kehui_wrong"})
    program = Program(make_person())
    program.get("/needs/999999")

    assert lines(caplog) == [
        "forbidden: nobody, 127.0.0.0/24, POST people:sign_in",
        "no token: nobody, 127.0.0.0/24, GET api-v1:find_needs",
        f"not there: token {program.token.pk}, 127.0.0.0/24, GET api-v1:read_need",
    ]
    assert "kehui_wrong" not in "\n".join(lines(caplog))


def test_a_visitor_who_is_lost_is_no_incident(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/not/here/")
    client.get("/needs/")

    assert lines(caplog) == []


@pytest.mark.parametrize("formatter", [LineFormatter("%(asctime)s %(message)s"), JsonFormatter()])
def test_a_line_says_when_in_universal_time(formatter: logging.Formatter) -> None:
    record = logging.LogRecord("kehui.security", logging.INFO, "f", 1, "signed in", (), None)
    record.created, record.msecs = 1_772_000_000.25, 250.0

    line = formatter.format(record)

    told = json.loads(line)["at"] if line.startswith("{") else line.split()[0]
    assert told.replace("+00:00", "Z") == "2026-02-25T06:13:20.250Z"

"""While the database restarts people read that it pauses, and programs get a problem document."""

import logging
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.test import Client
from tests.api.calling import Program
from tests.makers import make_person
from tests.market.writing import publish_need, publish_offer
from tests.parallel import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)


def end_connection(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [pid])


@pytest.fixture
def program() -> Program:
    return Program(make_person())


@pytest.fixture
def cut(program: Program) -> Iterator[None]:
    """End our connection from the server's side, as its restart does."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        pid = cursor.fetchone()[0]
    with meanwhile(end_connection, pid) as ended:
        ended.result()
    yield
    connection.close()


def told_by_the_api(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    (line,) = (each for each in caplog.records if each.name == "kehui.api")
    return line


@pytest.mark.usefixtures("cut")
def test_a_page_says_that_it_pauses_and_comes_back() -> None:
    client = Client(raise_request_exception=False)

    page = client.get("/needs/")

    assert page.status_code == 503
    assert page["Retry-After"] == "10"
    assert "正在维护" in page.content.decode()
    connection.close()  # what Django does between requests
    assert client.get("/needs/").status_code == 200


@pytest.mark.usefixtures("cut")
def test_a_program_reads_a_problem_document_and_may_send_again(program: Program) -> None:
    answer = program.get("/needs")

    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "10"
    assert answer.json()["code"] == "PAUSED"
    connection.close()
    assert program.get("/needs").status_code == 200


@pytest.mark.usefixtures("cut")
def test_the_operator_reads_why(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    program.get("/needs")

    line = told_by_the_api(caplog)
    assert line.levelname == "ERROR"
    assert line.getMessage() == "GET /api/v1/needs: PAUSED"
    assert line.exc_info
    assert isinstance(line.exc_info[1], OperationalError)
    assert line.exc_info[2]  # where it happened


def test_an_index_that_is_not_ready_is_told_with_its_cause(
    caplog: pytest.LogCaptureFixture,
) -> None:
    need, offer = publish_need(), publish_offer()

    answer = Program(need.holder).get(f"/needs/{need.pk}/matches/{offer.pk}")

    assert answer.status_code == 503
    line = told_by_the_api(caplog)
    assert line.getMessage().endswith(": INDEX_NOT_READY")
    assert line.exc_info


def test_what_a_program_did_wrong_is_not_told(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    assert program.get("/needs/999999").status_code == 404
    assert [each for each in caplog.records if each.name == "kehui.api"] == []


def test_an_error_of_ours_stays_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("kehui.market.selectors.newest.newest_needs", broken)
    client.raise_request_exception = False

    page = client.get("/")

    assert page.status_code == 500
    assert "服务器出错了" in page.content.decode()

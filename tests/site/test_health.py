"""What supervisors and operators ask: alive, ready, and the figures."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from tests.api.calling import Program
from tests.makers import PASSWORD, make_account, make_operator, make_person

from kehui.people.models import ApiToken

pytestmark = pytest.mark.django_db
COUNT = "from kehui.site.middleware import requests; requests.labels('GET', '200').inc()"


def bearer(program: Program) -> dict[str, str]:
    return {"Authorization": f"Bearer {program.secret}"}


def test_it_is_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_nobody_but_operators_reads_the_figures(client: Client) -> None:
    account = make_account(person=make_person())
    assert client.get("/metrics").status_code == 403

    client.login(username=account.username, password=PASSWORD)
    assert client.get("/metrics").status_code == 403


def test_an_operator_reads_the_figures(client: Client) -> None:
    account = make_account(person=make_operator())
    client.login(username=account.username, password=PASSWORD)

    page = client.get("/metrics")

    assert page.status_code == 200
    assert "kehui_requests_total" in page.content.decode()


def test_a_token_needs_the_right_to_read_them(client: Client) -> None:
    operator = make_operator()
    able = Program(operator, ApiToken.Scope.METRICS)
    unable = Program(operator, ApiToken.Scope.READ)

    assert client.get("/metrics", headers=bearer(able)).status_code == 200
    assert client.get("/metrics", headers=bearer(unable)).status_code == 403


def test_the_processes_of_the_web_are_added_up(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", COUNT], env=environment, check=True)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))

    page = client.get("/metrics", headers=bearer(Program(make_operator(), ApiToken.Scope.METRICS)))

    assert 'kehui_requests_total{method="GET",status="200"} 2.0' in page.content.decode()

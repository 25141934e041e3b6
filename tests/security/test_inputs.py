"""Numbers without end, forms of other sites, fields nobody asked for, links for something else."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import get_resolver
from tests.api.calling import Program, problem
from tests.makers import PASSWORD, make_account, make_operator, make_person
from tests.market.writing import begin_need
from tests.rights.walking import operations, pages
from tests.web.entering import enter

from kehui.api.v1 import api
from kehui.ledger.models import Entry
from kehui.market.models import Need, State
from kehui.people.models import Level, Person
from kehui.web.me import copies
from kehui.web.people import teams

pytestmark = pytest.mark.django_db
HUGE = 10**30
KINDS = {"int": str(HUGE), "str": "x", "slug": "x", "uuid": "0" * 8, "path": "x"}


def text(answer: Any) -> str:
    told: str = answer.content.decode()
    return told


def filled(route: str) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: KINDS[found[1] or "str"], route)


@pytest.fixture
def operator() -> Client:
    client = Client(raise_request_exception=False)
    enter(client, make_operator())
    return client


def test_a_number_out_of_range_is_no_error_of_ours(operator: Client) -> None:
    routes = {each.route for each in pages(get_resolver().url_patterns) if "<" in each.route}
    assert len(routes) > 30

    for route in sorted(routes):
        for answer in (operator.get(f"/{filled(route)}"), operator.post(f"/{filled(route)}")):
            assert answer.status_code < 500, route
    for query in (f"page={HUGE}", "page=-1", f"budget_low={HUGE}", "page=1e9", "page=٣"):
        assert operator.get(f"/needs/?{query}").status_code < 500, query


def test_programs_may_send_any_number(operator: Client) -> None:
    program = Program(make_person())
    program.client.raise_request_exception = False
    for each in operations(api):
        path = re.sub(r"{(?:int:)?\w+}", str(HUGE), each.route)
        answers = [program.get(path)] if "GET" in each.methods else [program.post(path, {})]
        assert all(answer.status_code < 500 for answer in answers), each.route
    answer = program.post("/needs", {"title": "t" * 10, "budget_high_fen": HUGE})
    assert answer.status_code == 422


def test_text_is_decoded_once(client: Client) -> None:
    assert 'value="%2e%3Cb%3E"' in text(client.get("/needs/", {"q": "%2e%3Cb%3E"}))
    assert 'value="&amp;lt;b&amp;gt;"' in text(client.get("/needs/", {"q": "&lt;b&gt;"}))


def test_a_form_of_another_site_does_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    enter(client, make_operator())
    before = Entry.objects.count()
    plain = {each.route for each in pages(get_resolver().url_patterns) if "<" not in each.route}

    for route in sorted(plain):
        answer = client.post(f"/{route}", {}, headers={"Origin": "https://evil.example"})
        assert answer.status_code in (403, 404, 405), route
        if answer.status_code == 404:
            assert client.get(f"/{route}").status_code == 404
    assert Entry.objects.count() == before
    assert client.get("/me/").status_code == 200  # not even signed out


def test_a_signed_link_serves_its_purpose_alone(client: Client) -> None:
    person = enter(client)
    invitation = signing.dumps(person.pk, salt=teams.SALT)
    ticket = signing.dumps(person.pk, salt=copies.SALT)

    assert teams.SALT != copies.SALT
    assert client.get(f"/me/copy/{invitation}/").status_code == 404
    copy = client.get(f"/me/copy/{ticket}/")
    assert (copy.status_code, len(b"".join(copy)) > 0) == (200, True)
    copy.close()


def test_a_signed_link_of_another_instance_serves_nobody(client: Client) -> None:
    person = enter(client)
    ticket = signing.dumps(person.pk, key="the secret of another instance", salt=copies.SALT)

    assert client.get(f"/me/copy/{ticket}/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config", "/.git/", "/.env", "/.svn/entries", "/static/", "/static/css/", "/media/",
        "/static/../settings.py", "/static/%2e%2e/%2e%2e/site/settings.py", "/settings.py",
        "/pyproject.toml", "/var/secret_key", "/keys/master.json", "/static/js/page.js.bak",
        "/media/attachments/", "/backup.sql", "/raw/", "/admin/",
    ],
)  # fmt: skip
def test_files_that_are_not_ours_to_give_are_not_there(operator: Client, path: str) -> None:
    assert operator.get(path).status_code == 404
    assert not settings.WHITENOISE_USE_FINDERS
    assert not getattr(settings, "WHITENOISE_AUTOREFRESH", False)


def test_fields_that_no_form_has_are_not_set(client: Client) -> None:
    person = enter(client, make_person(level=Level.V1))
    need = begin_need(person)
    more = {"level": "5", "person": "1", "is_staff": "on", "is_superuser": "on", "joined_at": "0"}

    client.post("/me/settings/", {"name": "李新名", "region": "510100", **more})
    client.post(
        f"/publish/{need.pk}/matter/",
        {
            "title": "高盐废水处理",
            "state": State.PUBLISHED,
            "holder": "1",
            "flags": "x",
            "revision": 9,
        },
    )

    person = Person.objects.get(pk=person.pk)
    need = Need.objects.get(pk=need.pk)
    assert (person.name, person.level) == ("李新名", Level.V1)
    assert not hasattr(person.account, "is_superuser") or not person.account.is_superuser
    assert (need.title, need.state, need.holder_id) == ("高盐废水处理", State.DRAFT, person.pk)
    assert (need.flags, need.revision) == ([], 1)


@pytest.mark.parametrize("value", [{"a": 1}, ["x"], True, 7, None])
def test_a_value_of_another_type_is_refused(value: Any) -> None:
    answer = Program(make_person()).post("/needs", {"title": value, "description": "x" * 100})

    assert problem(answer)[0] == 422
    assert Need.objects.count() == 0


def test_what_stands_in_the_address_is_no_part_of_the_form(client: Client) -> None:
    account = make_account()

    client.post(f"/sign-in/?username={account.username}&password={PASSWORD}", {})

    assert client.get("/me/").status_code == 302


def test_a_parameter_given_twice_breaks_nothing(client: Client) -> None:
    client.raise_request_exception = False
    for query in ("q=a&q=b", "page=1&page=2", "region=510100&region=x", "sort=new&sort[]=old"):
        assert client.get(f"/needs/?{query}").status_code in (200, 400, 404), query
    account = make_account()
    twice = f"username=nobody&username={account.username}&password=x&password={PASSWORD}"
    client.post("/sign-in/", twice, content_type="application/x-www-form-urlencoded")
    assert client.get("/me/").status_code == 200  # the last one counts, everywhere alike

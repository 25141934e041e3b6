from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.api.calling import PUBLISH, ROOT, Program, problem
from tests.makers import make_organization, make_person, make_seat, make_team
from tests.parallel import meanwhile

from kehui.people.models import ApiToken, CallCount
from kehui.people.services import TooManyCalls, count_call, revoke_token

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer unknown", "Basic YTpi", "Bearer a b"])
def test_without_a_good_token_nothing_is_told(header: str) -> None:
    headers = {"Authorization": header} if header else {}

    answer = Client().get(f"{ROOT}/needs", headers=headers)

    assert problem(answer) == (401, "TOKEN_UNKNOWN")
    assert answer["WWW-Authenticate"] == 'Bearer realm="kehui"'


def test_a_session_of_the_pages_is_no_token() -> None:
    program = Program(make_person())
    client = Client()
    client.force_login(program.person.account)

    assert client.get(f"{ROOT}/needs").status_code == 401


def test_a_revoked_and_an_expired_token_are_as_good_as_none() -> None:
    revoked, expired = Program(make_person()), Program(make_person())
    revoke_token(token=revoked.token, person=revoked.person, at=timezone.now())
    ApiToken.objects.filter(pk=expired.token.pk).update(expires_at=timezone.now())

    assert [problem(each.get("/me")) for each in (revoked, expired)] == [(401, "TOKEN_UNKNOWN")] * 2


def test_a_token_without_the_scope_says_which_is_missing() -> None:
    answer = Program(make_person(), PUBLISH).get("/needs")

    assert problem(answer) == (403, "TOKEN_SCOPE")
    assert "read" in answer.json()["detail"]


def test_a_token_says_whose_it_is_and_for_whom_it_may_publish() -> None:
    person = make_person("沈知远")
    organization = make_organization("锦江泡菜厂")
    make_seat(person, organization=organization)
    team = make_team("盐分回收组", lead=person)
    make_team(members=(person,))  # only its lead publishes for a team
    program = Program(person)

    told = program.get("/me").json()

    assert (told["name"], told["scopes"], told["uid"]) == (
        "沈知远",
        ["publish", "read"],
        str(person.uid),
    )
    assert told["organizations"] == [{"uid": str(organization.uid), "name": "锦江泡菜厂"}]
    assert told["teams"] == [{"uid": str(team.uid), "name": "盐分回收组"}]
    program.token.refresh_from_db()
    assert program.token.last_used_at is not None


def test_too_many_calls_a_minute_are_told_when_to_come_back(settings: Settings) -> None:
    settings.CALLS_PER_MINUTE = 2
    program = Program(make_person())
    at = timezone.now()
    CallCount.objects.create(token=program.token, minute=at + timedelta(minutes=1), count=2)

    answer = program.get("/me")

    assert problem(answer) == (429, "TOO_MANY_CALLS")
    assert answer["Retry-After"].isdecimal()
    assert Program(make_person()).get("/me").status_code == 200


def test_a_new_minute_begins_at_one(settings: Settings) -> None:
    settings.CALLS_PER_MINUTE = 2
    token = Program(make_person()).token
    at = timezone.now().replace(second=30, microsecond=0)

    assert [count_call(token=token, at=at) for _ in range(2)] == [1, 0]
    with pytest.raises(TooManyCalls) as refused:
        count_call(token=token, at=at)
    assert refused.value.retry_after_seconds == 30
    assert count_call(token=token, at=at + timedelta(seconds=30)) == 1


@pytest.mark.django_db(transaction=True)
def test_calls_at_once_are_counted_one_by_one() -> None:
    token = Program(make_person()).token
    at = timezone.now()

    def call() -> None:
        for _ in range(10):
            count_call(token=token, at=at)

    with meanwhile(call) as one, meanwhile(call) as other:
        one.result(timeout=30)
        other.result(timeout=30)

    assert CallCount.objects.get().count == 20


@pytest.mark.parametrize("path", ["/needs/1/nothing", "/needs/abc", "/nothing"])
def test_an_address_that_is_none_gives_a_problem_document(path: str) -> None:
    assert problem(Program(make_person()).get(path)) == (404, "NOT_FOUND")


def test_every_answer_says_how_many_calls_are_left(settings: Settings) -> None:
    settings.CALLS_PER_MINUTE = 100_000
    program = Program(make_person())
    before = timezone.now()

    answers = [program.get("/me"), program.get("/needs/0")]

    left = [each["RateLimit"] for each in answers]
    minute = f"{before:%H:%M}" == f"{timezone.now():%H:%M}"
    assert left[0].startswith('"minute";r=99999;t=')
    assert left[1].startswith('"minute";r=99998;t=') or not minute
    assert answers[0]["RateLimit-Policy"] == '"minute";q=100000;w=60'
    assert "RateLimit" not in Client().get(f"{ROOT}/me")
    settings.CALLS_PER_MINUTE = 0
    refused = program.get("/me")
    assert (refused.status_code, refused["RateLimit"][:12]) == (429, '"minute";r=0')

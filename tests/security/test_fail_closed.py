"""What is asked fails at every question in turn: nobody gets in, nothing is done by half."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.makers import (
    PASSWORD,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_reviewer,
    make_seat,
)
from tests.market.writing import begin_need, publish_need, submit, write_need
from tests.web.entering import enter

from kehui.ledger.models import Entry
from kehui.market import services as market
from kehui.market.models import CRITERIA, CloseReason, Item, Review
from kehui.people import services as people
from kehui.people.models import (
    Account,
    ApiToken,
    Detail,
    Level,
    Organization,
    Person,
    PersonalDetails,
    Seat,
    Unmasking,
)
from kehui.privacy.services.erasure import erase_person

pytestmark = pytest.mark.django_db
SECRET = "戊寅私稿"
WATCHED = (
    Account, ApiToken, Entry, Item, Organization, Person, PersonalDetails, Review, Seat, Unmasking,
)  # fmt: skip


class Broken:
    """Lets so many questions to the database pass and fails the next one."""

    def __init__(self, passing: int) -> None:
        self.passing = passing
        self.has_failed = False

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if "SAVEPOINT" in sql:  # how tests undo; production has real transactions there
            return execute(sql, *rest)
        self.passing -= 1
        if self.passing == -1:
            self.has_failed = True
            raise OperationalError("the server closed the connection")
        return execute(sql, *rest)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def each_failure(act: Callable[[], Any]) -> Iterator[Any]:
    """Do it with the first question failing, then the second, to the one where all goes well."""
    for passing in range(400):
        broken = Broken(passing)
        with undone():
            with connection.execute_wrapper(broken):
                told = act()
            if broken.has_failed:
                yield told
        if not broken.has_failed:
            return
    pytest.fail("it never ends")


def rows() -> dict[str, Any]:
    return {each.__name__: sorted(map(str, each.objects.values_list())) for each in WATCHED}


def browser(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    enter(client, person)
    return client


def private_things() -> tuple[Person, list[str]]:
    """Return who owns a draft and the pages that show it, the last one to operators."""
    need = begin_need(make_person())
    market.save_draft(item=need, person=need.holder, values={"title": SECRET}, at=timezone.now())
    make_account(person=make_person(SECRET, level=Level.V1))
    edit = f"/publish/{need.pk}/matter/"
    return need.holder, [f"/publish/{need.pk}/preview/", edit, "/back-office/people/"]


def test_those_who_may_see_what_is_private() -> None:
    holder, (preview, edit, people_page) = private_things()

    own = browser(holder)
    for path in (preview, edit):
        assert SECRET in own.get(path).content.decode(), path
    assert SECRET in browser(make_operator()).get(people_page).content.decode()


@pytest.mark.parametrize("who", ["visitor", "member", "operator with one factor"])
def test_nobody_sees_what_is_private_when_the_check_fails(who: str, settings: Settings) -> None:
    _holder, paths = private_things()
    settings.STAFF_FACTORS = "required"
    client = Client(raise_request_exception=False)
    if who != "visitor":
        enter(client, make_operator() if "operator" in who else make_person())

    for path in paths:
        assert SECRET not in client.get(path).content.decode()
        for answer in each_failure(partial(client.get, path)):
            assert answer.status_code in (302, 400, 404, 500, 503), path
            assert SECRET not in answer.content.decode(), path


def test_a_wrong_password_opens_nothing_when_counting_fails() -> None:
    account = make_account()
    client = Client(raise_request_exception=False)
    wrong = {"username": account.username, "password": "not the password"}

    for answer in each_failure(lambda: client.post("/sign-in/", wrong)):
        assert answer.status_code in (500, 503)
        assert client.get("/me/").status_code == 302


def test_a_token_is_not_taken_for_good_when_it_cannot_be_looked_up() -> None:
    client = Client(raise_request_exception=False)
    headers = {"Authorization": "Bearer kehui_wrong"}

    for answer in each_failure(lambda: client.get("/api/v1/me", headers=headers)):
        assert answer.status_code == 503
        assert answer.json()["code"] == "PAUSED"


def test_a_code_is_not_taken_when_nobody_knows_whether_it_was_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second factor asks the cache how often somebody guessed: without it nobody gets in."""
    account = make_account()
    client = Client(raise_request_exception=False)
    client.post("/sign-in/", {"username": account.username, "password": PASSWORD})

    def gone(*_args: Any, **_more: Any) -> Any:
        raise OperationalError("no cache")

    for name in ("get", "set", "add", "incr"):
        monkeypatch.setattr(DatabaseCache, name, gone)
    answer = client.post("/me/again/", {"password": PASSWORD, "next": "/me/factors/phone/"})

    assert answer.status_code in (500, 503)
    assert client.get("/me/factors/phone/").status_code != 200


def deciding() -> Callable[[], Any]:
    item, reviewer = submit(write_need()), make_reviewer()
    return lambda: market.review_item(
        item=item,
        reviewer=reviewer,
        scores=dict.fromkeys(CRITERIA, 3),
        notes=dict.fromkeys(CRITERIA, "清楚。"),
        at=timezone.now(),
    )


def submitting() -> Callable[[], Any]:
    need = write_need()
    return lambda: market.submit_item(item=need, person=need.holder, at=timezone.now())


def withdrawing() -> Callable[[], Any]:
    need = publish_need()
    reason = CloseReason.values[0]
    return lambda: market.withdraw_item(
        item=need, person=need.holder, reason=reason, at=timezone.now()
    )


def identifying() -> Callable[[], Any]:
    person, operator = make_person(level=Level.V1), make_operator()
    return lambda: people.identify_person(person=person, by=operator, at=timezone.now())


def granting() -> Callable[[], Any]:
    operator, person, organization = make_operator(), make_person(), make_organization()
    return lambda: people.grant_seat(
        person=person,
        role=Seat.Role.AGENT,
        organization=organization,
        region=organization.region_id,
        by=operator,
        at=timezone.now(),
    )


def ending() -> Callable[[], Any]:
    seat, operator = make_seat(), make_operator()
    return lambda: people.end_seat(seat=seat, by=operator, at=timezone.now())


def issuing() -> Callable[[], Any]:
    person = make_person()
    return lambda: people.issue_token(
        person=person,
        name="程序",
        scopes=[ApiToken.Scope.READ],
        secret="kehui_secret",
        at=timezone.now(),
    )


def unmasking() -> Callable[[], Any]:
    person, operator = make_person(), make_operator()
    people.give_phone(person=person, phone="13812345678", at=timezone.now())
    return lambda: people.unmask(
        person=person,
        detail=Detail.PHONE,
        by=operator,
        reason=Unmasking.Reason.values[0],
        note="核对",
        at=timezone.now(),
    )


def leaving() -> Callable[[], Any]:
    person = make_account().person
    assert person is not None
    publish_need(person)
    return lambda: erase_person(person=person, by=person, at=timezone.now())


ACTS = (deciding, submitting, withdrawing, identifying, granting, ending, issuing, unmasking,
        leaving)  # fmt: skip


@pytest.mark.parametrize("make", ACTS, ids=lambda each: each.__name__)
def test_an_act_is_done_whole_or_not_at_all(make: Callable[[], Callable[[], Any]]) -> None:
    act = make()
    before = rows()

    def left() -> dict[str, Any] | None:
        """Return what is there after it failed; None when it was done all the same."""
        try:
            act()
        except OperationalError:
            return rows()
        return None

    after = list(each_failure(left))

    assert len(after) > 1
    assert all(each == before for each in after)
    act()
    assert rows() != before

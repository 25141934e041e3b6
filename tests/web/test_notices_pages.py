from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries
from tests.makers import make_account, make_person

from kehui.notices import services
from kehui.notices.models import Notice
from kehui.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Person:
    person = make_person()
    client.force_login(make_account(person=person))
    return person


def sent(person: Person, key: str = "match:1", *, link: str = "/about/") -> Notice:
    services.send(
        person,
        reason=Notice.Reason.MATCH,
        title=f"有新匹配 {key}",
        body="酱油废水除盐",
        link=link,
        key=key,
        at=now() - timedelta(hours=1),
    )
    return Notice.objects.get(key=key)


def test_every_notice_says_why_it_came(client: Client, reader: Person) -> None:
    sent(reader)

    page = client.get("/inbox/").content.decode()

    for sentence in ("因为有新的匹配", "有新匹配 match:1", "酱油废水除盐", "消息，1 条未读"):
        assert sentence in page


def test_following_a_notice_reads_it_and_goes_where_it_leads(
    client: Client, reader: Person
) -> None:
    notice = sent(reader)

    answer = client.get(f"/inbox/{notice.pk}/")

    assert answer.headers["Location"] == "/about/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_a_notice_leads_to_no_other_site(client: Client, reader: Person) -> None:
    notice = sent(reader, link="https://elsewhere.example/")

    assert client.get(f"/inbox/{notice.pk}/").headers["Location"] == "/inbox/"


def test_what_is_done_goes_to_done_and_back(client: Client, reader: Person) -> None:
    notice = sent(reader)

    answer = client.post(f"/inbox/{notice.pk}/done/", {"next": "/inbox/?only=unread"})
    assert answer.headers["Location"] == "/inbox/?only=unread"
    assert notice.title not in client.get("/inbox/").content.decode()
    assert notice.title in client.get("/inbox/?only=done").content.decode()
    client.post(f"/inbox/{notice.pk}/reopen/")
    assert notice.title in client.get("/inbox/").content.decode()


@pytest.mark.parametrize(("days", "expected"), [("1", 1), ("7", 7), ("900", 1)])
def test_a_notice_sleeps_for_the_days_asked(
    client: Client, reader: Person, days: str, expected: int
) -> None:
    notice = sent(reader)

    client.post(f"/inbox/{notice.pk}/snooze/", {"days": days})

    notice.refresh_from_db()
    assert notice.snoozed_until is not None
    assert (notice.snoozed_until - now()).days == expected - 1  # a moment less than whole days
    assert notice.title in client.get("/inbox/?only=snoozed").content.decode()
    assert "有新匹配" not in client.get("/inbox/?only=whatever").content.decode()


def test_all_are_read_at_once(client: Client, reader: Person) -> None:
    sent(reader, "a")
    sent(reader, "b")

    client.post("/inbox/read-all/")

    assert not Notice.objects.filter(read_at=None).exists()


@pytest.mark.parametrize("deed", ["", "done/", "reopen/", "snooze/"])
def test_the_inbox_of_another_is_not_found(client: Client, reader: Person, deed: str) -> None:
    notice = sent(make_person())
    address = f"/inbox/{notice.pk}/{deed}"

    answer = client.post(address) if deed else client.get(address)

    assert answer.status_code == 404


def test_a_visitor_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/inbox/").headers["Location"] == "/sign-in/?next=/inbox/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_inbox_asks_a_constant_number_of_questions(
    client: Client, reader: Person, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        sent(reader, str(number))

    with django_assert_num_queries(5):
        client.get("/inbox/")

from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries
from tests.makers import NOW, make_person
from tests.parallel import meanwhile

from kehui.notices import selectors, services
from kehui.notices.models import Notice
from kehui.notices.selectors import Only
from kehui.people.models import Person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def send(person: Person, key: str = "match:1", *, at: datetime = NOW) -> bool:
    return services.send(
        person,
        reason=Notice.Reason.MATCH,
        title="有 3 条新匹配",
        body="酱油废水除盐",
        link="/needs/1/",
        key=key,
        at=at,
    )


def sent(person: Person, key: str = "match:1", *, at: datetime = NOW) -> Notice:
    send(person, key, at=at)
    return Notice.objects.get(key=key)


def keys(person: Person, only: Only = Only.OPEN, *, now: datetime = NOW) -> list[str]:
    return [each.key for each in selectors.inbox(person, now=now, only=only)]


def test_a_notice_is_sent_once_however_often_it_is_asked_for() -> None:
    person = make_person()

    assert [send(person), send(person), send(person, at=NOW + HOUR)] == [True, False, False]

    notice = Notice.objects.get()
    assert (notice.person, notice.reason, notice.title, notice.sent_at) == (
        person,
        "match",
        "有 3 条新匹配",
        NOW,
    )


def test_many_are_sent_in_one_go_and_only_the_new_ones_count(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    one, other = make_person(), make_person()
    send(one, "a")
    messages = [
        services.Message(
            person=person.pk, reason=Notice.Reason.EXPIRY, title="快到期", link="/", key=key
        )
        for person, key in [(one, "a"), (one, "b"), (other, "c"), (other, "c")]
    ]

    with django_assert_num_queries(2):
        assert services.send_many(messages, at=NOW) == 2
    assert services.send_many([], at=NOW) == 0
    assert keys(other) == ["c"]


def test_what_is_too_long_for_a_line_is_cut() -> None:
    person = make_person()

    services.send(
        person.pk,
        reason=Notice.Reason.GATE,
        title="长" * 200,
        body="长" * 500,
        link="/",
        key="long",
        at=NOW,
    )

    notice = Notice.objects.get()
    assert (notice.title, notice.body) == ("长" * 119 + "…", "长" * 399 + "…")


@pytest.mark.django_db(transaction=True)
def test_two_senders_of_one_key_at_once_leave_one_notice() -> None:
    person = make_person()
    with ExitStack() as stack:
        with transaction.atomic():
            send(person)
            second = stack.enter_context(meanwhile(send, person))
            with pytest.raises(NotYet):
                second.result(timeout=0.3)
        second.result(timeout=10)

    assert Notice.objects.count() == 1


def test_reading_is_noted_once_and_lowers_the_count() -> None:
    person = make_person()
    notice = sent(person)
    assert selectors.unread_count(person, now=NOW) == 1

    services.mark_read(notice=notice, person=person, at=NOW)
    services.mark_read(notice=notice, person=person, at=NOW + HOUR)

    notice.refresh_from_db()
    assert notice.read_at == NOW
    assert selectors.unread_count(person.pk, now=NOW) == 0
    assert keys(person) == ["match:1"]


def test_all_that_waits_is_read_at_once() -> None:
    person, other = make_person(), make_person()
    for each, key in [(person, "a"), (person, "b"), (other, "c")]:
        send(each, key)

    assert services.mark_all_read(person=person, at=NOW) == 2
    assert selectors.unread_count(other, now=NOW) == 1


def test_what_is_done_leaves_the_inbox_and_comes_back_when_reopened() -> None:
    person = make_person()
    notice = sent(person)

    services.mark_done(notice=notice, person=person, at=NOW)
    services.mark_done(notice=notice, person=person, at=NOW + HOUR)

    notice.refresh_from_db()
    assert (notice.done_at, notice.read_at) == (NOW, NOW)
    assert (keys(person), keys(person, Only.DONE)) == ([], ["match:1"])
    services.reopen(notice=notice, person=person)
    assert (keys(person), keys(person, Only.DONE)) == (["match:1"], [])


def test_a_snoozed_notice_sleeps_and_comes_back_on_top_unread() -> None:
    person = make_person()
    notice = sent(person, "old")
    services.mark_read(notice=notice, person=person, at=NOW)
    sent(person, "new", at=NOW + HOUR)

    services.snooze(notice=notice, person=person, until=NOW + 24 * HOUR, at=NOW + HOUR)

    later = NOW + 24 * HOUR
    assert (keys(person, now=NOW + HOUR), keys(person, Only.SNOOZED, now=NOW + HOUR)) == (
        ["new"],
        ["old"],
    )
    assert selectors.unread_count(person, now=NOW + HOUR) == 1
    assert (keys(person, now=later), keys(person, Only.SNOOZED, now=later)) == (["old", "new"], [])
    assert selectors.unread_count(person, now=later) == 2
    assert keys(person, Only.UNREAD, now=later) == ["old", "new"]


@pytest.mark.parametrize("hours", [0, -1, 30 * 24 + 1])
def test_a_notice_sleeps_until_a_time_within_30_days(hours: int) -> None:
    person = make_person()

    with pytest.raises(services.SnoozeWrong):
        services.snooze(notice=sent(person), person=person, until=NOW + hours * HOUR, at=NOW)


def test_nobody_touches_the_inbox_of_another() -> None:
    notice, stranger = sent(make_person()), make_person()

    with pytest.raises(services.NoticeUnknown):
        services.mark_read(notice=notice, person=stranger, at=NOW)
    with pytest.raises(services.NoticeUnknown):
        services.mark_done(notice=notice, person=stranger, at=NOW)
    with pytest.raises(services.NoticeUnknown):
        services.reopen(notice=notice, person=stranger)
    with pytest.raises(services.NoticeUnknown):
        services.snooze(notice=notice, person=stranger, until=NOW + HOUR, at=NOW)
    assert keys(stranger) == []

"""Jobs that failed: why, and once more."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.makers import NOW, make_operator, make_person

from kehui.jobs import tasks
from kehui.ledger.models import Entry
from kehui.operations import services
from kehui.operations.models import JobFailure
from kehui.operations.selectors import queue
from kehui.operations.services.queue import reason_of

pytestmark = pytest.mark.django_db

TASK = "kehui.jobs.tasks.expire_items"


def defer(status: str = "todo") -> int:
    """Put a job into the queue; the queue's own rows are written as the queue does."""
    number = app.configure_task(TASK, queueing_lock="expire_items").defer(timestamp=0)
    if status != "todo":
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, number]
            )
    return int(number)


@pytest.mark.parametrize(
    ("error", "reason", "code"),
    [
        (services.ComplaintEmpty(), "refused", "COMPLAINT_EMPTY"),
        (OperationalError("the server closed"), "database", "OperationalError"),
        (ConnectionResetError(), "network", "ConnectionResetError"),
        (TimeoutError(), "network", "TimeoutError"),
        (PermissionError("index"), "disk", "PermissionError"),
        (ValueError("张三 13800000000"), "program", "ValueError"),
    ],
)
def test_an_error_is_kept_by_its_kind_and_never_by_its_text(
    error: Exception, reason: str, code: str
) -> None:
    assert reason_of(error) == (reason, code)


def test_a_task_that_fails_says_why_for_the_last_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> int:
        raise ValueError("秘密的内容")

    monkeypatch.setattr("kehui.market.services.expire_items", broken)
    with pytest.raises(ValueError, match="秘密的内容"):
        tasks.expire_items(timestamp=0)
    failure = queue.failures()[TASK]
    services.note_failure(task=TASK, error=TimeoutError(), at=NOW + timedelta(days=1))

    assert (failure.reason, failure.code) == ("program", "ValueError")
    assert JobFailure.objects.get().reason == "network"


def test_a_failure_that_cannot_be_kept_hides_no_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_: object) -> int:
        raise ValueError("the real one")

    def away(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("kehui.market.services.expire_items", broken)
    monkeypatch.setattr("kehui.operations.services.note_failure", away)

    with pytest.raises(ValueError, match="the real one"):
        tasks.expire_items(timestamp=0)
    assert "why expire_items failed could not be kept" in caplog.text


def test_a_failed_job_runs_again_under_a_new_number() -> None:
    failed, operator = defer("failed"), make_operator()

    number = services.run_again(job=failed, by=operator, at=NOW)

    again = ProcrastinateJob.objects.get(pk=number)
    assert (again.task_name, again.status, again.args) == (TASK, "todo", {"timestamp": 0})
    assert again.queueing_lock == "expire_items"
    assert ProcrastinateJob.objects.get(pk=failed).status == "failed"
    entry = Entry.objects.get()
    assert (entry.kind, entry.actor) == ("job.run_again", operator.pk)


def test_the_same_task_does_not_wait_twice() -> None:
    failed = defer("failed")
    defer()

    with pytest.raises(services.JobWaits), transaction.atomic():
        services.run_again(job=failed, by=make_operator(), at=NOW)
    assert ProcrastinateJob.objects.count() == 2
    assert not Entry.objects.exists()


def test_what_has_not_failed_is_not_run_again_and_strangers_run_nothing() -> None:
    operator = make_operator()
    for number in (defer(), 10**12):
        with pytest.raises(services.JobNotFailed):
            services.run_again(job=number, by=operator, at=NOW)
    with pytest.raises(services.NotYours):
        services.run_again(job=1, by=make_person(), at=NOW)


def test_jobs_stand_by_their_state() -> None:
    failed, running, waiting = defer("failed"), defer("doing"), defer()

    assert [each.pk for each in queue.failed()] == [failed]
    assert [each.pk for each in queue.running()] == [running]
    assert [each.pk for each in queue.waiting()] == [waiting]
    assert queue.counts() == {"failed": 1, "doing": 1, "todo": 1}
    assert [each.pk for each in queue.stalled(at=timezone.now())] == [running]  # nobody holds it


def test_complaints_that_nobody_answered_go_up_by_the_clock() -> None:
    assert tasks.escalate_complaints(timestamp=0) == 0

"""Note why a job failed, and put it into the queue once more."""

from datetime import datetime

from django.db import Error, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.operations import policies
from kehui.operations.facts import JobRunAgain
from kehui.operations.models import JobFailure
from kehui.operations.services.complaints import NotYours
from kehui.people.models import Person


class JobNotFailed(Refused):
    code = "JOB_NOT_FAILED"
    message = _("这个任务没有失败，不用重来。")
    message_en = "This job has not failed; there is nothing to repeat."
    status = 409


class JobWaits(Refused):
    code = "JOB_WAITS"
    message = _("同一个任务已经在排队，等它就好。")
    message_en = "The same task is waiting already; it will run by itself."
    status = 409


def reason_of(error: Exception) -> tuple[JobFailure.Reason, str]:
    """Return the kind of an error and a code for it; never its text."""
    if isinstance(error, Refused):
        return JobFailure.Reason.REFUSED, error.code
    reasons = (
        (Error, JobFailure.Reason.DATABASE),
        ((ConnectionError, TimeoutError), JobFailure.Reason.NETWORK),
        (OSError, JobFailure.Reason.DISK),
    )
    for kinds, reason in reasons:
        if isinstance(error, kinds):
            return reason, type(error).__name__
    return JobFailure.Reason.PROGRAM, type(error).__name__


def note_failure(*, task: str, error: Exception, at: datetime) -> JobFailure:
    """Keep why the task failed, in place of the time before."""
    reason, code = reason_of(error)
    failure, _is_new = JobFailure.objects.update_or_create(
        task=task, defaults={"reason": reason, "code": code[:80], "at": at}
    )
    return failure


@transaction.atomic
def run_again(*, job: int, by: Person, at: datetime) -> int:
    """Put a failed job into the queue once more, record JobRunAgain, and return its new number.

    The failed one stays as it is: history.

    Raises:
        NotYours: `by` may not.
        JobNotFailed: there is no such failed job.
        JobWaits: the same task waits already.
    """
    if not policies.may_run_jobs(by, today=dates.day_of(at)):
        raise NotYours
    failed = ProcrastinateJob.objects.filter(pk=job, status="failed").first()
    if failed is None:
        raise JobNotFailed
    task = app.configure_task(
        failed.task_name,
        queue=failed.queue_name,
        lock=failed.lock,
        queueing_lock=failed.queueing_lock,
        priority=failed.priority,
        allow_unknown=True,
    )
    try:
        with transaction.atomic():
            number = task.defer(**failed.args)
    except AlreadyEnqueued:
        raise JobWaits from None
    record(JobRunAgain(failed=job, job=number, task=failed.task_name), actor=by.pk, at=at)
    return number

"""The queue of jobs (procrastinate) in the words of an operator."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from kehui.operations.models import JobFailure

STALLED_AFTER: Final = timedelta(minutes=5)  # without a sign of life from its worker


def counts() -> dict[str, int]:
    """Return how many jobs are in each state of the queue."""
    rows = ProcrastinateJob.objects.values("status").annotate(count=Count("pk"))
    return {row["status"]: row["count"] for row in rows}


def waiting() -> QuerySet[ProcrastinateJob]:
    """Return what waits for a worker, the next first."""
    return _of("todo").order_by("-priority", "pk")


def running() -> QuerySet[ProcrastinateJob]:
    """Return what a worker holds, with its last sign of life."""
    return _of("doing").select_related("worker").order_by("pk")


def stalled(*, at: datetime) -> QuerySet[ProcrastinateJob]:
    """Return what is held by a worker that gave no sign of life for five minutes, or by none."""
    silent = Q(worker=None) | Q(worker__last_heartbeat__lt=at - STALLED_AFTER)
    return running().filter(silent)


def failed() -> QuerySet[ProcrastinateJob]:
    """Return what failed, the latest first."""
    return _of("failed").order_by("-pk")


def failures() -> dict[str, JobFailure]:
    """Return why each task failed the last time that it did, by its name."""
    return {each.task: each for each in JobFailure.objects.all()}


def _of(status: str) -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(status=status)

"""What happened to complaints, to the operator's own words and to jobs."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kehui.ledger.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ComplaintFiled(Fact):
    kind: ClassVar[str] = "complaint.filed"

    complaint: int
    complaint_kind: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class ComplaintEscalated(Fact):
    """It was not answered by its day, or somebody passed it on: it has a new day."""

    kind: ClassVar[str] = "complaint.escalated"

    complaint: int
    due_on: date


@dataclass(frozen=True, kw_only=True)
class ComplaintAnswered(Fact):
    kind: ClassVar[str] = "complaint.answered"

    complaint: int
    was_due_on: date


@dataclass(frozen=True, kw_only=True)
class SiteChangeProposed(Fact):
    """Somebody wants this; a second person decides."""

    kind: ClassVar[str] = "site.change_proposed"

    change: int
    name: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class SiteChanged(Fact):
    kind: ClassVar[str] = "site.changed"

    change: int
    name: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class SiteChangeRefused(Fact):
    kind: ClassVar[str] = "site.change_refused"

    change: int
    name: str


@dataclass(frozen=True, kw_only=True)
class JobRunAgain(Fact):
    """Somebody put a failed job into the queue once more, under a new number."""

    kind: ClassVar[str] = "job.run_again"

    failed: int
    job: int
    task: str

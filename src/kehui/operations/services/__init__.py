"""Actions of the platform's own business: complaints, its words, its jobs."""

from kehui.operations.services.complaints import (
    ComplaintAlreadyAnswered,
    ComplaintEmpty,
    ComplaintUnknown,
    NotYours,
    answer_complaint,
    escalate_complaint,
    escalate_overdue,
    file_complaint,
    open_complaint,
)
from kehui.operations.services.queue import JobNotFailed, JobWaits, note_failure, run_again
from kehui.operations.services.sites import (
    ChangeDecided,
    ChangeWaits,
    ReasonMissing,
    SecondPersonNeeded,
    SiteWordWrong,
    change_site,
    decide_change,
)

__all__ = [
    "ChangeDecided",
    "ChangeWaits",
    "ComplaintAlreadyAnswered",
    "ComplaintEmpty",
    "ComplaintUnknown",
    "JobNotFailed",
    "JobWaits",
    "NotYours",
    "ReasonMissing",
    "SecondPersonNeeded",
    "SiteWordWrong",
    "answer_complaint",
    "change_site",
    "decide_change",
    "escalate_complaint",
    "escalate_overdue",
    "file_complaint",
    "note_failure",
    "open_complaint",
    "run_again",
]

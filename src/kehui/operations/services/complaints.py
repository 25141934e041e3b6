"""Take a complaint in, pass it on, answer it."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.operations import policies
from kehui.operations.facts import ComplaintAnswered, ComplaintEscalated, ComplaintFiled
from kehui.operations.models import Complaint
from kehui.operations.selectors import complaints as selectors
from kehui.people.models import Person
from kehui.people.services import count_from

DAYS: Final = 3  # working days until the answer
DAYS_MORE: Final = 5  # after it went up
FILED_PER_BLOCK: Final = 20  # in a quarter of an hour: an office or a village shares one address
OPENED_PER_BLOCK: Final = 60
BATCH: Final = 200


class ComplaintEmpty(Refused):
    code = "COMPLAINT_EMPTY"
    message = _("请写明发生了什么，或者你的建议。")
    message_en = "Please say what happened, or what you suggest."
    field = "text"


class ComplaintUnknown(Refused):
    code = "COMPLAINT_UNKNOWN"
    message = _("编号和查询码对不上。请照受理时显示的填写。")
    message_en = "The number and the code do not belong together. Please enter them as shown."
    status = 404


class ComplaintAlreadyAnswered(Refused):
    code = "COMPLAINT_ANSWERED"
    message = _("这一件已经答复。")
    message_en = "This one has been answered already."
    status = 409


class NotYours(Refused):
    code = "OPERATIONS_NOT_YOURS"
    message = _("这件事要由另一位平台运营人员办理。")
    message_en = "Another operator of the platform has to do this."
    status = 403


def file_complaint(
    *,
    kind: Complaint.Kind,
    text: str,
    about: str,
    contact: str,
    code: str,
    by: Person | None,
    address: str,
    at: datetime,
) -> Complaint:
    """Take it in with a day by which it is answered, and record ComplaintFiled.

    The same code again is the same complaint: a second click of one form.

    Args:
        code: what opens the answer, drawn by the door; only its hash is kept.
        address: where it came from, to be counted; it is not kept.

    Raises:
        ComplaintEmpty: it says nothing.
        TooManyTries: too many came from this block of addresses.
    """
    if not text.strip():
        raise ComplaintEmpty
    told = Complaint.objects.filter(code_hash=selectors.code_hash(code)).first()
    if told is not None:
        return told
    count_from("complaint", address=address, most=FILED_PER_BLOCK, at=at)
    with transaction.atomic():
        complaint, is_first = Complaint.objects.get_or_create(
            code_hash=selectors.code_hash(code),
            defaults={
                "kind": kind,
                "text": text.strip(),
                "about": about.strip(),
                "contact": contact.strip(),
                "by": by,
                "filed_at": at,
                "due_on": dates.working_days_after(dates.day_of(at), DAYS),
            },
        )
        if is_first:
            fact = ComplaintFiled(
                complaint=complaint.pk, complaint_kind=kind.value, due_on=complaint.due_on
            )
            record(fact, actor=by.pk if by else None, at=at)
    return complaint


def open_complaint(*, number: str, code: str, address: str, at: datetime) -> Complaint:
    """Return the complaint to whoever knows its number and its code.

    Raises:
        ComplaintUnknown: the two do not belong together.
        TooManyTries: too many asked from this block of addresses.
    """
    count_from("complaint.open", address=address, most=OPENED_PER_BLOCK, at=at)
    complaint = selectors.known_by(number, code)
    if complaint is None:
        raise ComplaintUnknown
    return complaint


@transaction.atomic
def escalate_complaint(*, complaint: Complaint, by: Person, at: datetime) -> Complaint:
    """Pass it to whoever stands above, with a new day, and record ComplaintEscalated.

    Raises:
        NotYours: `by` may not.
        ComplaintAlreadyAnswered: there is nothing to pass on.
    """
    complaint = _waiting(complaint, by, at=at)
    return _escalate(complaint, by.pk, at=at)


@transaction.atomic
def escalate_overdue(*, at: datetime) -> int:
    """Pass on what was not answered by its day and not passed on yet; return how many."""
    late = selectors.overdue(today=dates.day_of(at)).filter(state=Complaint.State.OPEN)
    chosen = list(late.select_related(None).select_for_update(skip_locked=True)[:BATCH])
    for each in chosen:
        _escalate(each, None, at=at)
    return len(chosen)


@transaction.atomic
def answer_complaint(*, complaint: Complaint, answer: str, by: Person, at: datetime) -> Complaint:
    """Answer it, once, and record ComplaintAnswered.

    Raises:
        NotYours: `by` may not answer this one.
        ComplaintAlreadyAnswered: somebody did, perhaps a moment ago.
        ComplaintEmpty: the answer says nothing.
    """
    complaint = _waiting(complaint, by, at=at)
    if not answer.strip():
        raise ComplaintEmpty(field="answer")
    complaint.answer = answer.strip()
    complaint.state = Complaint.State.ANSWERED
    complaint.answered_by = by
    complaint.answered_at = at
    complaint.save(update_fields=["answer", "state", "answered_by", "answered_at"])
    fact = ComplaintAnswered(complaint=complaint.pk, was_due_on=complaint.due_on)
    record(fact, actor=by.pk, at=at)
    return complaint


def _waiting(complaint: Complaint, by: Person, *, at: datetime) -> Complaint:
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if not policies.may_answer(by, complaint, today=dates.day_of(at)):
        raise NotYours
    if complaint.state == Complaint.State.ANSWERED:
        raise ComplaintAlreadyAnswered
    return complaint


def _escalate(complaint: Complaint, actor: int | None, *, at: datetime) -> Complaint:
    complaint.state = Complaint.State.ESCALATED
    complaint.escalated_at = at
    complaint.due_on = dates.working_days_after(dates.day_of(at), DAYS_MORE)
    complaint.save(update_fields=["state", "escalated_at", "due_on"])
    record(ComplaintEscalated(complaint=complaint.pk, due_on=complaint.due_on), actor=actor, at=at)
    return complaint

"""Who runs the platform's own business. The policy profile is `core.policies`: all apps ask it."""

from datetime import date

from kehui.operations.models import Complaint, SiteChange
from kehui.people import policies
from kehui.people.models import Person


def may_read_complaints(person: Person | None, *, today: date) -> bool:
    return policies.may_operate(person, today=today)


def may_answer(person: Person, complaint: Complaint, *, today: date) -> bool:
    """Say whether the person may answer: who complained does not answer oneself."""
    return may_read_complaints(person, today=today) and complaint.by_id != person.pk


def may_change_site(person: Person, *, today: date) -> bool:
    return policies.may_operate(person, today=today)


def may_decide(person: Person, change: SiteChange, *, today: date) -> bool:
    """Say whether the person may confirm the change: another one than who proposed it."""
    return may_change_site(person, today=today) and change.by_id != person.pk


def may_run_jobs(person: Person, *, today: date) -> bool:
    return policies.may_operate(person, today=today)

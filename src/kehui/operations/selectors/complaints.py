"""Which complaints wait, and the one that a number and a code open."""

import re
from datetime import date
from hashlib import sha256
from typing import Final

from django.db.models import QuerySet

from kehui.operations.models import Complaint

LONGEST: Final = 12  # digits; a number beyond every row is no number of ours
NUMBER: Final = re.compile(rf"(?:TS)?0*(\d{{1,{LONGEST}}})")


def waiting() -> QuerySet[Complaint]:
    """Return what is not answered, that which was due first on top: the overdue lead."""
    return (
        Complaint.objects.exclude(state=Complaint.State.ANSWERED)
        .select_related("by")
        .order_by("due_on", "pk")
    )


def answered() -> QuerySet[Complaint]:
    """Return what is answered, the latest first."""
    return (
        Complaint.objects.filter(state=Complaint.State.ANSWERED)
        .select_related("by", "answered_by")
        .order_by("-answered_at", "-pk")
    )


def overdue(*, today: date) -> QuerySet[Complaint]:
    """Return what waits and should have been answered before today."""
    return waiting().filter(due_on__lt=today)


def known_by(number: str, code: str) -> Complaint | None:
    """Return the complaint of this number if the code is its own."""
    found = NUMBER.fullmatch("".join(number.split()).upper())
    if found is None:
        return None
    return Complaint.objects.filter(pk=int(found[1]), code_hash=code_hash(code)).first()


def code_hash(code: str) -> bytes:
    """Hash a code as it is kept; case and the hyphens between its groups do not matter."""
    return sha256(re.sub(r"[\s-]", "", code).upper().encode()).digest()

"""Write down how a center was found by the checklist of a standard center."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, names
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies
from kehui.people.facts import CenterChecked
from kehui.people.models import Center, Person, StandardResult
from kehui.people.selectors import standard
from kehui.people.services.centers import NotYourCenter, locked

EVIDENCE_LENGTH = 200


class LineUnknown(Refused):
    code = "CHECK_FORM"
    message = _("请选一个检查项，并用不超过 200 字写明依据。")
    message_en = "Please choose a line of the checklist and give the evidence in 200 characters."
    field = "evidence"


@transaction.atomic
def check_standard(
    *, center: Center, line: str, is_met: bool, evidence: str, by: Person, at: datetime
) -> StandardResult:
    """Write down how a line of the checklist was found, and by what; records CenterChecked.

    Raises:
        NotYourCenter: `by` may not check it; nobody checks the own center only.
        CenterOver: it is closed.
        LineUnknown: there is no such line, or no evidence.
    """
    today, tidy = dates.day_of(at), names.tidy(evidence)
    center = locked(center)
    if not policies.may_check_center(by, center.region_id, today=today):
        raise NotYourCenter
    checklist = standard.checklist()
    if line not in checklist.lines or not 1 <= len(tidy) <= EVIDENCE_LENGTH:
        raise LineUnknown
    result = StandardResult.objects.create(
        center=center,
        edition=checklist.edition,
        line=line,
        is_met=is_met,
        evidence=tidy,
        checked_on=today,
        by=by,
    )
    fact = CenterChecked(center=center.pk, edition=checklist.edition, line=line, is_met=is_met)
    record(fact, actor=by.pk, at=at)
    return result

"""Make two persons or organizations of one again, and bring along what comes late."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies
from kehui.people.facts import OrganizationsSplit, PersonsSplit
from kehui.people.models import MergeLog, Person
from kehui.people.services.merging import WHY, MergeImpossible, locked_pair, point_to
from kehui.people.services.moving import move_back, move_rows
from kehui.people.services.organizations import NotAnOperator

LATE: Final = timedelta(days=1)  # longer than any act that had begun goes on


class NotMerged(Refused):
    code = "NOT_MERGED"
    message = _("这次合并已经撤销，或还没有完成。")
    message_en = "This merge was undone, or is not done yet."
    status = 409


class MergedSince(Refused):
    code = "MERGED_SINCE"
    message = _("保留的一方后来又并入了别处。请先撤销后面那次合并。")
    message_en = "The survivor was merged with another since. Please undo the later merge first."
    status = 409


@transaction.atomic
def undo_merge(*, log: MergeLog, by: Person, at: datetime) -> MergeLog:
    """Make two of them again, every row where it was; record PersonsSplit or its kin.

    What was made since belongs to the survivor. A row that somebody changed since in that very
    column stays as it is, and is written down in `left`.

    Raises:
        NotMerged: it was undone before, or never done.
        NotAnOperator: as for merging.
        MergedSince: the survivor is no more.
        MergeImpossible: one of them has been forgotten since.
    """
    log = MergeLog.objects.select_for_update().get(pk=log.pk)
    if not log.stands:
        raise NotMerged
    survivor, absorbed = locked_pair(log)
    if not policies.may_merge(by, survivor, absorbed, today=dates.day_of(at)):
        raise NotAnOperator
    if survivor.merged_into_id:
        raise MergedSince
    if isinstance(absorbed, Person) and absorbed.left_at:
        raise MergeImpossible(why=WHY["left"])
    point_to(absorbed, None)
    kept = move_back(log.moved)
    log.left = [*log.left, *kept]
    log.undone_by, log.undone_at = by, at
    log.save(update_fields=["left", "undone_by", "undone_at"])
    kind = PersonsSplit if isinstance(survivor, Person) else OrganizationsSplit
    split = kind(
        merge=log.pk,
        survivor=survivor.pk,
        absorbed=absorbed.pk,
        rows=len(log.moved) - len(kept),
    )
    record(split, actor=by.pk, at=at)
    return log


def gather_late(*, at: datetime) -> int:
    """Bring along what an act that had begun before a merge wrote after it; return how many rows.

    For the clock: it looks at merges of the last day. Undoing takes these rows back too.
    """
    found = 0
    fresh = MergeLog.objects.filter(merged_at__gt=at - LATE, undone_at=None).order_by("merged_at")
    for number in fresh.values_list("pk", flat=True):
        with transaction.atomic():
            log = MergeLog.objects.select_for_update().get(pk=number)
            survivor, absorbed = locked_pair(log)
            if not log.stands or survivor.merged_into_id:
                continue
            moves = move_rows(survivor, absorbed, today=dates.day_of(at))
            stayed = [each for each in moves.left if each not in log.left]
            if moves.moved or stayed:
                log.moved, log.left = [*log.moved, *moves.moved], [*log.left, *stayed]
                log.save(update_fields=["moved", "left"])
                found += len(moves.moved)
    return found

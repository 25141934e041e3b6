"""Make one of two persons or organizations: asked and decided by people, never by itself."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, names
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies
from kehui.people.facts import (
    KeptApart,
    OrganizationsMerged,
    PersonsMerged,
)
from kehui.people.models import Detail, MergeLog, Organization, Person
from kehui.people.selectors import personal
from kehui.people.selectors.references import Thing
from kehui.people.services.moving import move_rows
from kehui.people.services.organizations import NotAnOperator

REASON_LENGTH: Final = 120


class MergeReasonMissing(Refused):
    code = "MERGE_REASON"
    message = _("请用不超过 120 字写明凭什么认定。姓名或名称相同不能作为依据。")
    message_en = "Please say in at most 120 characters how you know; equal names are no ground."
    field = "reason"


class MergeImpossible(Refused):
    code = "MERGE_IMPOSSIBLE"
    message = _("这两条不能合并：{why}")
    message_en = "These two cannot be merged: {why}"
    status = 409


class MergeOtherWay(Refused):
    code = "MERGE_OTHER_WAY"
    message = _("请反过来：保留核验等级更高、有统一社会信用代码的那一条。")
    message_en = "Please turn it around: keep the one that is better verified or has the code."
    status = 409


class AlreadyMerged(Refused):
    code = "ALREADY_MERGED"
    message = _("其中一条已经并入别处。请刷新后再看。")
    message_en = "One of the two was merged already. Please look again."
    status = 409


class TwoPersonRule(Refused):
    code = "TWO_PERSON"
    message = _("两边都已由单位确认，合并需要另一位运营人员复核。")
    message_en = "Both are affirmed: a second operator has to approve the merge."
    status = 403


WHY: Final = {
    "same": _("是同一条。"),
    "left": _("有一方已经注销。"),
    "identity": _("身份证号不同，是两个人。"),
    "code": _("统一社会信用代码不同，是两家单位。"),
}


@transaction.atomic
def merge(
    *,
    survivor: Thing,
    absorbed: Thing,
    by: Person,
    reason: str,
    at: datetime,
    second: Person | None = None,
) -> MergeLog:
    """Let all rows of the absorbed be the survivor's, and record PersonsMerged or its kin.

    Found by walking the schema; what has no room with the survivor stays where it is and counts no
    more. Acts that were under way are waited for, or brought along by `gather_late`.

    Raises:
        NotAnOperator: `by` is none, or is one of the two, or acts for one of them.
        MergeReasonMissing: no reason, or too long.
        MergeImpossible: one and the same, gone, or proved to be two by their numbers.
        MergeOtherWay: the absorbed is better known.
        AlreadyMerged: one of them is no more, perhaps since a moment ago.
        TwoPersonRule: both are affirmed, and no other operator approves.
    """
    log = _asked(survivor, absorbed, by=by, reason=reason, at=at)
    return _merge(log, second=second, at=at)


@transaction.atomic
def ask_to_merge(
    *, survivor: Thing, absorbed: Thing, by: Person, reason: str, at: datetime
) -> MergeLog:
    """Merge at once where one operator may, else write down that it waits for a second one.

    Raises: as `merge`, but for TwoPersonRule.
    """
    log = _asked(survivor, absorbed, by=by, reason=reason, at=at)
    if policies.needs_two(survivor, absorbed):
        _checked(log, at=at)
        log.save()
        return log
    return _merge(log, second=None, at=at)


@transaction.atomic
def approve_merge(*, log: MergeLog, by: Person, at: datetime) -> MergeLog:
    """Do a merge that waits for a second operator.

    Raises: as `merge`; TwoPersonRule where `by` asked for it.
    """
    log = MergeLog.objects.select_for_update().get(pk=log.pk)
    if not log.waits:
        raise AlreadyMerged
    return _merge(log, second=by, at=at)


@transaction.atomic
def keep_apart(*, one: Thing, other: Thing, by: Person, reason: str, at: datetime) -> MergeLog:
    """Write down that they are two, so that nobody is asked again; record KeptApart.

    Raises:
        NotAnOperator, MergeReasonMissing.
    """
    log = _asked(one, other, by=by, reason=reason, at=at)
    log.apart_at = at
    log.save()
    thing = "person" if log.survivor_person else "organization"
    record(KeptApart(merge=log.pk, thing=thing, one=one.pk, other=other.pk), actor=by.pk, at=at)
    return log


def _asked(survivor: Thing, absorbed: Thing, *, by: Person, reason: str, at: datetime) -> MergeLog:
    said = names.tidy(reason)
    log = MergeLog(reason=said, by=by, asked_at=at)
    if isinstance(survivor, Person) and isinstance(absorbed, Person):
        log.survivor_person, log.absorbed_person = survivor, absorbed
    elif isinstance(survivor, Organization) and isinstance(absorbed, Organization):
        log.survivor_organization, log.absorbed_organization = survivor, absorbed
    else:
        raise TypeError("a person and an organization are never one")
    if not policies.may_merge(by, survivor, absorbed, today=dates.day_of(at)):
        raise NotAnOperator
    if not 1 <= len(said) <= REASON_LENGTH:
        raise MergeReasonMissing
    return log


def _merge(log: MergeLog, *, second: Person | None, at: datetime) -> MergeLog:
    survivor, absorbed = _checked(log, at=at)
    today = dates.day_of(at)
    if policies.needs_two(survivor, absorbed) and (
        second is None
        or second.pk == log.by_id
        or not policies.may_merge(second, survivor, absorbed, today=today)
    ):
        raise TwoPersonRule
    moves = move_rows(survivor, absorbed, today=today)
    point_to(absorbed, survivor.pk)
    log.second, log.merged_at = second, at
    log.moved, log.left = moves.moved, moves.left
    log.save()
    kind = PersonsMerged if isinstance(survivor, Person) else OrganizationsMerged
    merged = kind(
        merge=log.pk,
        survivor=survivor.pk,
        absorbed=absorbed.pk,
        second=second.pk if second else None,
        rows=len(moves.moved),
    )
    record(merged, actor=(second or log.by).pk, at=at)
    return log


def _checked(log: MergeLog, *, at: datetime) -> tuple[Thing, Thing]:
    """Lock both, as they are now, and make sure that they may become one."""
    survivor, absorbed = locked_pair(log)
    if not policies.may_merge(log.by, survivor, absorbed, today=dates.day_of(at)):
        raise NotAnOperator
    if survivor.merged_into_id or absorbed.merged_into_id:
        raise AlreadyMerged
    if why := _hindrance(survivor, absorbed):
        raise MergeImpossible(why=WHY[why])
    uncoded = isinstance(survivor, Organization) and not survivor.uscc
    coded = isinstance(absorbed, Organization) and absorbed.uscc
    if absorbed.level > survivor.level or (uncoded and coded):
        raise MergeOtherWay
    return survivor, absorbed


def locked_pair(log: MergeLog) -> tuple[Thing, Thing]:
    """Wait for whatever names either of them right now; the lower number first, against knots."""
    one, other = log.survivor, log.absorbed
    assert one is not None and other is not None  # noqa: S101, PT018 - a constraint of the table
    rows: dict[int, Thing] = {}
    for number in sorted({one.pk, other.pk}):
        rows[number] = type(one).objects.select_for_update().get(pk=number)
    return rows[one.pk], rows[other.pk]


def _hindrance(survivor: Thing, absorbed: Thing) -> str:
    if survivor.pk == absorbed.pk:
        return "same"
    if isinstance(survivor, Organization) and isinstance(absorbed, Organization):
        codes = {survivor.uscc, absorbed.uscc} - {None, ""}
        return "code" if len(codes) > 1 else ""
    persons = [each for each in (survivor, absorbed) if isinstance(each, Person)]
    if any(each.left_at for each in persons):
        return "left"
    proofs = {personal.opened(each, Detail.IDENTITY_NUMBER) for each in persons} - {""}
    return "identity" if len(proofs) > 1 else ""


def point_to(absorbed: Thing, survivor: int | None) -> None:
    """Say whose the absorbed entry is; None for its own again."""
    rows = type(absorbed).objects.filter(pk=absorbed.pk)
    rows.update(merged_into=survivor)

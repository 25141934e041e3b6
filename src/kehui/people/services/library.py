"""Publish procedures in versions, and keep the documents of policies."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, names
from kehui.core.errors import Refused
from kehui.core.models import Region
from kehui.ledger.services import record
from kehui.people.facts import PolicyDocumentAdded, ProcedurePublished, ProcedureWithdrawn
from kehui.people.models import Person, PolicyDocument, Procedure
from kehui.people.services.centers import check_keeper

TITLE, AUDIENCE, CODE = 60, 60, 40
STEPS, STEP, PAPERS, PAPER = 12, 200, 20, 100
MOST_DAYS = 365
POLICY_TITLE, NUMBER, SOURCE, LINK = 120, 60, 80, 300


class ProcedureMalformed(Refused):
    code = "PROCEDURE_FORM"
    message = _(
        "办事指南要有编号、事项、办理对象、1 至 12 个步骤和 365 天以内的时限，材料不超过 20 项。"
    )
    message_en = (
        "A procedure has a code, a title, an audience, 1 to 12 steps, a time of at most 365 days "
        "and at most 20 papers."
    )


class ProcedureChanged(Refused):
    code = "PROCEDURE_CHANGED"
    message = _("别人刚刚发布了新版本。请刷新后在新版本上修改。")
    message_en = "Somebody has just published a newer version. Please reload and change that one."
    status = 409


class ProcedureOver(Refused):
    code = "PROCEDURE_WITHDRAWN"
    message = _("这一版已经停用。")
    message_en = "This version is withdrawn already."
    status = 409


class PolicyMalformed(Refused):
    code = "POLICY_FORM"
    message = _("政策文件要有标题、发文机关和原文链接（http 或 https），有效期不早于施行日期。")
    message_en = (
        "A policy has a title, a source and a link (http or https), and does not end before it "
        "begins."
    )


@transaction.atomic
def publish_procedure(
    *,
    region: str,
    code: str,
    title: str,
    audience: str,
    steps: Sequence[str],
    papers: Sequence[str],
    working_days: int,
    by: Person,
    at: datetime,
    version: int | None = None,
) -> Procedure:
    """Publish the next version of how something is done there; records ProcedurePublished.

    `version` is the one that was read when this was written, 0 for none; None asks nothing.

    Raises:
        NotYourCenter, SeatRevoked: `by` keeps no center of the place, or no longer.
        ProcedureMalformed: something is missing or too long.
        ProcedureChanged: another version came in between.
    """
    check_keeper(by, region, today=dates.day_of(at))
    told = {
        "code": _code(code),
        "title": _text(title, TITLE),
        "audience": _text(audience, AUDIENCE),
        "steps": _lines(steps, STEP, range(1, STEPS + 1)),
        "papers": _lines(papers, PAPER, range(PAPERS + 1)),
    }
    if not 0 <= working_days <= MOST_DAYS:
        raise ProcedureMalformed
    Region.objects.select_for_update(no_key=True).get(pk=region)  # versions come one by one
    versions = Procedure.objects.filter(region=region, code=told["code"])
    last = versions.aggregate(last=Max("version"))["last"] or 0
    if version is not None and version != last:
        raise ProcedureChanged
    procedure = Procedure.objects.create(
        region_id=region,
        version=last + 1,
        working_days=working_days,
        published_at=at,
        published_by=by,
        **told,
    )
    fact = ProcedurePublished(procedure=procedure.pk, region=region, edition=procedure.version)
    record(fact, actor=by.pk, at=at)
    return procedure


@transaction.atomic
def withdraw_procedure(*, procedure: Procedure, by: Person, at: datetime) -> Procedure:
    """Take the version out of use; the place falls back on that of the place above, if any.

    Raises:
        NotYourCenter, SeatRevoked: `by` keeps no center of the place, or no longer.
        ProcedureOver: it was withdrawn before, perhaps a moment ago.
    """
    procedure = Procedure.objects.select_for_update().get(pk=procedure.pk)
    check_keeper(by, procedure.region_id, today=dates.day_of(at))
    if procedure.withdrawn_at is not None:
        raise ProcedureOver
    procedure.withdrawn_at = at
    procedure.save(update_fields=["withdrawn_at"])
    record(ProcedureWithdrawn(procedure=procedure.pk), actor=by.pk, at=at)
    return procedure


@transaction.atomic
def add_policy(
    *,
    region: str,
    title: str,
    number: str,
    source: str,
    link: str,
    issued_on: date,
    valid_from: date,
    valid_until: date | None,
    by: Person,
    at: datetime,
) -> PolicyDocument:
    """Keep a policy with the days on which it holds; records PolicyDocumentAdded.

    Raises:
        NotYourCenter, SeatRevoked: `by` keeps no center of the place, or no longer.
        PolicyMalformed: something is missing or too long, or the link leads nowhere on the web.
    """
    check_keeper(by, region, today=dates.day_of(at))
    texts = {
        "title": (names.tidy(title), POLICY_TITLE),
        "source": (names.tidy(source), SOURCE),
        "link": (link.strip(), LINK),
    }
    tidy_number = names.tidy(number)
    is_whole = (
        all(1 <= len(text) <= most for text, most in texts.values())
        and len(tidy_number) <= NUMBER
        and _is_on_the_web(link.strip())
        and (valid_until is None or valid_until >= valid_from)
    )
    if not is_whole:
        raise PolicyMalformed
    document = PolicyDocument.objects.create(
        region_id=region,
        number=tidy_number,
        issued_on=issued_on,
        valid_from=valid_from,
        valid_until=valid_until,
        added_at=at,
        added_by=by,
        **{name: text for name, (text, _most) in texts.items()},
    )
    record(PolicyDocumentAdded(document=document.pk, region=region), actor=by.pk, at=at)
    return document


def _is_on_the_web(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _code(text: str) -> str:
    code = _text(text, CODE).lower()
    if not all(each.isascii() and (each.isalnum() or each == "-") for each in code):
        raise ProcedureMalformed(field="code")
    return code


def _text(text: str, most: int) -> str:
    tidy = names.tidy(text)
    if not 1 <= len(tidy) <= most:
        raise ProcedureMalformed
    return tidy


def _lines(texts: Sequence[str], most: int, count: range) -> list[str]:
    lines = [tidy for each in texts if (tidy := names.tidy(each))]
    if len(lines) not in count or any(len(each) > most for each in lines):
        raise ProcedureMalformed
    return lines

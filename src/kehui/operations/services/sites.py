"""Change what the operator says of itself; the policy profile only by two persons."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, locks, operator
from kehui.core import policies as profile
from kehui.core.errors import Refused
from kehui.core.models import SiteWord
from kehui.ledger.services import record
from kehui.operations import policies
from kehui.operations.facts import SiteChanged, SiteChangeProposed, SiteChangeRefused
from kehui.operations.models import SiteChange
from kehui.operations.services.complaints import NotYours
from kehui.people.models import Person

BY_TWO: Final = frozenset({"policy_profile"})
NEEDED: Final = frozenset({"brand", "policy_profile"})
LONGEST: Final = 200


class SiteWordWrong(Refused):
    code = "SITE_WORD"
    message = _("“{label}”这样填不行：不能留空的请填上，最多 200 字，只占一行。")
    message_en = "“{label}” cannot be this: one line of at most 200 signs; some may not be empty."


class ReasonMissing(Refused):
    code = "SITE_REASON"
    message = _("请写明为什么要改。")
    message_en = "Please say why this is changed."
    field = "reason"


class ChangeWaits(Refused):
    code = "SITE_CHANGE_WAITS"
    message = _("“{label}”已有一项变更在等第二人确认，请先办完它。")
    message_en = "A change of “{label}” waits for a second person; please settle that one first."
    status = 409


class ChangeDecided(Refused):
    code = "SITE_CHANGE_DECIDED"
    message = _("这项变更已经有结论。")
    message_en = "This change has been decided already."
    status = 409


class SecondPersonNeeded(Refused):
    code = "SECOND_PERSON"
    message = _("要由另一位平台运营人员确认，自己提出的不能自己确认。")
    message_en = "Another operator has to confirm this; nobody confirms an own proposal."
    status = 403


@transaction.atomic
def change_site(
    *, values: Mapping[str, str], reason: str, by: Person, at: datetime
) -> list[SiteChange]:
    """Change the words that differ from what stands, and record SiteChanged for each.

    What needs two persons waits, and SiteChangeProposed is recorded. All or nothing.

    Raises:
        NotYours: `by` may not.
        ReasonMissing: nothing says why.
        SiteWordWrong: a word is unknown, too long, on two lines, empty where it may not be.
        ChangeWaits: a change of the same word waits for its second person.
    """
    if not policies.may_change_site(by, today=dates.day_of(at)):
        raise NotYours
    if not reason.strip():
        raise ReasonMissing
    locks.hold("operations.sites")
    operator.forget()
    before = operator.words()
    tidy = {name: _tidy(name, text) for name, text in values.items()}
    return [
        _change(name, before[name], text, reason.strip()[:LONGEST], by, at=at)
        for name, text in tidy.items()
        if text != before[name]
    ]


@transaction.atomic
def decide_change(*, change: SiteChange, agrees: bool, by: Person, at: datetime) -> SiteChange:
    """Let what was proposed take effect, or not; SiteChanged or SiteChangeRefused is recorded.

    Raises:
        SecondPersonNeeded: `by` proposed it, or is no operator.
        ChangeDecided: somebody decided, perhaps a moment ago.
    """
    change = SiteChange.objects.select_for_update().get(pk=change.pk)
    if not policies.may_decide(by, change, today=dates.day_of(at)):
        raise SecondPersonNeeded
    if change.state != SiteChange.State.WAITING:
        raise ChangeDecided
    change.state = SiteChange.State.IN_FORCE if agrees else SiteChange.State.REFUSED
    change.decided_by, change.decided_at = by, at
    change.save(update_fields=["state", "decided_by", "decided_at"])
    if agrees:
        _put(change, by, at=at)
    else:
        record(SiteChangeRefused(change=change.pk, name=change.name), actor=by.pk, at=at)
    return change


def _tidy(name: str, text: str) -> str:
    tidy = " ".join(text.split(" ")).strip()
    label = str(operator.LABELS.get(name, name))
    is_wrong = (
        name not in operator.SETTINGS
        or len(tidy) > LONGEST
        or not (tidy or name not in NEEDED)
        or any(ord(sign) < 32 for sign in tidy)
        or (name == "policy_profile" and tidy not in profile.profiles().profiles)
    )
    if is_wrong:
        raise SiteWordWrong(field=name, label=label)
    return tidy


def _change(
    name: str, before: str, after: str, reason: str, by: Person, *, at: datetime
) -> SiteChange:
    waits = name in BY_TWO
    undecided = SiteChange.objects.filter(name=name, state=SiteChange.State.WAITING)
    if waits and undecided.exists():
        raise ChangeWaits(field=name, label=str(operator.LABELS[name]))
    change = SiteChange.objects.create(
        name=name,
        before=before,
        after=after,
        reason=reason,
        state=SiteChange.State.WAITING if waits else SiteChange.State.IN_FORCE,
        by=by,
        at=at,
    )
    if waits:
        fact = SiteChangeProposed(change=change.pk, name=name, before=before, after=after)
        record(fact, actor=by.pk, at=at)
    else:
        _put(change, by, at=at)
    return change


def _put(change: SiteChange, by: Person, *, at: datetime) -> None:
    SiteWord.objects.update_or_create(name=change.name, defaults={"text": change.after})
    record(
        SiteChanged(change=change.pk, name=change.name, before=change.before, after=change.after),
        actor=by.pk,
        at=at,
    )
    operator.forget()
    transaction.on_commit(operator.forget)  # somebody may have asked in between

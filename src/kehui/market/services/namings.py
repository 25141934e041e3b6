"""Put an edition of learned names in force, go back, and decide single pairs."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.market.facts import NamesChanged
from kehui.market.models import NamingEdition, NamingVerdict
from kehui.market.selectors import namings as selectors
from kehui.people import policies as people
from kehui.people.models import Person
from kehui.people.services import NotAnOperator

_LOCK: Final = 0x6E616D65  # "name": one change of the edition at a time


class NoNamesInForce(Refused):
    code = "NO_NAMES"
    message = _("现在没有学到的别名在用，没有可以退回的。")
    message_en = "No learned names are in force; there is nothing to go back from."
    status = 409


class NamingUnknown(Refused):
    code = "NAMING_UNKNOWN"
    message = _("“{name}”和“{other}”不在现在这一版学到的别名里，可能刚换了一版。请刷新再看。")
    message_en = "“{name}” and “{other}” are not in the edition in force. Please reload."
    status = 404


def version_of(content: list[dict[str, Any]]) -> str:
    """Return the name of an edition: the same content has the same one."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return f"names-{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


@transaction.atomic
def install_names(
    *, content: list[dict[str, Any]], held_back: int, before: float, after: float, at: datetime
) -> NamesChanged:
    """Put the pairs in force; search and matching know them from the next request on.

    Args:
        content: as `NamingEdition` says.
        held_back, before, after: how many texts were asked for, and MRR@10 with the old and the
            new pairs.
    """
    _wait_for_others()
    version, replaced = version_of(content), _retire(NamingEdition.State.REPLACED)
    NamingEdition.objects.update_or_create(
        version=version,
        defaults={
            "content": content,
            "state": NamingEdition.State.IN_FORCE,
            "installed_at": at,
        },
    )
    return _recorded(version, replaced, held_back, (round(before * 1e6), round(after * 1e6)), at)


@transaction.atomic
def roll_back_names(*, at: datetime) -> NamesChanged:
    """Withdraw the edition in force; the one before it serves again, or the dictionary alone.

    Raises:
        NoNamesInForce: nothing to go back from.
    """
    _wait_for_others()
    before = _retire(NamingEdition.State.WITHDRAWN)
    if not before:
        raise NoNamesInForce
    previous = selectors.last_replaced()
    if previous is not None:
        previous.state = NamingEdition.State.IN_FORCE
        previous.save(update_fields=["state"])
    return _recorded(previous.version if previous else "", before, 0, (None, None), at)


@transaction.atomic
def judge_naming(
    *, name: str, other: str, is_right: bool | None, person: Person, at: datetime
) -> None:
    """Say that two names mean one thing, or do not; None takes back what was said.

    A pair said to be right is in force whoever taught it; a refused one stays out of every later
    edition.

    Raises:
        NotAnOperator: see there.
        NamingUnknown: the edition in force has no such pair.
    """
    if not people.may_operate(person, today=dates.day_of(at)):
        raise NotAnOperator
    if not any((each.name, each.other) == (name, other) for each in selectors.learned()):
        raise NamingUnknown(name=name, other=other)
    if is_right is None:
        NamingVerdict.objects.filter(name=name, other=other).delete()
        return
    NamingVerdict.objects.update_or_create(
        name=name,
        other=other,
        defaults={"is_right": is_right, "decided_by": person, "decided_at": at},
    )


def _recorded(
    version: str,
    before: str,
    held_back: int,
    ppm: tuple[int | None, int | None],
    at: datetime,
) -> NamesChanged:
    change = NamesChanged(
        edition=version,
        before=before,
        in_force=len(selectors.pairs()),
        held_back=held_back,
        before_ppm=ppm[0],
        after_ppm=ppm[1],
    )
    record(change, actor=None, at=at)
    return change


def _retire(state: NamingEdition.State) -> str:
    """Take the edition in force out of it and return its version, "" when there is none."""
    held = selectors.in_force()
    if held is None:
        return ""
    held.state = state
    held.save(update_fields=["state"])
    return held.version


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])

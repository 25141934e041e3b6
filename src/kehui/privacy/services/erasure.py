"""Forget a person: destroy the key, delete and empty what the register says, keep the number."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import Field, Q
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.deals.services import leaving as deals
from kehui.ledger import services as ledger
from kehui.ledger.models import Access
from kehui.market.models import Item, Studio
from kehui.market.services import leaving as market
from kehui.matching.models import Interest
from kehui.notices import services as notices
from kehui.people import policies
from kehui.people.facts import PersonErased
from kehui.people.models import GONE, Channel, Level, Person
from kehui.people.services import consents
from kehui.people.services import leaving as people
from kehui.people.services.organizations import NotAnOperator
from kehui.privacy.register import register
from kehui.privacy.selectors.belongings import KEPT_BY_OTHERS, own_items, rows_of
from kehui.privacy.selectors.copies import rows_in
from kehui.privacy.selectors.obstacles import obstacles

FORGOTTEN: Final = "（已删除）"
NO_TEXT: Final = (
    "发布这条信息的人已经注销账号，并要求删除与自己有关的内容。原来的标题、描述、指标、附件和联系方式都已删除，"
    "不能恢复。这个编号和办理过程的时间保留下来，只用于核对数字和账目，看不出是谁发布的。"
    "如果你正在和对方谈这件事，请用你们已经交换过的联系方式继续联系。"
)
NOTHING_SHARED: Final[dict[str, Any]] = {
    "common": [],
    "missing": [],
    "hidden": [],
    "constraints": [],
    "distance_km": None,
    "encoder": "",
    "passages": [],
}
# What an emptied field says where it cannot be empty, or where empty would mean something else
INSTEAD: Final[dict[tuple[str, str], Any]] = {
    ("people.Person", "name"): GONE,
    ("people.Person", "level"): Level.V0,
    ("people.MergeLog", "reason"): FORGOTTEN,
    ("people.Team", "name"): GONE,
    ("people.Unmasking", "note"): FORGOTTEN,
    ("operations.Complaint", "text"): FORGOTTEN,
    ("operations.SiteChange", "reason"): FORGOTTEN,
    ("market.Item", "title"): f"{GONE}的信息",
    ("market.Item", "description"): NO_TEXT,
    ("market.Item", "negotiable_reason"): FORGOTTEN,
    ("market.ImportRun", "file_name"): FORGOTTEN,
    ("market.Studio", "name"): GONE,
    ("matching.Suggestion", "explanation"): NOTHING_SHARED,
}


class LeavingHindered(Refused):
    code = "LEAVING_HINDERED"
    message = _("现在还不能注销。{what}")
    message_en = "This account cannot be closed yet. {what}"
    status = 409


@transaction.atomic
def erase_person(*, person: Person, by: Person, at: datetime) -> bool:
    """Forget the person for good, and record PersonErased; return False if that was done before.

    Seats, places in teams, tokens, drafts and published items end with facts of their own; then the
    rows are deleted or emptied as the register of personal fields says. What others are left with,
    the ledger too, is the person's number. Of two at once the second waits and changes nothing.

    What the readers of the ledger derive (the person's profile) follows within seconds, the files
    of the index with the second snapshot after that.

    Raises:
        NotAnOperator: `by` is neither the person nor an operator.
        LeavingHindered: something has to be settled first, and what.
    """
    today = dates.day_of(at)
    if not policies.may_erase(by, person, today=today):
        raise NotAnOperator
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.left_at is not None:
        return False
    if hindrances := obstacles(person, today=today):
        raise LeavingHindered(what=hindrances[0].sentence)
    for absorbed in person.absorbed.select_for_update().order_by("pk"):
        _erase(absorbed, by, at=at)
    _erase(person, by, at=at)
    return True


def _erase(person: Person, by: Person, *, at: datetime) -> None:
    items = own_items(person)
    words = _words(person, items)
    consents.withdraw_all(person=person, channel=Channel.LEAVING, at=at)
    deals.leave_deals(person=person, at=at)
    market.leave_market(person=person, by=by, at=at)
    people.leave_posts(person=person, by=by, at=at)
    market.forget_texts(items)
    keys = [*_occasions(person, items), *deals.forget_words(person=person)]
    notices.forget(words=words, keys=keys, word=FORGOTTEN)
    _forget_reasons(person, by, at=at)
    _empty(person, items)
    Person.objects.filter(pk=person.pk).update(left_at=at)
    ledger.record(PersonErased(person=person.pk), actor=by.pk, at=at)


def _words(person: Person, items: list[int]) -> list[str]:
    """Return what notices to others may quote: the titles of the person's items, longest first."""
    titles = Item.objects.filter(pk__in=items).values_list("title", flat=True)
    names = Studio.objects.filter(person=person).values_list("name", flat=True)
    said = {each for each in (*titles, *names) if len(each) > len(FORGOTTEN)}
    return sorted(said, key=lambda each: (-len(each), each))


def _occasions(person: Person, items: list[int]) -> Iterable[str]:
    """Return the keys of notices to others that repeat the person's words."""
    asked = Interest.objects.filter(by=person).values_list("pk", flat=True)
    return [f"interest:{each}" for each in asked] + [f"match:{each}" for each in items]


def _forget_reasons(person: Person, by: Person, *, at: datetime) -> None:
    about = Q(thing="person", number=person.pk) | Q(actor=person.pk)
    for access in Access.objects.filter(about).exclude(reason="").order_by("pk"):
        ledger.forget_reason(access=access, actor=by.pk, at=at)


def _empty(person: Person, items: list[int]) -> None:
    """Delete and empty rows as the register says, the rows of its last tables first."""
    rows = rows_of(person, items)
    doomed: dict[str, list[str]] = {}
    for each in register().personal:
        if each.fate in {"delete", "blank"} and each.model not in KEPT_BY_OTHERS:
            names = doomed.setdefault(each.model, [])
            names += [each.name] if each.fate == "blank" else []
    for label, names in reversed(doomed.items()):
        model = apps.get_model(label)
        mine = rows_in(model).filter(rows[label])
        if names:
            mine.update(**{name: empty_of(label, model._meta.get_field(name)) for name in names})
        else:
            mine.delete()


def empty_of(label: str, field: "Field[Any, Any]") -> Any:
    """Return what the field holds when it is emptied: nothing, or the words instead of nothing.

    Raises:
        TypeError: the field has no empty value of its own, so `INSTEAD` must name one.
    """
    if (label, field.name) in INSTEAD:
        return INSTEAD[label, field.name]
    if field.null:
        return None
    if isinstance(field, ArrayField):
        return []
    if field.get_internal_type() in {"CharField", "TextField"}:
        return ""
    if field.get_internal_type() == "BooleanField":
        return False
    raise TypeError(f"{label}.{field.name} cannot be empty")

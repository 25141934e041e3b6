"""Send notices, and deal with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.notices.models import Notice
from kehui.people.models import Person

LONGEST_SNOOZE = timedelta(days=30)
BATCH = 500


class NoticeUnknown(Refused):
    code = "NOTICE_UNKNOWN"
    message = _("没有这条消息。")
    message_en = "There is no such notice."
    status = 404


class SnoozeWrong(Refused):
    code = "SNOOZE_TIME"
    message = _("提醒时间应在今后 30 天之内。")
    message_en = "A notice can sleep until a time within the next 30 days."
    field = "until"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A notice to be sent; `key` names the occasion, so that it is sent once."""

    person: int
    reason: Notice.Reason
    title: str
    link: str
    key: str
    body: str = ""


def send(
    person: Person | int,
    *,
    reason: Notice.Reason,
    title: str,
    link: str,
    key: str,
    at: datetime,
    body: str = "",
) -> bool:
    """Put one notice into the inbox; return False if this key was sent before."""
    pk = person if isinstance(person, int) else person.pk
    message = Message(person=pk, reason=reason, title=title, body=body, link=link, key=key)
    return send_many([message], at=at) == 1


def send_many(messages: Iterable[Message], *, at: datetime) -> int:
    """Put the notices into their inboxes, each key once and for ever; return how many are new.

    Titles and texts too long for an inbox line are cut. Two senders of one key
    at once leave one notice; then both may count it.
    """
    wanted = {each.key: each for each in messages}
    sent = set(Notice.objects.filter(key__in=wanted).values_list("key", flat=True))
    fresh = [each for key, each in wanted.items() if key not in sent]
    Notice.objects.bulk_create(
        (
            Notice(
                person_id=each.person,
                reason=each.reason,
                title=_cut(each.title, 120),
                body=_cut(each.body, 400),
                link=each.link,
                key=each.key,
                sent_at=at,
            )
            for each in fresh
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    return len(fresh)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


@transaction.atomic
def mark_read(*, notice: Notice, person: Person, at: datetime) -> Notice:
    """Note when the person first opened it.

    Raises:
        NoticeUnknown: it is not in the person's inbox.
    """
    notice = _own(notice, person)
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def mark_all_read(*, person: Person, at: datetime) -> int:
    """Note that the person has seen all that waits; return how many were unread."""
    return Notice.objects.filter(person=person, read_at=None, sent_at__lte=at).update(read_at=at)


@transaction.atomic
def mark_done(*, notice: Notice, person: Person, at: datetime) -> Notice:
    """Put it away as dealt with; twice is as good as once.

    Raises:
        NoticeUnknown: it is not in the person's inbox.
    """
    notice = _own(notice, person)
    if notice.done_at is None:
        notice.done_at = at
        notice.read_at = notice.read_at or at
        notice.snoozed_until = None
        notice.save(update_fields=["done_at", "read_at", "snoozed_until"])
    return notice


@transaction.atomic
def reopen(*, notice: Notice, person: Person) -> Notice:
    """Take it back from what is dealt with.

    Raises:
        NoticeUnknown: it is not in the person's inbox.
    """
    notice = _own(notice, person)
    notice.done_at = None
    notice.save(update_fields=["done_at"])
    return notice


@transaction.atomic
def snooze(*, notice: Notice, person: Person, until: datetime, at: datetime) -> Notice:
    """Hide it until then; it comes back on top, unread.

    Raises:
        NoticeUnknown: it is not in the person's inbox.
        SnoozeWrong: the time is past, or more than 30 days away.
    """
    if not at < until <= at + LONGEST_SNOOZE:
        raise SnoozeWrong
    notice = _own(notice, person)
    notice.snoozed_until = until
    notice.read_at = notice.done_at = None
    notice.save(update_fields=["snoozed_until", "read_at", "done_at"])
    return notice


@transaction.atomic
def forget(*, words: Iterable[str], keys: Iterable[str], word: str) -> None:
    """Take these words out of every notice, and empty the texts of notices of these occasions.

    Each of the words is at least as long as `word`, which comes in its place.
    """
    for each in words:
        told = Notice.objects.filter(Q(title__contains=each) | Q(body__contains=each))
        gone = {name: Replace(F(name), Value(each), Value(word)) for name in ("title", "body")}
        told.update(**gone)
    for key in keys:
        Notice.objects.filter(Q(key=key) | Q(key__startswith=f"{key}:")).update(body="")


def _own(notice: Notice, person: Person) -> Notice:
    own = Notice.objects.select_for_update().filter(pk=notice.pk, person=person).first()
    if own is None:
        raise NoticeUnknown
    return own

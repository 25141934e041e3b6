"""From publication to the end: close, withdraw, renew, expire, ask whether anybody is there."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.market import policies
from kehui.market.facts import (
    ContactConfirmed,
    ItemClosed,
    ItemExpired,
    ItemRejected,
    ItemRenewed,
    ItemWithdrawn,
)
from kehui.market.models import CloseReason, Item, State
from kehui.market.services.drafts import NotYours
from kehui.notices import services as notices
from kehui.notices.models import Notice
from kehui.people.models import Person

ASKED_AFTER: Final = timedelta(days=7)
ANSWER_WITHIN: Final = timedelta(days=7)
HELD_FOR: Final = timedelta(days=30)
RENEWABLE_BEFORE: Final = timedelta(days=30)
AT_A_TIME: Final = 500


class NotPublished(Refused):
    code = "NOT_PUBLISHED"
    message = _("这条信息现在是“{state}”，不能这样处理。")
    message_en = "This item is “{state}”; that cannot be done now."
    status = 409


class ReasonMissing(Refused):
    code = "REASON_MISSING"
    message = _("请选一个原因。")
    message_en = "Please choose a reason."
    field = "reason"


class TooEarlyToRenew(Refused):
    code = "TOO_EARLY_TO_RENEW"
    message = _("到期前 30 天内才能续期。")
    message_en = "An item can be renewed in its last 30 days."
    status = 409


@transaction.atomic
def close_item(*, item: Item, person: Person, reason: str, at: datetime) -> Item:
    """End a published item with the reason its owner gives, and record ItemClosed."""
    mine = _mine(item, person, at=at, states=(State.PUBLISHED,))
    if reason not in CloseReason.values or reason == CloseReason.CONTACT_LOST:
        raise ReasonMissing
    return _close(mine, CloseReason(reason), actor=person.pk, at=at)


@transaction.atomic
def withdraw_item(*, item: Item, person: Person, reason: str, at: datetime) -> Item:
    """Take an item back before or after publication, and record ItemWithdrawn with its reason."""
    mine = _mine(item, person, at=at, states=(State.SUBMITTED, State.ON_HOLD, State.PUBLISHED))
    if reason not in CloseReason.values or reason == CloseReason.CONTACT_LOST:
        raise ReasonMissing
    mine.state = State.WITHDRAWN
    mine.changed_at = at
    mine.save(update_fields=["state", "changed_at"])
    record(
        ItemWithdrawn(item=mine.pk, side=mine.side, revision=mine.revision, reason=reason),
        actor=person.pk,
        at=at,
    )
    return mine


@transaction.atomic
def renew_item(*, item: Item, person: Person, at: datetime) -> Item:
    """Give a published item another term. An expired one goes through the gate again instead.

    Raises:
        TooEarlyToRenew: more than 30 days are left.
    """
    mine = _mine(item, person, at=at, states=(State.PUBLISHED,))
    today = dates.day_of(at)
    if mine.valid_until is not None and mine.valid_until > today + RENEWABLE_BEFORE:
        raise TooEarlyToRenew
    mine.valid_until = today + timedelta(days=settings.VALID_DAYS)
    mine.renewals += 1
    mine.changed_at = at
    mine.save(update_fields=["valid_until", "renewals", "changed_at"])
    record(
        ItemRenewed(
            item=mine.pk, side=mine.side, revision=mine.revision, valid_until=mine.valid_until
        ),
        actor=person.pk,
        at=at,
    )
    return mine


@transaction.atomic
def confirm_contact(*, item: Item, person: Person, at: datetime) -> Item:
    """Say that the contact is still there and the matter still open."""
    mine = _mine(item, person, at=at, states=(State.PUBLISHED,))
    mine.contact_answered_at = at
    mine.save(update_fields=["contact_answered_at"])
    record(
        ContactConfirmed(item=mine.pk, side=mine.side, revision=mine.revision),
        actor=person.pk,
        at=at,
    )
    return mine


@transaction.atomic
def expire_items(*, at: datetime) -> int:
    """End what is past its last day, and reject what was held for 30 days; return how many.

    At most 500 a call: the job calls again until nothing is left.
    """
    today = dates.day_of(at)
    overdue = Item.objects.select_for_update(skip_locked=True).filter(
        state=State.PUBLISHED, valid_until__lt=today
    )[:AT_A_TIME]
    held = Item.objects.select_for_update(skip_locked=True).filter(
        state=State.ON_HOLD, changed_at__lt=at - HELD_FOR
    )[:AT_A_TIME]
    ended = 0
    for item in overdue:
        item.state = State.EXPIRED
        fact = ItemExpired(item=item.pk, side=item.side, revision=item.revision)
        _end(item, fact, _now("“%s”已到期，可以续期"), at=at)
        ended += 1
    for item in held:
        item.state = State.REJECTED
        rejected = ItemRejected(
            item=item.pk, side=item.side, revision=item.revision, why=("held_30_days",)
        )
        _end(item, rejected, _now("“%s”30 天没有补充，已退回"), at=at)
        ended += 1
    return ended


@transaction.atomic
def ask_contacts(*, at: datetime) -> int:
    """Ask each contact once, 7 days after publication; close what stays silent for 7 more days.

    Returns how many were asked or closed, at most 500 of each.
    """
    published = Item.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=State.PUBLISHED, contact_answered_at=None
    )
    silent = published.filter(contact_asked_at__lt=at - ANSWER_WITHIN)[:AT_A_TIME]
    fresh = published.filter(contact_asked_at=None, published_at__lt=at - ASKED_AFTER)
    done = 0
    for item in silent:
        _close(item, CloseReason.CONTACT_LOST, actor=None, at=at)
        _notify(
            item, Notice.Reason.CONTACT, _now("“%s”的联系人没有答复，已办结"), key="lost", at=at
        )
        done += 1
    for item in fresh.select_related("holder")[:AT_A_TIME]:
        item.contact_asked_at = at
        item.save(update_fields=["contact_asked_at"])
        _notify(item, Notice.Reason.CONTACT, _now("“%s”还在找吗？请确认一下"), key="asked", at=at)
        done += 1
    return done


def _mine(item: Item, person: Person, *, at: datetime, states: tuple[State, ...]) -> Item:
    mine = Item.objects.select_for_update().get(pk=item.pk)
    if not policies.may_edit(person, mine, today=dates.day_of(at)):
        raise NotYours
    if mine.state not in states:
        raise NotPublished(state=mine.get_state_display())
    return mine


def _close(item: Item, reason: CloseReason, *, actor: int | None, at: datetime) -> Item:
    item.state = State.CLOSED
    item.close_reason = reason
    item.closed_at = item.changed_at = at
    item.save(update_fields=["state", "close_reason", "closed_at", "changed_at"])
    record(
        ItemClosed(item=item.pk, side=item.side, revision=item.revision, reason=reason.value),
        actor=actor,
        at=at,
    )
    return item


def _end(item: Item, fact: ItemExpired | ItemRejected, words: str, *, at: datetime) -> None:
    item.changed_at = at
    item.save(update_fields=["state", "changed_at"])
    record(fact, actor=None, at=at)
    _notify(item, Notice.Reason.EXPIRY, words, key=f"{fact.kind}:{item.revision}", at=at)


def _notify(item: Item, reason: Notice.Reason, words: str, *, key: str, at: datetime) -> None:
    notices.send(
        person=item.holder,
        reason=reason,
        title=words % item.title,
        body="",
        link=f"/{item.side}s/{item.pk}/",
        key=f"{key}:{item.pk}:{item.renewals}",
        at=at,
    )

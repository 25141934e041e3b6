"""What becomes of items, studio and files when the person who answers for them leaves."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _now

from kehui.core import dates
from kehui.ledger.services import record
from kehui.market.facts import (
    ItemClosed,
    ItemHandedOver,
    ItemWithdrawn,
    StudioChanged,
)
from kehui.market.models import (
    Attachment,
    CloseReason,
    Item,
    NamingEdition,
    Need,
    State,
    Studio,
)
from kehui.market.services import contents
from kehui.notices import services as notices
from kehui.notices.models import Notice
from kehui.people import selectors as people
from kehui.people.models import Organization, Person

WAITING: Final = (State.SUBMITTED, State.ON_HOLD)


def leave_market(*, person: Person, by: Person, at: datetime) -> None:
    """End or hand over what the person answers for. For whoever erases the person, in one step.

    Drafts of their own are thrown away; what waits is withdrawn, what is published is closed, and
    the studio shuts. Items of an organization go to its oldest other agent, with an empty contact
    line, drafts too; without another agent they end as well. Texts are left for the eraser.
    """
    today = dates.day_of(at)
    heirs: dict[int, Person | None] = {}
    own = Item.objects.select_for_update(of=("self",)).filter(holder=person)
    for item in own.select_related("organization").order_by("pk"):
        heir = None
        if item.organization is not None:
            key = item.organization.pk
            if key not in heirs:
                heirs[key] = _other_agent(item.organization, person, today=today)
            heir = heirs[key]
            Need.objects.filter(pk=item.pk).update(contact_name="", contact_channel="")
        if heir is not None:
            _hand_over(item, heir, by, at=at)
        else:
            _end(item, by, at=at)
    for studio in Studio.objects.filter(person=person).exclude(state=Studio.State.CLOSED):
        studio.state = Studio.State.CLOSED
        studio.save(update_fields=["state"])
        record(StudioChanged(studio=studio.pk, state=studio.state), actor=by.pk, at=at)


def _other_agent(organization: Organization, person: Person, *, today: date) -> Person | None:
    seat = people.agents_of(organization, today=today).exclude(person=person).first()
    return seat.person if seat else None


def _hand_over(item: Item, heir: Person, by: Person, *, at: datetime) -> None:
    item.holder = heir
    item.changed_at = at
    item.save(update_fields=["holder", "changed_at"])
    Need.objects.filter(pk=item.pk).update(contact_name=heir.name)
    fact = ItemHandedOver(item=item.pk, side=item.side, revision=item.revision, holder=heir.pk)
    record(fact, actor=by.pk, at=at)
    notices.send(
        person=heir,
        reason=Notice.Reason.CONTACT,
        title=_now("“%s”现在由你负责") % item,
        body=_now("原来的负责人已注销账号，请核对联系方式。"),
        link=f"/publish/{item.pk}/" if item.state == State.DRAFT else f"/{item.side}s/{item.pk}/",
        key=f"handed:{item.pk}:{heir.pk}:{item.revision}",
        at=at,
    )


def _end(item: Item, by: Person, *, at: datetime) -> None:
    if item.state == State.DRAFT:
        contents.drop_unused([*item.attachments.values_list("sha256", flat=True)])
        item.delete()
        return
    reason = CloseReason.CONTACT_LOST
    happened: type[ItemWithdrawn | ItemClosed]
    if item.state in WAITING:
        item.state, happened = State.WITHDRAWN, ItemWithdrawn
    elif item.state == State.PUBLISHED:
        item.state, happened = State.CLOSED, ItemClosed
        item.close_reason, item.closed_at = reason, at
    else:
        return
    item.changed_at = at
    item.save(update_fields=["state", "close_reason", "closed_at", "changed_at"])
    fact = happened(item=item.pk, side=item.side, revision=item.revision, reason=reason.value)
    record(fact, actor=by.pk, at=at)


def forget_texts(items: Iterable[int]) -> None:
    """Take these items' files off the disk, and out of the learned names what quotes them."""
    gone = set(items)
    files = Attachment.objects.filter(item__in=gone)
    contents.drop_unused([*files.values_list("sha256", flat=True)])
    files.delete()
    for edition in NamingEdition.objects.select_for_update().order_by("pk"):
        content = [
            {**row, "quotes": [each for each in row["quotes"] if each["item"] not in gone]}
            for row in edition.content
        ]
        if content != edition.content:
            edition.content = content
            edition.save(update_fields=["content"])

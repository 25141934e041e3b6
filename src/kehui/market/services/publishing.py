"""Send an item to the gate: rights, caps, completeness, doubles, coherence."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.engines.text import coherence
from kehui.ledger.services import record
from kehui.market import policies
from kehui.market.facts import ItemHeld, ItemSubmitted
from kehui.market.models import Item, Need, Offer, Side, State
from kehui.market.selectors.doubles import Double, bands_of, doubles_of
from kehui.market.services.drafts import NotEditable, NotYours
from kehui.market.services.fields import check_item
from kehui.people import policies as people
from kehui.people.models import Organization, Person

COHERENCE_FLOOR: Final = 0.2
SUBMITTABLE: Final = (State.DRAFT, State.ON_HOLD, State.EXPIRED)


class VerifyFirst(Refused):
    code = "VERIFY_FIRST"
    message = _("发布前要先核验身份。到“我的”页看怎样核验；草稿已替你存好。")
    message_en = "Verify your identity before publishing: see “Me”. Your draft is kept."
    status = 403


class CapReached(Refused):
    code = "CAP_REACHED"
    message = _("今天已发 {count} 条，到上限了。草稿已存好，明天再提交。")
    message_en = "You have posted {count} items today, the limit. Your draft is kept for tomorrow."
    status = 429


class DuplicateOwn(Refused):
    code = "DUPLICATE_OWN"
    message = _("你已有一条几乎一样的信息在用：“{title}”（编号 {item}）。请改那一条，不必重发。")
    message_en = "You have an open item that is nearly the same: “{title}” (no. {item})."
    status = 409


@transaction.atomic
def submit_item(*, item: Item, person: Person, at: datetime) -> Offer | Need:
    """Hand the item to a reviewer, and record ItemSubmitted.

    An item whose title and description speak of different things is accepted and put on hold.

    Raises:
        NotYours, NotEditable: see there.
        VerifyFirst: the person, or the organization, is not identified yet.
        CapReached: the person or the organization has submitted enough today.
        NeedFieldMissing and the other faults of `fields`, or IncompleteItem for several.
        DuplicateOwn: the author has an open item that says nearly the same.
    """
    _wait_in_line(item)
    mine = _whole(item)
    today = dates.day_of(at)
    if not policies.may_edit(person, mine, today=today):
        raise NotYours
    if mine.state not in SUBMITTABLE:
        raise NotEditable(state=mine.get_state_display())
    if not people.may_publish(person, mine.organization):
        raise VerifyFirst
    indicators = list(mine.indicators.all()) if isinstance(mine, Need) else []
    check_item(mine, indicators=indicators, today=today)
    _refuse_too_many(mine, at=at)
    doubles = doubles_of(mine)
    _refuse_double(doubles)

    if mine.state != State.DRAFT:
        mine.revision += 1
    mine.flags = [*_flags(mine, doubles)]
    mine.state = State.ON_HOLD if "COHERENCE_LOW" in mine.flags else State.SUBMITTED
    mine.bands = bands_of(mine)
    mine.submitted_at = mine.changed_at = at
    mine.save()
    record(*_facts(mine), actor=person.pk, at=at)
    return mine


def _wait_in_line(item: Item) -> None:
    """Let submissions of one person, and of one organization, count one by one."""
    Person.objects.select_for_update(no_key=True).get(pk=item.entered_by_id)
    if item.organization_id is not None:
        Organization.objects.select_for_update(no_key=True).get(pk=item.organization_id)
    Item.objects.select_for_update().get(pk=item.pk)


def _whole(item: Item) -> Offer | Need:
    if item.side == Side.NEED:
        return Need.objects.get(pk=item.pk)
    return Offer.objects.get(pk=item.pk)


def _refuse_too_many(item: Item, *, at: datetime) -> None:
    since = dates.start_of(dates.day_of(at))
    today = Item.objects.filter(submitted_at__gte=since).exclude(pk=item.pk)
    mine = today.filter(entered_by=item.entered_by).count()
    if mine >= settings.DAILY_CAP_PER_PERSON:
        raise CapReached(count=mine)
    if item.organization is not None:
        ours = today.filter(organization=item.organization).count()
        if ours >= settings.DAILY_CAP_PER_ORGANIZATION:
            raise CapReached(count=ours)


def _refuse_double(doubles: Iterable[Double]) -> None:
    for double in doubles:
        if double.is_own and not double.is_part:
            raise DuplicateOwn(title=double.title, item=double.item)


def _flags(item: Offer | Need, doubles: Sequence[Double]) -> Iterable[str]:
    if coherence(item.title, item.description) < COHERENCE_FLOOR:
        yield "COHERENCE_LOW"
    if any(not double.is_own for double in doubles):
        yield "DUPLICATE_FOREIGN"
    if any(double.is_own for double in doubles):  # whole ones were refused
        yield "DUPLICATE_PART"


def _facts(item: Offer | Need) -> list[ItemSubmitted | ItemHeld]:
    submitted = ItemSubmitted(
        item=item.pk,
        side=item.side,
        revision=item.revision,
        item_kind=item.kind,
        region=item.region_id,
        organization=item.organization_id,
    )
    if item.state == State.SUBMITTED:
        return [submitted]
    held = ItemHeld(item=item.pk, side=item.side, revision=item.revision, why=tuple(item.flags))
    return [submitted, held]

"""Make one item of one imported row: check it by the rules of the form, then write it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.market.facts import ItemPublished, ItemSubmitted, StudioOpened
from kehui.market.models import Indicator, Need, Offer, OfferKind, PriceMode, Side, State, Studio
from kehui.market.models.codes import Bucket
from kehui.market.models.items import CORPUS, DESCRIPTION_LENGTH, TITLE_LENGTH
from kehui.market.services.achievements import tell
from kehui.market.services.cells import Values
from kehui.market.services.columns import blank
from kehui.market.services.fields import NeedFieldMissing, TooLong, UnknownValue, faults_of
from kehui.market.services.publishing import submit_item
from kehui.people.models import Level, Organization, Person

IMPORTED: Final = "IMPORTED"  # the flag of what no reviewer of ours has read
DEFAULT_KIND: Final = {Side.OFFER: "achievement", Side.NEED: "problem"}


class Outcome(StrEnum):
    """What a good row becomes."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"  # without the gate: an operator answers for the list


@dataclass(frozen=True, kw_only=True)
class Order:
    """How a file is to be taken in: for whom, from where, and how far."""

    side: Side
    person: Person | None = None  # a corpus needs nobody
    organization: Organization | None = None
    source: str = ""
    outcome: Outcome = Outcome.DRAFT
    kind: str = ""  # for rows that name none
    terms_accepted: bool = False  # whoever imports says so for the needs of the file
    is_corpus: bool = False


def prepared(values: Values, *, order: Order, source: str, at: datetime) -> Need | Offer:
    """Return the item of the row, not saved."""
    item = blank(order.side)
    item.source = source
    item.external_id = values.external_id
    item.kind = order.kind or DEFAULT_KIND[order.side]
    if order.person is not None:
        item.holder = item.entered_by = order.person
        item.organization = order.organization
        item.region = (order.organization or order.person).region
    if isinstance(item, Need) and order.terms_accepted:
        item.terms_accepted_at = at
    for name, value in values.values.items():
        setattr(item, name, value)
    item.created_at = item.changed_at = at
    if isinstance(item, Offer) and item.kind == OfferKind.ACHIEVEMENT and values.achievement:
        try:
            tell(item, values.achievement)
        except Refused as refusal:
            values.faults.append(refusal)
    if order.is_corpus:
        _as_corpus(item)
    return item


def _as_corpus(item: Need | Offer) -> None:
    """Say of a bare text what is true of it, and nothing more.

    It has no price, no terms and nobody to call. A title above the limit moves to the text whole.
    """
    longest = TITLE_LENGTH[1]
    if len(item.title) > longest:
        item.description = f"{item.title}\n{item.description}".strip()
        item.title = item.title[:longest]
    if not item.price_mode:
        item.price_mode = PriceMode.NEGOTIATED
    if item.price_mode == PriceMode.NEGOTIATED and not item.negotiable_reason:
        item.negotiable_reason = str(_("来源文件没有写价格"))
    item.bucket = Bucket.QUARANTINED
    item.flags = [IMPORTED]


def faults(item: Need | Offer, values: Values, *, order: Order, at: datetime) -> list[Refused]:
    """Return what is wrong with the row: cells that cannot be read, then the rules of the form."""
    found = list(values.faults)
    unread = {fault.field for fault in found}
    if order.is_corpus:
        rules = _corpus_faults(item)
    else:
        rules = faults_of(item, indicators=values.indicators, today=dates.day_of(at))
    found += [fault for fault in rules if fault.field not in unread]
    known = {fault.field for fault in found}
    return found + [each for each in _impossible(item, values) if each.field not in known]


def _corpus_faults(item: Need | Offer) -> list[Refused]:
    most = DESCRIPTION_LENGTH[1]
    if not item.title.strip():
        return [NeedFieldMissing(field="title", label=str(_("标题")))]
    if len(item.description) > most:
        length = len(item.description)
        return [TooLong(field="description", label=str(_("描述")), length=length, most=most)]
    return []


def _impossible(item: Need | Offer, values: Values) -> list[Refused]:
    """Return values that their column cannot hold: too long, too many, out of range."""
    untouched = {each.name for each in item._meta.fields} - set(values.values)
    try:
        item.clean_fields(exclude=untouched)
    except ValidationError as error:
        return [
            UnknownValue(
                field=name,
                label=str(getattr(item._meta.get_field(name), "verbose_name", name)),
                value=str(getattr(item, name))[:40],
            )
            for name in error.error_dict
        ]
    return []


def write(
    item: Need | Offer, indicators: Sequence[Indicator], *, order: Order, at: datetime
) -> Refused | None:
    """Save the item as the order says; return why it stayed a draft when it should not have."""
    if order.outcome is Outcome.PUBLISHED:
        _publish(item, at=at)
    item.save()
    if isinstance(item, Need) and indicators:
        for each in indicators:
            each.need_id = item.pk
        Indicator.objects.bulk_create(indicators)
    if achievement := getattr(item, "achievement", None):
        achievement.offer = item  # which has its number now
        achievement.save(force_insert=True)
    if order.outcome is Outcome.PUBLISHED:
        shared: dict[str, Any] = {
            "item": item.pk,
            "side": item.side,
            "revision": item.revision,
            "item_kind": item.kind,
            "region": item.region_id,
            "organization": item.organization_id,
        }
        assert item.valid_until is not None  # `_publish` has just set it  # noqa: S101
        record(
            ItemSubmitted(**shared),
            ItemPublished(**shared, valid_until=item.valid_until),
            actor=item.entered_by_id,
            at=at,
        )
    if order.outcome is Outcome.SUBMITTED:
        try:
            with transaction.atomic():
                submit_item(item=item, person=item.entered_by, at=at)
        except Refused as refusal:
            return refusal
    return None


def _publish(item: Need | Offer, *, at: datetime) -> None:
    latest = dates.day_of(at) + timedelta(days=settings.VALID_DAYS)
    if item.valid_until is None or not dates.day_of(at) < item.valid_until < latest:
        item.valid_until = latest
    item.state = State.PUBLISHED
    item.submitted_at = item.published_at = at
    item.flags = sorted({*item.flags, IMPORTED})


def stand_in(source: str, *, at: datetime) -> Person:
    """Return the nameless holder of a corpus: called as the source, without an account."""
    name = source.removeprefix(CORPUS)[:30]
    held = Person.objects.filter(items__source=source, account=None).order_by("pk").first()
    return held or Person.objects.create(
        name=name, region_id=settings.REGION, level=Level.V0, joined_at=at
    )


def studio_for(order: Order, person: Person, *, at: datetime) -> Studio:
    """Return the studio on whose shelf imported offers stand; open one when there is none."""
    owner: dict[str, Any] = (
        {"organization": order.organization} if order.organization else {"person": person}
    )
    held = Studio.objects.filter(**owner).first()
    if held is not None:
        return held
    named = order.organization or person
    studio = Studio.objects.create(
        **owner,
        name=named.name[:60],
        region=named.region,
        state=Studio.State.OPEN,
        opened_at=at,
        created_at=at,
    )
    record(StudioOpened(studio=studio.pk), actor=person.pk, at=at)
    return studio

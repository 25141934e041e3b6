"""Write an item: start it, save it as it is, change it when it is out, throw it away."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, names
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.market import policies
from kehui.market.facts import ItemRevised
from kehui.market.models import (
    Indicator,
    Item,
    Need,
    Offer,
    PriceMode,
    Side,
    State,
    Studio,
)
from kehui.market.selectors.doubles import bands_of
from kehui.market.services import contents
from kehui.market.services.fields import (
    NeedFieldMissing,
    TooLong,
    UnknownValue,
    ValueMalformed,
    check_item,
    faults_of,
    faults_of_a_draft,
    faults_of_indicators,
    refuse,
)
from kehui.people.models import Organization, Person

SHARED: Final = frozenset(
    {
        "kind", "category", "label", "title", "description", "industry", "keywords", "region",
        "price_mode", "price_fen", "negotiable_reason", "tier", "trl", "valid_until",
    }
)  # fmt: skip
OF_NEED: Final = SHARED | {
    "region_requirement", "background", "main_problem", "target", "tried", "deadline",
    "budget_low_fen", "budget_high_fen", "deliverable", "acceptance", "ip_wish",
    "terms_accepted_at", "contact_name", "contact_channel", "hides_name",
}  # fmt: skip
OF_OFFER: Final = SHARED | {
    "problem_solved", "advantage", "for_whom", "regions_served", "capacity", "available_from",
    "trl_evidence", "trl_assessed_by", "trl_assessed_on", "price_low_fen", "price_high_fen",
    "evidence", "adopters", "employer_consent",
}  # fmt: skip


class NotYours(Refused):
    code = "NOT_YOURS"
    message = _("这条信息不在你名下。")
    message_en = "This item is not yours."
    status = 403


class NotEditable(Refused):
    code = "NOT_EDITABLE"
    message = _("“{state}”的信息不能再改。需要时请续期，或新发一条。")
    message_en = "An item that is “{state}” cannot be changed. Renew it or post a new one."
    status = 409


class MayNotActFor(Refused):
    code = "MAY_NOT_ACT_FOR"
    message = _("你没有代表这个单位的席位。")
    message_en = "You hold no seat to act for this organization."
    status = 403


AT_THE_DESK: Final = (State.DRAFT, State.ON_HOLD, State.EXPIRED)  # changed by save_draft
IN_THE_WORLD: Final = (State.SUBMITTED, State.PUBLISHED)  # changed by revise_item
# An item that was whole once stays so in these: the database holds it to that.
NEVER_BROKEN: Final = frozenset(
    {"title", "description", "price_mode", "price_fen", "negotiable_reason"}
)


@transaction.atomic
def start_draft(
    *,
    side: Side,
    kind: str,
    holder: Person,
    entered_by: Person,
    organization: Organization | None,
    studio: Studio | None = None,
    at: datetime,
) -> Offer | Need:
    """Begin an offer or a need; nothing is checked yet but who may write for whom.

    Raises:
        MayNotActFor: the person holds no seat of the organization.
        NotYours: the studio is somebody else's.
    """
    today = dates.day_of(at)
    if not policies.may_publish_for(entered_by, organization, today=today):
        raise MayNotActFor
    region = organization.region if organization else holder.region
    shared: dict[str, Any] = {
        "side": side,
        "kind": kind,
        "holder": holder,
        "entered_by": entered_by,
        "organization": organization,
        "region": region,
        "created_at": at,
        "changed_at": at,
    }
    if side == Side.NEED:
        return Need.objects.create(**shared, contact_name=holder.name)
    if studio is None or not policies.may_edit_studio(entered_by, studio, today=today):
        raise NotYours
    return Offer.objects.create(**shared, studio=studio)


@transaction.atomic
def save_draft(
    *, item: Item, person: Person, values: Mapping[str, Any], at: datetime
) -> Offer | Need:
    """Store what the author has typed so far; half an item is fine in a draft.

    An item that was whole once (held, expired) must stay so in what is changed here.

    Raises:
        NotYours, NotEditable: see there. An item that is out is changed by `revise_item`.
        UnknownValue, TooLong and others of `fields`: a value can never stand in its field.
    """
    mine = locked(item, person, at=at, states=AT_THE_DESK)
    _fill(mine, values, at=at)
    if mine.state != State.DRAFT:
        touched = NEVER_BROKEN.union(values)
        found = faults_of(mine, indicators=_indicators(mine), today=dates.day_of(at))
        refuse([fault for fault in found if fault.field in touched])
    mine.save()
    return mine


@transaction.atomic
def revise_item(
    *,
    item: Item,
    person: Person,
    values: Mapping[str, Any],
    indicators: Sequence[Indicator] | None = None,
    at: datetime,
) -> Offer | Need:
    """Change an item that is submitted or published. It stays where it is, with a new revision.

    A published item is looked at once more by a reviewer, and matched anew. Indicators replace
    the whole table; None leaves it as it is.
    """
    mine = locked(item, person, at=at, states=IN_THE_WORLD)
    _fill(mine, values, at=at)
    table = _indicators(mine) if indicators is None else list(indicators)
    check_item(mine, indicators=table, today=dates.day_of(at))
    if indicators is not None:
        _write_indicators(mine, table)
    store_revision(mine, person, at=at)
    return mine


@transaction.atomic
def add_indicators(
    *, need: Need, person: Person, indicators: Sequence[Indicator], at: datetime
) -> list[Indicator]:
    """Replace the draft's table of indicators by these, in this order.

    Raises:
        NotYours, NotEditable: see there. Those of an item that is out change by `revise_item`.
        ContactInText, RangeReversed, NeedFieldMissing: what is wrong with the table.
    """
    mine = locked(need, person, at=at, states=AT_THE_DESK)
    refuse([*faults_of_indicators(indicators)])
    made = _write_indicators(mine, indicators)
    mine.changed_at = at
    mine.save(update_fields=["changed_at"])
    return made


@transaction.atomic
def discard_draft(*, item: Item, person: Person, at: datetime) -> None:
    """Throw a draft away with its files; what was submitted once is withdrawn instead."""
    mine = locked(item, person, at=at, states=(State.DRAFT,))
    contents.drop_unused([*mine.attachments.values_list("sha256", flat=True)])
    mine.delete()


def store_revision(item: Offer | Need, person: Person, *, at: datetime) -> None:
    """Save a changed item that is out with its next revision, and record ItemRevised."""
    item.revision += 1
    item.changed_at = at
    item.bands = bands_of(item)
    item.save()
    record(
        ItemRevised(item=item.pk, side=item.side, revision=item.revision), actor=person.pk, at=at
    )


def refuse_unfit(row: Model, names: Collection[str]) -> None:
    """Refuse the first of these fields whose value does not fit its column."""
    untouched = {field.name for field in row._meta.fields}.difference(names)
    try:
        row.clean_fields(exclude=untouched)
    except ValidationError as error:
        name, (first, *_rest) = next(iter(error.error_dict.items()))
        field, value = row._meta.get_field(name), getattr(row, name)
        label = str(getattr(field, "verbose_name", name))
        if first.code in ("blank", "null"):
            raise NeedFieldMissing(field=name, label=label) from error
        if first.code == "max_length":
            most = getattr(field, "max_length", None)
            raise TooLong(field=name, label=label, length=len(value), most=most) from error
        unfit = UnknownValue if first.code == "invalid_choice" else ValueMalformed
        raise unfit(field=name, label=label, value=value) from error


def locked(item: Item, person: Person, *, at: datetime, states: Collection[State]) -> Offer | Need:
    """Return the person's own item, held until the transaction ends, when it is in such a state.

    Raises:
        NotYours, NotEditable: see there.
    """
    Item.objects.select_for_update().get(pk=item.pk)
    mine: Offer | Need = (
        Need.objects.select_related("category__parent").get(pk=item.pk)
        if item.side == Side.NEED
        else Offer.objects.select_related("studio", "category__parent").get(pk=item.pk)
    )
    if not policies.may_edit(person, mine, today=dates.day_of(at)):
        raise NotYours
    if mine.state not in states:
        raise NotEditable(state=mine.get_state_display())
    return mine


def _fill(item: Offer | Need, values: Mapping[str, Any], *, at: datetime) -> None:
    allowed = OF_NEED if isinstance(item, Need) else OF_OFFER
    for name, value in values.items():
        if name not in allowed:
            raise UnknownValue(field=name, label=name, value=value)
        setattr(item, name, tidy(value))
    if item.price_mode == PriceMode.NEGOTIATED:
        item.price_fen = None
    item.changed_at = at
    refuse_unfit(item, set(values))
    refuse(faults_of_a_draft(item, set(values)))


def _indicators(item: Offer | Need) -> list[Indicator]:
    return list(item.indicators.all()) if isinstance(item, Need) else []


def _write_indicators(item: Offer | Need, indicators: Sequence[Indicator]) -> list[Indicator]:
    Indicator.objects.filter(need_id=item.pk).delete()
    for position, each in enumerate(indicators):
        each.pk, each.need_id, each.position = None, item.pk, position
    return Indicator.objects.bulk_create(indicators)


def tidy(value: Any) -> Any:
    """Take blanks off the ends of text, and out of it what does not show or turns it around."""
    return names.visible(value).strip() if isinstance(value, str) else value

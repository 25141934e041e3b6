"""Write an item: start it, save it as it is, change it when it is out, throw it away."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.market import policies
from kehui.market.facts import ItemRevised
from kehui.market.models import (
    Achievement,
    Indicator,
    Item,
    Need,
    NeedKind,
    Offer,
    OfferKind,
    Side,
    State,
    Studio,
)
from kehui.market.services.fields import UnknownValue, check_item
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


EDITABLE: Final = (State.DRAFT, State.ON_HOLD, State.SUBMITTED, State.PUBLISHED)


@transaction.atomic
def start_draft(  # noqa: PLR0913
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
    """Store what the author has typed so far; half an item is fine here.

    Raises:
        NotYours, NotEditable: see there. An item that is out is changed by `revise_item`.
        UnknownValue: a value can never stand in its field.
    """
    mine = _locked(item, person, at=at)
    if mine.state not in (State.DRAFT, State.ON_HOLD):
        raise NotEditable(state=mine.get_state_display())
    _fill(mine, values, at=at)
    mine.save()
    return mine


@transaction.atomic
def revise_item(
    *, item: Item, person: Person, values: Mapping[str, Any], at: datetime
) -> Offer | Need:
    """Change an item that is submitted or published. It stays where it is, with a new revision.

    A published item is looked at once more by a reviewer, and matched anew.
    """
    mine = _locked(item, person, at=at)
    if mine.state not in EDITABLE:
        raise NotEditable(state=mine.get_state_display())
    _fill(mine, values, at=at)
    indicators = list(mine.indicators.all()) if isinstance(mine, Need) else []
    check_item(mine, indicators=indicators, today=dates.day_of(at))
    mine.revision += 1
    mine.save()
    record(
        ItemRevised(item=mine.pk, side=mine.side, revision=mine.revision), actor=person.pk, at=at
    )
    return mine


@transaction.atomic
def add_indicators(
    *, need: Need, person: Person, indicators: Sequence[Indicator], at: datetime
) -> list[Indicator]:
    """Replace the need's table of indicators by these, in this order."""
    mine = _locked(need, person, at=at)
    if mine.state not in EDITABLE:
        raise NotEditable(state=mine.get_state_display())
    Indicator.objects.filter(need_id=mine.pk).delete()
    for position, each in enumerate(indicators):
        each.pk, each.need_id, each.position = None, mine.pk, position
    made = Indicator.objects.bulk_create(indicators)
    mine.changed_at = at
    mine.save(update_fields=["changed_at"])
    return made


@transaction.atomic
def describe_achievement(
    *, offer: Offer, person: Person, values: Mapping[str, Any], at: datetime
) -> Achievement:
    """Store the achievement behind an offer."""
    mine = _locked(offer, person, at=at)
    made, _created = Achievement.objects.update_or_create(offer_id=mine.pk, defaults=dict(values))
    return made


@transaction.atomic
def discard_draft(*, item: Item, person: Person, at: datetime) -> None:
    """Throw a draft away; what was submitted once is withdrawn instead."""
    mine = _locked(item, person, at=at)
    if mine.state != State.DRAFT:
        raise NotEditable(state=mine.get_state_display())
    mine.delete()


def _locked(item: Item, person: Person, *, at: datetime) -> Offer | Need:
    Item.objects.select_for_update().get(pk=item.pk)
    mine: Offer | Need = (
        Need.objects.get(pk=item.pk)
        if item.side == Side.NEED
        else Offer.objects.select_related("studio").get(pk=item.pk)
    )
    if not policies.may_edit(person, mine, today=dates.day_of(at)):
        raise NotYours
    return mine


def _fill(item: Offer | Need, values: Mapping[str, Any], *, at: datetime) -> None:
    allowed = OF_NEED if isinstance(item, Need) else OF_OFFER
    for name, value in values.items():
        if name not in allowed:
            raise UnknownValue(field=name, label=name, value=value)
        setattr(item, name, value)
    item.changed_at = at
    _refuse_impossible(item, set(values))


def _refuse_impossible(item: Offer | Need, names: set[str]) -> None:
    kinds = NeedKind.values if isinstance(item, Need) else OfferKind.values
    if item.kind not in kinds:
        raise UnknownValue(field="kind", label=str(_("类型")), value=item.kind)
    untouched = {field.name for field in item._meta.fields} - names  # noqa: SLF001
    try:
        item.clean_fields(exclude=untouched)
    except ValidationError as error:
        name = next(iter(error.error_dict))
        label = str(item._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001
        raise UnknownValue(field=name, label=label, value=getattr(item, name)) from error



"""Rows turned into shapes: what the caller may see of them, and nothing else."""

from datetime import date
from typing import Any

from django.urls import reverse

from kehui.api.v1.market.shapes import (
    AchievementOut,
    FileOut,
    IndicatorOut,
    ItemSummary,
    NeedOut,
    OfferOut,
    Party,
    Place,
    StudioSummary,
)
from kehui.core import regions
from kehui.market import policies
from kehui.market.models import Item, Need, Offer, OfferKind, Studio
from kehui.people.models import Level, Organization, Person, Team

TEASER = 110  # characters
ABOVE_PUBLIC = (
    "background", "main_problem", "target", "tried", "deliverable", "acceptance", "ip_wish",
)  # fmt: skip
OF_EVIDENCE = ("evidence", "adopters")


def place(code: str) -> Place:
    return Place(code=code, name=regions.name_of(code))


def summary(item: Need | Offer, *, is_mine: bool = False) -> ItemSummary:
    """Return what a list shows; needs `organization`, `holder` and an offer's studio loaded."""
    return ItemSummary(**_shared(item, is_mine=is_mine))


def need_out(need: Need, reader: Person, *, today: date) -> NeedOut:
    is_mine = policies.owns(reader, need, today=today)
    sees = policies.may_see_details(reader, need, today=today)
    table = [IndicatorOut.from_orm(each) for each in need.indicators.all()]
    hidden: dict[str, Any] = {name: getattr(need, name) if sees else None for name in ABOVE_PUBLIC}
    return NeedOut(
        **_whole(need, is_mine=is_mine, sees=sees),
        files=_files(need, reader, today=today),
        **hidden,
        region_requirement=need.region_requirement,
        indicators=table if sees else None,
        contact_name=need.contact_name if is_mine else None,
        contact_channel=need.contact_channel if is_mine else None,
    )


def offer_out(offer: Offer, reader: Person, *, today: date) -> OfferOut:
    is_mine = policies.owns(reader, offer, today=today)
    sees = policies.may_see_details(reader, offer, today=today)
    hidden: dict[str, Any] = {name: getattr(offer, name) if sees else None for name in OF_EVIDENCE}
    return OfferOut(
        **_whole(offer, is_mine=is_mine, sees=sees),
        files=_files(offer, reader, today=today),
        **hidden,
        studio=offer.studio_id,
        studio_uid=offer.studio.uid,
        problem_solved=offer.problem_solved,
        advantage=offer.advantage,
        for_whom=offer.for_whom,
        regions_served=offer.regions_served,
        capacity=offer.capacity,
        available_from=offer.available_from,
        trl_evidence=offer.trl_evidence,
        trl_assessed_by=offer.trl_assessed_by,
        trl_assessed_on=offer.trl_assessed_on,
        achievement=_achievement(offer, sees=sees),
    )


def _files(item: Item, reader: Person, *, today: date) -> list[FileOut] | None:
    if not policies.may_see_files(reader, item, today=today):
        return None
    return [FileOut.from_orm(each) for each in item.attachments.all()]


def _achievement(offer: Offer, *, sees: bool) -> AchievementOut | None:
    told = getattr(offer, "achievement", None)
    if told is None or offer.kind != OfferKind.ACHIEVEMENT:
        return None
    out = AchievementOut.from_orm(told)
    return out if sees else out.model_copy(update={"completers": None, "evaluation": None})


def studio_summary(studio: Studio) -> StudioSummary:
    owner = studio.owner
    known = owner.lead if isinstance(owner, Team) else owner
    return StudioSummary(
        id=studio.pk,
        uid=studio.uid,
        name=studio.name,
        state=studio.state,
        owner=Party(name=owner.name, kind=kind_of(owner), is_verified=known.level >= Level.V2),
        region=place(studio.region_id),
        directions=studio.directions,
        skills=studio.skills,
        languages=studio.languages,
        available_from=studio.available_from,
        weekly_hours=studio.weekly_hours,
        opened_at=studio.opened_at,
        url=reverse("api-v1:read_studio", args=[studio.pk]),
    )


def kind_of(owner: Person | Team | Organization) -> str:
    return owner.kind if isinstance(owner, Organization) else type(owner).__name__.lower()


def party_of(item: Need | Offer, *, is_mine: bool) -> Party:
    """Return who stands behind the item; a need may hide the name from all but its owner."""
    owner: Person | Team | Organization
    owner = item.studio.owner if isinstance(item, Offer) else item.organization or item.holder
    known = owner.lead if isinstance(owner, Team) else owner
    is_hidden = isinstance(item, Need) and item.hides_name and not is_mine
    return Party(
        name=None if is_hidden else owner.name,
        kind=kind_of(owner),
        is_verified=known.level >= Level.V2,
    )


def _shared(item: Need | Offer, *, is_mine: bool) -> dict[str, Any]:
    need, offer = (item, None) if isinstance(item, Need) else (None, item)
    text = " ".join(item.description.split())
    return {
        "id": item.pk,
        "uid": item.uid,
        "side": item.side,
        "kind": item.kind,
        "kind_label": item.kind_label,
        "category": item.category_id,
        "label": item.label,
        "title": item.title,
        "teaser": text[:TEASER] + ("…" if len(text) > TEASER else ""),
        "industry": item.industry,
        "keywords": item.keywords,
        "region": place(item.region_id),
        "price_mode": item.price_mode,
        "price_fen": item.price_fen,
        "price_low_fen": offer.price_low_fen if offer else need and need.budget_low_fen,
        "price_high_fen": offer.price_high_fen if offer else need and need.budget_high_fen,
        "deadline": need.deadline if need else None,
        "trl": item.trl,
        "tier": item.tier,
        "state": item.state,
        "party": party_of(item, is_mine=is_mine),
        "published_at": item.published_at,
        "valid_until": item.valid_until,
        "url": url_of(item),
    }


def _whole(item: Need | Offer, *, is_mine: bool, sees: bool) -> dict[str, Any]:
    return {
        **_shared(item, is_mine=is_mine),
        "description": item.description,
        "negotiable_reason": item.negotiable_reason,
        "revision": item.revision,
        "created_at": item.created_at,
        "changed_at": item.changed_at,
        "submitted_at": item.submitted_at,
        "closed_at": item.closed_at,
        "close_reason": item.close_reason,
        "flags": item.flags if is_mine else None,
        "is_mine": is_mine,
        "sees_details": sees,
    }


def url_of(item: Item) -> str:
    return reverse(f"api-v1:read_{item.side}", args=[item.pk])

"""Rows into the plain values the engine reads; nothing above an item's public tier among them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final, Literal

from kehui.core import industries
from kehui.engines.matching import PERSON, Listing, read_indicators
from kehui.engines.matching import Indicator as Statement
from kehui.market.models import Indicator, Item, Need, Offer, State, Tier
from kehui.market.models.items import CORPUS
from kehui.matching.models import Profile

Comparator = Literal[">=", "<=", "=", "range"]
COMPARATORS: Final[Mapping[str, Comparator]] = {
    "ge": ">=",
    "le": "<=",
    "eq": "=",
    "between": "range",
}


def listing_of(item: Offer | Need) -> Listing:
    """Return the item as the engine reads it; nothing above its public tier stands in the text."""
    shared: dict[str, Any] = {
        "id": item.pk,
        "title": item.title,
        "region": _region(item.region_id),
        "industry": _industry(item.industry),
        "kind": item.kind,
        "is_open": item.state == State.PUBLISHED,
        "tier": Tier.PUBLIC,
        "trl": item.trl,
        "published_day": item.published_at.toordinal() if item.published_at else 0,
        "tags": tuple(item.keywords),
    }
    return _need(item, shared) if isinstance(item, Need) else _offer(item, shared)


def _need(need: Need, shared: dict[str, Any]) -> Listing:
    is_public = need.tier == Tier.PUBLIC
    hidden = (need.background, need.main_problem, need.target, need.tried) if is_public else ()
    indicators = need.indicators.all() if is_public else ()
    return Listing(
        side="need",
        body=_joined(need.description, *hidden),
        owner=need.organization_id or _person(need),
        price_low_fen=need.budget_low_fen or need.price_fen,
        price_high_fen=need.budget_high_fen or need.price_fen,
        region_requirement=tuple(_prefix(code) for code in need.region_requirement),
        deadline_day=need.deadline.toordinal() if need.deadline else None,
        indicators=tuple(_indicator(each) for each in indicators),
        **shared,
    )


def _offer(offer: Offer, shared: dict[str, Any]) -> Listing:
    hidden = (offer.adopters, offer.evidence) if offer.tier == Tier.PUBLIC else ()
    words = "、".join(offer.keywords)
    body = _joined(
        offer.description, offer.problem_solved, offer.advantage, offer.for_whom, *hidden, words
    )
    return Listing(
        side="offer",
        body=body,
        owner=offer.organization_id or offer.studio.organization_id or _person(offer),
        price_low_fen=offer.price_low_fen or offer.price_fen,
        price_high_fen=offer.price_high_fen or offer.price_fen,
        region_requirement=tuple(_prefix(code) for code in offer.regions_served),
        capacity=offer.capacity,
        indicators=read_indicators(body),
        **shared,
    )


def listing_of_profile(profile: Profile) -> Listing:
    """Return what a person is known for as the engine reads it: an offer of the kind PERSON.

    Its number is the person's below zero, which no item has. Its owner is the employer, so that
    nobody is shown to the own organization; who has none owns it as items are owned.
    """
    return Listing(
        id=-profile.person_id,
        side="offer",
        kind=PERSON,
        title=profile.title,
        body=profile.body,
        region=_region(profile.region_id),
        owner=profile.person.employer_id or -profile.person_id,
        is_open=profile.is_open,
        tier=Tier.PUBLIC,
        trl=profile.trl,
    )


def _person(item: Item) -> int:
    """Return the number of a person who owns the item; a corpus is nobody's."""
    return 0 if item.source.startswith(CORPUS) else -item.holder_id


def _joined(*texts: str) -> str:
    return "\n".join(text.strip() for text in texts if text.strip())


def _region(code: str) -> int:
    """Return the six digits of a place; a park stands where its parent does."""
    digits = code if code.isdecimal() else code.split("-")[1]
    return int(digits[:6])


def _prefix(code: str) -> str:
    """Return what the codes of a place and of everything in it begin with."""
    digits = str(_region(code))
    return digits[:2] if digits.endswith("0000") else digits.removesuffix("00")


@cache
def _industry(code: str) -> str:
    """Return the code behind its section's letter: C2614."""
    if not code or code[0].isalpha():
        return code
    return f"{industries.section_of(code).code}{code}"


def _indicator(row: Indicator) -> Statement:
    return Statement(
        name=row.name,
        comparator=COMPARATORS[row.comparison],
        value=float(row.target),
        upper=float(row.target_high) if row.target_high is not None else None,
        unit=row.unit,
    )


def listing_of_unsaved(need: Need, indicators: Sequence[Indicator]) -> Listing:
    """Return a need that is no row, numbered 0, with this table of indicators."""
    return replace(listing_of(need), indicators=tuple(_indicator(each) for each in indicators))

"""Who could advise on a need, and which needs suit a person: asked at once, nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from kehui.core import dates
from kehui.market.models import Indicator, Item, Need, Studio
from kehui.matching import adapter
from kehui.matching.adapter import Aggregated, Part
from kehui.matching.selectors import profiles
from kehui.matching.services.pairs import IndexNotReady
from kehui.people.models import Person
from kehui.people.selectors import consents

Other = TypeVar("Other")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """An offer that a score rests on: points of its own pair, and the points it brings."""

    offer: Item
    score: int
    points: float


@dataclass(frozen=True, kw_only=True)
class Suited(Generic[Other]):
    """A person for a need, or a need for a person, and what the score rests on."""

    other: Other
    score: int
    profile: int  # points of the profile's own pair
    parts: tuple[Part, ...]
    grounds: list[Ground]

    @property
    def named(self) -> list[tuple[str, int]]:
        """Return title and points of the offers, for the sentences that name them."""
        return [(each.offer.title, each.score) for each in self.grounds]


@dataclass(frozen=True, kw_only=True)
class Experts:
    """The best, best first. Not settled: somebody who was not looked at could belong here.

    `missed_share`: 0..1 of the persons or offers, could not be looked at.
    """

    found: list[Suited[Studio]]
    is_settled: bool
    missed_share: float


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The best, best first; `is_told` is false when the person has said nothing to go by.

    `is_refused`: the person wants no such list. `missed_share`: 0..1 of the needs, could not be
    looked at.
    """

    found: list[Suited[Need]]
    is_told: bool
    missed_share: float = 0.0
    is_refused: bool = False


def experts_for(
    need: Need, *, indicators: Sequence[Indicator] | None = None, most: int, at: datetime
) -> Experts:
    """Return the studios of persons who could advise on the need.

    Only persons with an open studio of their own, and nobody who has a part in the need. With
    `indicators` the need is no row, and this is its table.

    Raises:
        IndexNotReady: there is no index yet; a job builds it.
    """
    try:
        with adapter.covering() as coverage:
            ranking = adapter.experts(need, indicators=indicators, most=most, at=at)
    except adapter.IndexMissing as missing:
        raise IndexNotReady from missing
    studios = profiles.studios_of([each.other for each in ranking.found])
    offers = _offers(ranking.found)
    return Experts(
        found=[
            _suited(each, studios[each.other], offers)
            for each in ranking.found
            if each.other in studios
        ],
        is_settled=ranking.is_settled,
        missed_share=coverage.missed_share,
    )


def needs_for(person: Person, *, most: int, at: datetime) -> Needs:
    """Return the published needs that suit what the person is known for, studio or not.

    Left out are those the person has a part in. Who refused personal suggestions gets none.

    Raises:
        IndexNotReady: there is no index yet; a job builds it.
    """
    today = dates.day_of(at)
    if not consents.stands(person, consents.PERSONALIZATION):
        return Needs(found=[], is_told=True, is_refused=True)
    profile = profiles.open_profile(person) or profiles.told_of(person)
    if not profile.title and not profile.body:
        return Needs(found=[], is_told=False)
    try:
        with adapter.covering() as coverage:
            ranking = adapter.needs_for(
                profile,
                most=most,
                at=at,
                free=lambda numbers: profiles.needs_apart(person, numbers, today=today),
            )
    except adapter.IndexMissing as missing:
        raise IndexNotReady from missing
    needs = profiles.needs([each.other for each in ranking.found])
    offers = _offers(ranking.found)
    return Needs(
        found=[_suited(each, needs[each.other], offers) for each in ranking.found],
        is_told=True,
        missed_share=coverage.missed_share,
    )


def _offers(found: Sequence[Aggregated]) -> dict[int, Item]:
    return Item.objects.in_bulk({each.offer for one in found for each in one.scored.grounds})


def _suited(found: Aggregated, other: Other, offers: dict[int, Item]) -> Suited[Other]:
    return Suited(
        other=other,
        score=found.scored.score,
        profile=round(found.profile),
        parts=found.scored.parts,
        grounds=[
            Ground(offer=offers[each.offer], score=round(each.score), points=each.points)
            for each in found.scored.grounds
            if each.offer in offers
        ],
    )

"""Ask the engine about persons: who could advise on a need, and which needs suit a person.

A person's score rests on the profile and on the offers, so no single list of the engine is the
answer. The best profiles and the best offers name the candidates, each candidate is scored by
everything that speaks for it, and the lists are lengthened until nobody outside them could come in.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kehui.core import dates
from kehui.engines import matching as engine
from kehui.market.models import Indicator, Need
from kehui.matching.adapter import asking
from kehui.matching.adapter.held import at_least_words, index, known_vector
from kehui.matching.adapter.listings import listing_of, listing_of_profile, listing_of_unsaved
from kehui.matching.adapter.snapshots import Vector, stored_vectors, vector_of
from kehui.matching.models import Profile
from kehui.matching.selectors import listings, profiles

FIRST: Final = 64  # entries of a list to begin with
LONGEST: Final = 1024

Free = Callable[[Collection[int]], Collection[int]]
Scores = Mapping[int, float]
Asking = tuple[engine.Listing, Vector | None]


@dataclass(frozen=True, kw_only=True)
class Aggregated:
    """A person for a need, or a need for a person: `other` is its number."""

    other: int
    profile: float  # points of the profile's own pair, 0..100
    scored: engine.PersonScored


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The best, best first; settled when nobody left out can score as much as the last of them.

    Lists that lack a part of the index settle nothing: `covering` tells.
    """

    found: list[Aggregated]
    is_settled: bool


def experts(
    need: Need, *, indicators: Sequence[Indicator] | None = None, most: int, at: datetime
) -> Ranking:
    """Return who could advise on the need; nobody who has a part in it.

    With `indicators` the need is no row, and this is its table.

    Raises:
        IndexMissing: no snapshot is there, or it cannot be read.
    """
    held, day = index(), dates.day_of(at)
    mine = listing_of(need) if indicators is None else listing_of_unsaved(need, indicators)
    own = held.vector_of(mine, known_vector(held, mine.id) if indicators is None else None)

    def lists(taken: int) -> list[list[engine.Scored]]:
        return [
            asking.match(held, mine, k=taken, today=day.toordinal(), vector=own, kinds=kinds)
            for kinds in ({engine.PERSON}, None)
        ]

    def scored(found: list[list[engine.Scored]]) -> list[Aggregated]:
        known, offers = ([each.id for each in one] for one in found)
        free = profiles.free_to_advise(
            need if indicators is None else None,
            persons=[-number for number in known],
            offers=offers,
            today=day,
        )
        theirs = profiles.offers_of(free)
        wanted = [*(-person for person in free), *(each for one in theirs.values() for each in one)]
        scores = {each.id: each.exact for each in engine.among(held, mine, wanted, vector=own)}
        return [
            _aggregated(person, scores[-person], scores, theirs.get(person, ()))
            for person in free
            if -person in scores
        ]

    return _settled(lists, scored, most)


def needs_for(
    profile: Profile,
    *,
    most: int,
    at: datetime,
    free: Free,
    kinds: Collection[str] | None = None,
) -> Ranking:
    """Return the needs, or what else is of these kinds, that suit a person: saved profile or not.

    `free` says which of the numbers found the person may be shown: has no part in, for a start.

    Raises:
        IndexMissing: no snapshot is there, or it cannot be read.
    """
    held, today = index(), dates.day_of(at).toordinal()
    mine = listing_of_profile(profile)
    stored = at_least_words(held, vector_of(profile, held.encoder_name))
    askers: list[Asking] = [(mine, held.vector_of(mine, stored)), *_offers(held, profile)]

    def lists(taken: int) -> list[list[engine.Scored]]:
        return [
            asking.match(held, each, k=taken, today=today, vector=vector, kinds=kinds)
            for each, vector in askers
        ]

    def scored(found: list[list[engine.Scored]]) -> list[Aggregated]:
        wanted = free({each.id for one in found for each in one})
        return _needs_scored(held, askers, wanted)

    return _settled(lists, scored, most)


def _needs_scored(
    held: engine.Index, askers: Sequence[Asking], wanted: Collection[int]
) -> list[Aggregated]:
    """Return these needs by all that speaks for the person: the profile first, then the offers."""
    by_profile, *by_offer = (
        {one.id: one.exact for one in engine.among(held, each, wanted, vector=vector)}
        for each, vector in askers
    )
    offers = [each.id for each, _vector in askers[1:]]
    return [
        _aggregated(
            number,
            score,
            {
                offer: scores[number]
                for offer, scores in zip(offers, by_offer, strict=True)
                if number in scores
            },
            offers,
        )
        for number, score in by_profile.items()
    ]


def _offers(held: engine.Index, profile: Profile) -> list[Asking]:
    """Return the offers that speak for the person, with their stored vectors."""
    numbers = profiles.offers_of([profile.person_id]).get(profile.person_id, [])
    rows, stored = listings.by_number(numbers), stored_vectors(held.encoder_name, numbers)
    return [
        (listing_of(row), at_least_words(held, stored.get(number))) for number, row in rows.items()
    ]


def _aggregated(other: int, profile: float, scores: Scores, offers: Collection[int]) -> Aggregated:
    shown = {offer: scores[offer] for offer in offers if offer in scores}
    return Aggregated(other=other, profile=profile, scored=engine.aggregate(profile, shown))


def _settled(
    lists: Callable[[int], list[list[engine.Scored]]],
    scored: Callable[[list[list[engine.Scored]]], list[Aggregated]],
    most: int,
) -> Ranking:
    """Lengthen the lists until whoever stands on none of them cannot be among the best.

    All that speaks for such a one scores no more than the last entry of some list, and `reach`
    says what that can make at most.
    """
    taken = FIRST
    while True:
        with asking.covering() as coverage:
            found = lists(taken)
        best = sorted(scored(found), key=lambda each: (-each.scored.exact, each.other))[:most]
        cut = [one[-1].exact for one in found if len(one) == taken]
        bar = best[-1].scored.exact if len(best) == most else 0.0
        is_settled = not cut or bar > engine.reach(max(cut))
        if is_settled or taken >= LONGEST:
            return Ranking(found=best, is_settled=is_settled and not coverage.missed_share)
        taken *= 4

"""Suggest offers that meet a need's indicators together (群策群力)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q

from kehui.market.models import Need, Offer, PriceMode
from kehui.matching import adapter, policies
from kehui.matching.models import Suggestion
from kehui.matching.selectors import standing, suggestions

AMONG: Final = 100  # of the matches shown, from the best down
LEAST: Final = 2  # a single offer is no combination, a single indicator needs none


@dataclass(frozen=True, kw_only=True)
class Member:
    """One offer of the set, and the indicators it meets, by name."""

    suggestion: Suggestion
    meets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Combination:
    """The smallest set that meets most of a need's indicators, the lead first.

    `alone` is how many the best single offer meets, `together` how many the set does, of
    `indicators`; `missing` are those that nobody meets. Prices are the sums of the bands; without
    the `unpriced` members.
    """

    members: tuple[Member, ...]
    indicators: int
    alone: int
    together: int
    missing: tuple[str, ...]
    low_fen: int
    high_fen: int
    unpriced: int
    is_over_budget: bool
    is_exact: bool

    @property
    def gain(self) -> int:
        return self.together - self.alone


def combination_for(need: Need, *, today: date) -> Combination | None:
    """Return the offers that together meet more of the indicators than any alone, or None.

    Only what a list may show counts: no conflicts, nobody whose hands are full, nothing declined,
    and no argument older than the text it speaks of.
    """
    names = [each.name for each in need.indicators.all()]
    if len(names) < LEAST:
        return None
    found = standing.with_room(suggestions.suggested_for(need, today=today)).exclude(
        Q(need_answer=Suggestion.Answer.DECLINED) | Q(offer_answer=Suggestion.Answer.DECLINED)
    )
    met = {}
    for each in suggestions.with_counterparts(found, need, most=AMONG):
        bits = _met(each, names)
        if bits and policies.may_quote(each, each.offer):
            met[each.offer_id] = each, bits
    chosen = adapter.smallest_cover(
        (offer, each.score, bits) for offer, (each, bits) in met.items()
    )
    if chosen is None or chosen.gain < 1:
        return None
    members = [
        Member(suggestion=met[offer][0], meets=_named(met[offer][1], names))
        for offer in chosen.members
    ]
    low, high, unpriced = _sum([each.suggestion.offer for each in members])
    budget = need.budget_high_fen or need.price_fen
    return Combination(
        members=tuple(members),
        indicators=len(names),
        alone=chosen.alone.bit_count(),
        together=chosen.together.bit_count(),
        missing=_named(~chosen.together, names),
        low_fen=low,
        high_fen=high,
        unpriced=unpriced,
        is_over_budget=budget is not None and high > budget,
        is_exact=chosen.is_exact,
    )


def _met(suggestion: Suggestion, names: Sequence[str]) -> int:
    """Return the indicators met by the stored argument, 0 when it speaks of another table."""
    argued = [each for each in suggestion.explanation["constraints"] if each["code"] == "INDICATOR"]
    if [each["values"]["name"] for each in argued] != list(names):
        return 0
    return sum(1 << place for place, each in enumerate(argued) if each["verdict"] == "met")


def _named(bits: int, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for place, name in enumerate(names) if bits >> place & 1)


def _sum(offers: Sequence[Offer]) -> tuple[int, int, int]:
    """Add up what the offers ask: lowest, highest, and how many say nothing."""
    low = high = unpriced = 0
    for offer in offers:
        is_fixed = offer.price_mode == PriceMode.FIXED
        least = offer.price_fen if is_fixed else offer.price_low_fen or offer.price_high_fen
        most = offer.price_fen if is_fixed else offer.price_high_fen or offer.price_low_fen
        if least is None or most is None:
            unpriced += 1
            continue
        low, high = low + least, high + most
    return low, high, unpriced

"""The named parts of a score: what each weighs, and the share of it a pair gets.

Every share is 0..1 and depends on the pair alone. What is unknown gets the neutral share named in
`NEUTRAL`: a listing that says nothing neither wins nor loses much against one that says it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kehui.engines.matching.listing import Indicator, Listing
from kehui.engines.matching.places import distance_km
from kehui.engines.text.units import measure, to_base

# The technical measure x = lexical + dense * cosine becomes a share by x^2 / (x^2 + HALF^2).
DENSE = 0.6
HALF = 0.5
# Centred vectors of unrelated texts stand at right angles, and cosines of related ones are small
DENSE_OF = {"e5-small-q4-centred": 2.4}

PARTS = ("tech", "indicators", "scene", "readiness", "distance", "budget", "response")


@dataclass(frozen=True, slots=True)
class Weights:
    """The most each part can give; the parts of a published rule add up to 100.

    `dense` is what a cosine of 1 adds to the words' measure; the index sets it by its encoder.
    """

    tech: float = 40.0
    indicators: float = 20.0
    scene: float = 15.0
    readiness: float = 10.0
    distance: float = 5.0
    budget: float = 5.0
    response: float = 5.0
    dense: float = DENSE

    def values(self) -> tuple[float, ...]:
        """Return them in the order of PARTS."""
        return (
            self.tech, self.indicators, self.scene, self.readiness, self.distance, self.budget,
            self.response,
        )  # fmt: skip


NEUTRAL = {
    "indicators": 0.4,
    "scene": 0.4,
    "readiness": 0.5,
    "distance": 0.4,
    "budget": 0.5,
    "response": 0.4,
}

SAME_CLASS, SAME_GROUP, SAME_DIVISION, SAME_SECTION, OTHER_SECTION = 1.0, 0.9, 0.75, 0.35, 0.05
NEAR_MISS = 0.2  # an indicator missed by less than this share of the target is half met
FAR_KM = 600.0
NAMES_ALIKE = 0.5


def tech_share(x: float) -> float:
    """Return the share of the technical part for a measure x >= 0."""
    square = x * x
    return square / (square + HALF * HALF)


@lru_cache(maxsize=100_000)
def scene_share(one: str, other: str) -> float:
    """Return how near two industry codes of GB/T 4754 stand: C2614, C261, C26, C."""
    if not one or not other:
        return NEUTRAL["scene"]
    if one[0] != other[0]:
        return OTHER_SECTION
    shared = 0
    for left, right in zip(one[1:], other[1:], strict=False):
        if left != right:
            break
        shared += 1
    return (SAME_SECTION, SAME_SECTION, SAME_DIVISION, SAME_GROUP, SAME_CLASS)[min(shared, 4)]


def readiness_share(reached: int | None, required: int | None) -> float:
    """Return 1 when the offer is as ripe as required, a third less for each level it lacks."""
    if reached is None or required is None:
        return NEUTRAL["readiness"]
    return max(0.0, 1.0 - max(0, required - reached) / 3)


def meets_region(requirement: Sequence[str], region: int) -> bool | None:
    """Say whether a region satisfies a requirement; None when the region is not known."""
    if not requirement:
        return True
    if not region:
        return None
    return any(f"{region:06d}".startswith(prefix) for prefix in requirement)


def nearness(one: int, other: int) -> float:
    """Return 1 for the same county down to 0 at FAR_KM; without points, by shared code."""
    if not one or not other:
        return NEUTRAL["distance"]
    kilometers = distance_km(one, other)
    if kilometers is not None:
        return max(0.0, 1.0 - kilometers / FAR_KM)
    left, right = f"{one:06d}", f"{other:06d}"
    if left == right:
        return 1.0
    if left[:4] == right[:4]:
        return 0.9
    return 0.6 if left[:2] == right[:2] else 0.1


def distance_share(need: Listing, offer: Listing) -> float:
    """Return the nearness, or nothing when either side's region requirement is broken."""
    if meets_region(need.region_requirement, offer.region) is False:
        return 0.0
    if meets_region(offer.region_requirement, need.region) is False:
        return 0.0
    return nearness(need.region, offer.region)


def budget_share(
    budget_low: int | None, budget_high: int | None, price_low: int | None, price_high: int | None
) -> float:
    """Return 1 when the lowest price asked fits the highest budget, falling to 0 at twice of it."""
    most = budget_high if budget_high is not None else budget_low
    least = price_low if price_low is not None else price_high
    if most is None or least is None:
        return NEUTRAL["budget"]
    if least <= most:
        return 1.0
    return max(0.0, 2.0 - least / most) if most > 0 else 0.0


def response_share(reply_hours: float | None) -> float:
    """Return 1 for an answer within 4 hours, falling with the logarithm to 0 at 10 days."""
    if reply_hours is None:
        return NEUTRAL["response"]
    if reply_hours <= 4:
        return 1.0
    return max(0.0, 1.0 - math.log(reply_hours / 4) / math.log(60))


# --- indicators -----------------------------------------------------------------------------


def interval(indicator: Indicator) -> tuple[float, float]:
    """Return the bounds of an indicator in base units, infinite where it has none."""
    low = to_base(indicator.value, indicator.unit)
    if indicator.comparator == ">=":
        return low, math.inf
    if indicator.comparator == "<=":
        return -math.inf, low
    if indicator.comparator == "range" and indicator.upper is not None:
        high = to_base(indicator.upper, indicator.unit)
        return (low, high) if low <= high else (high, low)
    return low, low


def name_pairs(name: str) -> frozenset[str]:
    """Return the character pairs of an indicator's name, or the name when it is one character."""
    return frozenset(name[i : i + 2] for i in range(len(name) - 1)) or frozenset({name})


def names_alike(one: str, other: str) -> bool:
    """Say whether two names of indicators mean the same: half of the shorter one's pairs."""
    left, right = name_pairs(one), name_pairs(other)
    if not one or not other:
        return False
    return len(left & right) >= NAMES_ALIKE * min(len(left), len(right))


def satisfied(wanted: tuple[float, float], reached: tuple[float, float]) -> float:
    """Return how well an interval reached satisfies the interval wanted.

    1 when it lies inside, 0.7 when they overlap, else falling from 0.5 to 0 with the gap up to
    NEAR_MISS of the target.
    """
    if wanted[0] <= reached[0] and reached[1] <= wanted[1]:
        return 1.0
    if wanted[0] == wanted[1] and abs(reached[0] - wanted[0]) <= 0.05 * abs(wanted[0]):
        return 1.0
    gap = max(wanted[0] - reached[1], reached[0] - wanted[1])
    if gap <= 0:
        return 0.7
    target = wanted[0] if reached[1] < wanted[0] else wanted[1]
    reach = NEAR_MISS * abs(target)
    return max(0.0, 0.5 * (1.0 - gap / reach)) if reach > 0 else 0.0


def best_answer(wanted: Indicator, reached: Sequence[Indicator]) -> tuple[int, float] | None:
    """Return which of the offer's indicators answers best, and how well; None when none speaks."""
    best: tuple[int, float] | None = None
    dimension = measure(wanted.unit).dimension
    for place, candidate in enumerate(reached):
        if measure(candidate.unit).dimension != dimension:
            continue
        if not names_alike(wanted.name, candidate.name):
            continue
        share = satisfied(interval(wanted), interval(candidate))
        if best is None or share > best[1]:
            best = place, share
    return best


def indicators_share(wanted: Sequence[Indicator], reached: Sequence[Indicator]) -> float:
    """Return the mean over the need's indicators, unanswered ones at the neutral share."""
    if not wanted or not reached:
        return NEUTRAL["indicators"]
    shares = []
    for each in wanted:
        answer = best_answer(each, reached)
        shares.append(NEUTRAL["indicators"] if answer is None else answer[1])
    return math.fsum(shares) / len(shares)


def shares(need: Listing, offer: Listing, x: float) -> tuple[float, ...]:
    """Return the share of every part, in the order of PARTS."""
    return (
        tech_share(x),
        indicators_share(need.indicators, offer.indicators),
        scene_share(need.industry, offer.industry),
        readiness_share(offer.trl, need.trl),
        distance_share(need, offer),
        budget_share(
            need.price_low_fen, need.price_high_fen, offer.price_low_fen, offer.price_high_fen
        ),
        response_share(offer.reply_hours),
    )

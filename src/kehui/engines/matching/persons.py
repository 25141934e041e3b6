"""What a person scores for a need: the best of what speaks for them, lifted by the rest.

What speaks for a person are the profile and the offers, each with the score of its own pair. The
best of them counts in full. Each further one takes away a share of what is missing to 100: the
second at most LIFT of it, every next one half as much. So a newcomer with a fitting profile and no
offer stands where the profile stands, twenty middling offers do not beat one that fits, and the
score is bounded by 100 and never falls when something is added or improved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kehui.engines.matching.scored import Part, rounded

LIFT: Final = 0.2
# A pair of which nothing is known has about 26 points; what scores up to here lifts nobody.
FLOOR: Final = 40.0
PARTS: Final = ("profile", "best_offer", "further_offers")
COUNTED: Final = 8  # offers of one person, the best for the need


@dataclass(frozen=True, slots=True)
class Grounds:
    """An offer the score rests on: the score of its own pair, and the points it brings here."""

    offer: int
    score: float
    points: float


@dataclass(frozen=True, slots=True)
class PersonScored:
    """A person's score 0..100 for one need; the parts' `got` add up to `score`.

    `parts` are profile, best_offer and further_offers; `grounds` the offers that bring points,
    the most first. Without any of them the score is lower, unless another offer of the person
    with the very same score takes its place.
    """

    score: int
    exact: float
    parts: tuple[Part, ...]
    grounds: tuple[Grounds, ...]


def aggregate(profile: float, offers: Mapping[int, float]) -> PersonScored:
    """Return what a profile and offers (scores 0..100, by id) make together.

    Raises:
        ValueError: a score is outside 0..100 or not a number.
    """
    if not all(0 <= each <= 100 for each in (profile, *offers.values())):
        raise ValueError("scores lie in 0..100")
    best = sorted(offers.items(), key=lambda each: (-each[1], each[0]))[:COUNTED]
    # Of equals the profile goes first, then the smaller id: the order of the offers cannot show.
    told = sorted([(-profile, -1, 0), *((-score, 0, offer) for offer, score in best)])
    points = _points([-score for score, _, _ in told])
    brought = {each[1:]: gain for each, gain in zip(told, points, strict=True)}
    gains = [brought[0, offer] for offer, _ in best]
    exact = (brought[-1, 0], sum(gains[:1]), sum(gains[1:]))
    grounds = [
        Grounds(offer, score, gain)
        for (offer, score), gain in zip(best, gains, strict=True)
        if gain > 0
    ]
    got = rounded(exact)
    return PersonScored(
        score=sum(got),
        exact=sum(exact),
        parts=tuple(
            Part(name, whole, each, 100)
            for name, whole, each in zip(PARTS, got, exact, strict=True)
        ),
        grounds=tuple(sorted(grounds, key=lambda each: (-each.points, each.offer))),
    )


def reach(best: float) -> float:
    """Return the most a person can score of whom nothing scores above `best`."""
    return sum(_points([best] * (1 + COUNTED)))


def _points(scores: list[float]) -> list[float]:
    """Return what each of the scores, which fall, brings."""
    points: list[float] = []
    total, share = 0.0, LIFT
    for place, score in enumerate(scores):
        if place == 0:
            points.append(score)
        else:
            points.append((100.0 - total) * share * max(0.0, score - FLOOR) / (100.0 - FLOOR))
            share /= 2
        total += points[-1]
    return points

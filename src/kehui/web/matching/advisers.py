"""People who could advise on a need, and needs that suit a person, as pages show them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.urls import reverse

from kehui.core import regions
from kehui.market.models import Need, Studio
from kehui.matching import services
from kehui.matching.selectors import reasons
from kehui.matching.selectors.sentences import Factor, Sentence
from kehui.matching.services.experts import Suited
from kehui.matching.services.pairs import IndexNotReady
from kehui.people.models import Level, Person

FIRST: Final = 3
MOST: Final = 48
LEAST: Final = 35  # points; who scores less shares a place or a readiness with the need, no subject
NEEDS: Final = 5
TEXT: Final = 60  # characters of what a person says


@dataclass(frozen=True, kw_only=True)
class Adviser:
    """One person with the reasons: what the component `match` shows."""

    url: str
    title: str
    score: int
    place: str
    who: str
    role: str
    verified: bool
    text: str  # what they are good at
    evidence: list[Sentence]
    factors: list[Factor]


@dataclass(frozen=True, kw_only=True)
class Advisers:
    """The people a page shows; `show` of them come next, 0 when there are no more."""

    people: list[Adviser] = field(default_factory=list)
    show: int = 0
    is_settled: bool = True
    missed_share: float = 0.0
    note: str = ""


def advisers_of(need: Need, *, show: int, at: datetime) -> Advisers:
    """Return the best `show` people, at least FIRST; the next time four times as many."""
    show = min(max(show, FIRST), MOST)
    try:
        experts = services.experts_for(need=need, most=show + 1, at=at)
    except IndexNotReady as refusal:
        return Advisers(note=str(refusal))
    fitting = [each for each in experts.found if each.score >= LEAST]
    more = len(fitting) > show and show < MOST
    return Advisers(
        people=[_adviser(each) for each in fitting[:show]],
        show=min(4 * show, MOST) if more else 0,
        is_settled=experts.is_settled,
        missed_share=experts.missed_share,
    )


def _adviser(found: Suited[Studio]) -> Adviser:
    studio, person = found.other, found.other.owner
    employer = person.employer.name if isinstance(person, Person) and person.employer else ""
    return Adviser(
        url=reverse("market:studio", args=[studio.pk]),
        title=studio.name,
        score=found.score,
        place=regions.name_of(studio.region_id),
        who=person.name,
        role=employer,
        verified=isinstance(person, Person) and person.level >= Level.V2,
        text="、".join(studio.skills) or studio.directions[:TEXT],
        evidence=reasons.reasons(found.profile, found.named),
        factors=reasons.factors((part.name, part.got, part.most) for part in found.parts),
    )


def suitable_needs(person: Person, *, at: datetime) -> dict[str, Any]:
    """Return the needs that suit the person, with what the page says when there are none."""
    try:
        suited = services.needs_for(person=person, most=NEEDS, at=at)
    except IndexNotReady as refusal:
        return {
            "needs": [],
            "is_told": True,
            "is_refused": False,
            "note": str(refusal),
            "missed_share": 0.0,
        }
    return {
        "needs": [_need(each) for each in suited.found if each.score >= LEAST],
        "is_told": suited.is_told,
        "is_refused": suited.is_refused,
        "note": "",
        "missed_share": suited.missed_share,
    }


def _need(found: Suited[Need]) -> dict[str, Any]:
    why = reasons.reasons(found.profile, found.named)[0]
    return {
        "href": reverse("market:need", args=[found.other.pk]),
        "title": found.other.title,
        "score": found.score,
        "place": regions.name_of(found.other.region_id),
        "why": why.title,
        "offer": why.text if found.grounds else "",
    }

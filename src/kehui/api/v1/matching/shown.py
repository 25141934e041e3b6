"""Suggestions turned into shapes."""

from collections.abc import Mapping, Sequence
from typing import Any

from kehui.api.v1.market.found import loaded
from kehui.api.v1.market.shown import studio_summary, summary
from kehui.api.v1.matching.shapes import Combination as CombinationShape
from kehui.api.v1.matching.shapes import (
    CombinationMember,
    Constraint,
    Expert,
    Explanation,
    Ground,
    Match,
    Part,
    Passage,
    Sentence,
    Standing,
)
from kehui.market.models import Item, Need, Offer, Side, Studio, Tier
from kehui.matching.models import Suggestion
from kehui.matching.selectors import reasons, sentences, standing
from kehui.matching.services.combinations import Combination
from kehui.matching.services.experts import Suited


def match_of(suggestion: Suggestion, counterpart: Need | Offer, side: Side) -> Match:
    """Return the suggestion as the given side reads it."""
    mine, theirs = suggestion.need_answer, suggestion.offer_answer
    if side == Side.OFFER:
        mine, theirs = theirs, mine
    return Match(
        id=suggestion.pk,
        score=suggestion.score,
        standing=_standing(suggestion),
        counterpart=summary(counterpart),
        explanation=explanation_of(
            suggestion.explanation,
            suggestion.parts,
            quotes=not _may_be_older_than_its_tier(suggestion, counterpart),
        ),
        my_answer=mine,
        their_answer=theirs,
        is_asked=bool(getattr(suggestion, "is_asked", False)),
        engine=suggestion.engine,
        ranker=suggestion.ranker,
        made_at=suggestion.made_at,
    )


def _standing(suggestion: Suggestion) -> Standing:
    given, taken = getattr(suggestion, "given", 0.0), getattr(suggestion, "taken", 0.0)
    return Standing(
        points=round(given - taken, 1),
        is_full=bool(getattr(suggestion, "is_full", False)),
        reasons=standing.why_moved(suggestion),
    )


def combination_out(found: Combination) -> CombinationShape:
    numbers = [each.suggestion.offer_id for each in found.members]
    whole = {each.pk: each for each in loaded(Side.OFFER, numbers)}
    return CombinationShape(
        members=[
            CombinationMember(
                match=each.suggestion.pk,
                score=each.suggestion.score,
                is_lead=place == 0,
                meets=list(each.meets),
                offer=summary(whole[each.suggestion.offer_id]),
            )
            for place, each in enumerate(found.members)
        ],
        indicators=found.indicators,
        alone=found.alone,
        together=found.together,
        gain=found.gain,
        missing=list(found.missing),
        price_low_fen=found.low_fen,
        price_high_fen=found.high_fen,
        unpriced=found.unpriced,
        is_over_budget=found.is_over_budget,
        is_exact=found.is_exact,
    )


def explanation_of(
    found: Mapping[str, Any], parts: Sequence[Mapping[str, Any]], *, quotes: bool = True
) -> Explanation:
    """Return the argument; without quotes nothing of either text is repeated."""
    factors = sentences.factors(parts)
    argument = sentences.argument(found, parts)
    constraints = [
        Constraint(code=each["code"], verdict=each["verdict"], values=each["values"])
        for each in found["constraints"]
    ]
    if not quotes:
        argument = []
        constraints = [each for each in constraints if each.code != "INDICATOR"]
    return Explanation(
        sentences=[_sentence(each) for each in argument],
        parts=[
            Part(
                name=part["name"],
                label=factor.label,
                got=part["got"],
                most=part["most"],
                reasons=part.get("reasons", []),
            )
            for part, factor in zip(parts, factors, strict=True)
        ],
        constraints=constraints,
        passages=[Passage(**each) for each in found["passages"]] if quotes else [],
        common=found["common"] if quotes else [],
        missing=found["missing"] if quotes else [],
        distance_km=found["distance_km"],
    )


def expert_of(found: Suited[Studio]) -> Expert:
    """Return a person who could advise, with the offers the score rests on."""
    labels = reasons.factors((part.name, part.got, part.most) for part in found.parts)
    return Expert(
        studio=studio_summary(found.other),
        score=found.score,
        profile=found.profile,
        parts=[
            Part(name=part.name, label=factor.label, got=part.got, most=part.most)
            for part, factor in zip(found.parts, labels, strict=True)
        ],
        sentences=[_sentence(each) for each in reasons.reasons(found.profile, found.named)],
        grounds=[
            Ground(
                offer=each.offer.pk, title=each.offer.title, score=each.score, points=each.points
            )
            for each in found.grounds
        ],
    )


def _sentence(told: sentences.Sentence) -> Sentence:
    return Sentence(verdict=told.verdict, title=told.title, text=told.text, spans=list(told.spans))


def _may_be_older_than_its_tier(suggestion: Suggestion, counterpart: Item) -> bool:
    """Say whether the quotes may come from before its author closed the text to the public."""
    return counterpart.tier > Tier.PUBLIC and suggestion.made_at < counterpart.changed_at

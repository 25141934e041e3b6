"""The hard and soft conditions of a pair, one by one: met, partly, broken or unknown."""

from dataclasses import dataclass, field
from typing import Literal

from kehui.engines.matching.listing import Indicator, Listing
from kehui.engines.matching.parts import best_answer, meets_region

Verdict = Literal["met", "partly", "broken", "unknown"]
Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Constraint:
    """One condition: its code, the verdict, and the values a sentence about it needs.

    Codes: BUDGET (asked_fen, budget_fen), READINESS (reached, required), REGION and OFFER_REGION
    (region, required), DEADLINE (lead_days, days_left), LANGUAGE and LICENSE (lacking),
    CAPACITY (capacity), INDICATOR (name, wanted_…, offered_… with comparator, value, upper, unit).
    """

    code: str
    verdict: Verdict
    values: dict[str, Value] = field(default_factory=dict)


def constraints(need: Listing, offer: Listing, *, today: int) -> tuple[Constraint, ...]:
    """Return every condition the two listings speak of."""
    found = [
        *_budget(need, offer),
        *_readiness(need, offer),
        *_region("REGION", need.region_requirement, offer.region),
        *_region("OFFER_REGION", offer.region_requirement, need.region),
        *_deadline(need, offer, today),
        *_set("LANGUAGE", need.languages, offer.languages),
        *_set("LICENSE", need.licenses, offer.licenses),
    ]
    if offer.capacity is not None:
        verdict: Verdict = "met" if offer.capacity > 0 else "broken"
        found.append(Constraint("CAPACITY", verdict, {"capacity": offer.capacity}))
    found += [_indicator(each, offer.indicators) for each in need.indicators]
    return tuple(found)


def _budget(need: Listing, offer: Listing) -> list[Constraint]:
    most = need.price_high_fen if need.price_high_fen is not None else need.price_low_fen
    least = offer.price_low_fen if offer.price_low_fen is not None else offer.price_high_fen
    if most is None:
        return []
    values: dict[str, Value] = {"asked_fen": least, "budget_fen": most}
    if least is None:
        return [Constraint("BUDGET", "unknown", values)]
    top = offer.price_high_fen
    if least > most:
        return [Constraint("BUDGET", "broken", values)]
    return [Constraint("BUDGET", "partly" if top is not None and top > most else "met", values)]


def _readiness(need: Listing, offer: Listing) -> list[Constraint]:
    if need.trl is None:
        return []
    values: dict[str, Value] = {"reached": offer.trl, "required": need.trl}
    if offer.trl is None:
        return [Constraint("READINESS", "unknown", values)]
    if offer.trl >= need.trl:
        return [Constraint("READINESS", "met", values)]
    return [Constraint("READINESS", "partly" if offer.trl == need.trl - 1 else "broken", values)]


def _region(code: str, requirement: tuple[str, ...], region: int) -> list[Constraint]:
    if not requirement:
        return []
    met = meets_region(requirement, region)
    verdict: Verdict = "unknown" if met is None else "met" if met else "broken"
    values: dict[str, Value] = {"region": region, "required": ",".join(requirement)}
    return [Constraint(code, verdict, values)]


def _deadline(need: Listing, offer: Listing, today: int) -> list[Constraint]:
    if need.deadline_day is None or not today:
        return []
    left = need.deadline_day - today
    values: dict[str, Value] = {"lead_days": offer.lead_days, "days_left": left}
    if left < 0:
        return [Constraint("DEADLINE", "broken", values)]
    if offer.lead_days is None:
        return [Constraint("DEADLINE", "unknown", values)]
    return [Constraint("DEADLINE", "met" if offer.lead_days <= left else "broken", values)]


def _set(code: str, wanted: tuple[str, ...], given: tuple[str, ...]) -> list[Constraint]:
    if not wanted:
        return []
    lacking = [each for each in wanted if each not in given]
    if not given:
        verdict: Verdict = "unknown"
    else:
        verdict = "met" if not lacking else "broken" if len(lacking) == len(wanted) else "partly"
    return [Constraint(code, verdict, {"lacking": ",".join(lacking)})]


def _indicator(wanted: Indicator, offered: tuple[Indicator, ...]) -> Constraint:
    values = _values("wanted", wanted) | {"name": wanted.name}
    answer = best_answer(wanted, offered)
    if answer is None:
        return Constraint("INDICATOR", "unknown", values)
    place, share = answer
    values |= _values("offered", offered[place])
    verdict: Verdict = "met" if share >= 1 else "partly" if share > 0 else "broken"
    return Constraint("INDICATOR", verdict, values)


def _values(prefix: str, indicator: Indicator) -> dict[str, Value]:
    return {
        f"{prefix}_comparator": indicator.comparator,
        f"{prefix}_value": indicator.value,
        f"{prefix}_upper": indicator.upper,
        f"{prefix}_unit": indicator.unit,
    }

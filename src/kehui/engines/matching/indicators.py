"""Read indicators out of a text, for listings whose form has none."""

from kehui.engines.matching.listing import Comparator, Indicator
from kehui.engines.text.amounts import Quantity, quantities

NAMED = 2  # characters a subject needs to be a name


def read_indicators(text: str, *, most: int = 12) -> tuple[Indicator, ...]:
    """Return the quantities of a text that say of what they are, with a unit, as indicators."""
    found: dict[tuple[str, str], Indicator] = {}
    for each in quantities(text):
        if not each.unit or len(each.subject) < NAMED:
            continue
        bounds = [bound for bound in (each.low, each.high) if bound is not None]
        upper = bounds[1] if len(bounds) == 2 else None
        key = (each.subject, each.measure.dimension)
        found.setdefault(
            key, Indicator(each.subject, _comparator(each), bounds[0], upper, each.unit)
        )
    return tuple(found.values())[:most]


def _comparator(quantity: Quantity) -> Comparator:
    if quantity.low is None:
        return "<="
    if quantity.high is None:
        return ">="
    return "=" if quantity.low == quantity.high else "range"

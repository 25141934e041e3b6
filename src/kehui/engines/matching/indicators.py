"""Read indicators out of a text, for listings whose form has none."""

from kehui.engines.matching.listing import Comparator, Indicator
from kehui.engines.text.amounts import quantities

NAMED = 2  # characters a subject needs to be a name


def read_indicators(text: str, *, most: int = 12) -> tuple[Indicator, ...]:
    """Return the quantities of a text that say of what they are, with a unit, as indicators."""
    found: dict[tuple[str, str], Indicator] = {}
    for each in quantities(text):
        if not each.unit or len(each.subject) < NAMED:
            continue
        key = (each.subject, each.measure.dimension)
        if each.low is None and each.high is not None:
            found.setdefault(key, Indicator(each.subject, "<=", each.high, None, each.unit))
        elif each.low is not None and each.high is None:
            found.setdefault(key, Indicator(each.subject, ">=", each.low, None, each.unit))
        elif each.low is not None:
            comparator: Comparator = "=" if each.low == each.high else "range"
            found.setdefault(
                key, Indicator(each.subject, comparator, each.low, each.high, each.unit)
            )
    return tuple(found.values())[:most]

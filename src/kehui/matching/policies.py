"""Who may see and answer suggestions."""

from datetime import date

from kehui.market import policies as market
from kehui.market.models import Item, Side, Tier
from kehui.matching.models import Suggestion
from kehui.people import policies as people
from kehui.people.models import Person


def may_see_matches(person: Person | None, item: Item, *, today: date) -> bool:
    """Say whether the person may read the item's matches: its own, or as staff of its place."""
    if person is None:
        return False
    return (
        market.owns(person, item, today=today)
        or people.may_operate(person, today=today)
        or people.serves(person, item.region_id, today=today)
    )


def may_quote(suggestion: Suggestion, counterpart: Item) -> bool:
    """Say whether the argument may repeat the counterpart's words.

    What was argued before its author closed the text to the public waits for the next run.
    """
    return counterpart.tier == Tier.PUBLIC or suggestion.made_at >= counterpart.changed_at


def sides_of(person: Person, suggestion: Suggestion, *, today: date) -> list[Side]:
    """Return the sides of the pair that the person may answer for."""
    return [
        side
        for side, item in ((Side.NEED, suggestion.need), (Side.OFFER, suggestion.offer))
        if market.owns(person, item, today=today)
    ]

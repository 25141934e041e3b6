"""Note what was shown where: without it no answer can be judged fairly."""

from collections.abc import Sequence
from datetime import date, datetime

from kehui.core import dates
from kehui.market.models import Side
from kehui.matching.models import Showing, Suggestion
from kehui.people.models import Person


def note_showings(
    *, shown: Sequence[Suggestion], side: Side, person: Person, first: int = 1, at: datetime
) -> None:
    """Note that a person of this side saw the suggestions, in this order from place `first`.

    One statement, whatever their number; of a person's several looks on one day the first counts.
    This is an observation, not a fact: docs/decisions/0014-showings-are-observations.md.
    """
    if not shown:
        return
    day = dates.day_of(at)
    Showing.objects.bulk_create(
        [
            Showing(
                need_id=each.need_id,
                offer_id=each.offer_id,
                side=side,
                person=person,
                on=day,
                position=place,
                score=each.score,
                features=each.features,
                engine=each.engine,
                ranker=each.ranker,
            )
            for place, each in enumerate(shown, start=first)
        ],
        ignore_conflicts=True,
    )


def forget_showings(*, before: date) -> int:
    """Delete what was shown before that day; return how many rows."""
    return Showing.objects.filter(on__lt=before).delete()[0]

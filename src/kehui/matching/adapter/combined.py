"""Let the engine choose offers that cover a need together."""

from collections.abc import Iterable, Mapping
from typing import Final

from kehui.engines import matching as engine
from kehui.market.models import Need, Offer
from kehui.matching.adapter.listings import listing_of

WORTH_TALKING: Final = 55  # 可谈: whoever scores less is no partner, whatever figure is met


def smallest_cover(candidates: Iterable[tuple[int, int, int]]) -> engine.Cover | None:
    """Return the smallest set of (number, score, indicators met as bits) that meets most.

    Who is not worth talking to is left out.
    """
    return engine.cover(
        [engine.Candidate(*each) for each in candidates if each[1] >= WORTH_TALKING]
    )


def completing(
    mine: engine.Listing, ranked: Mapping[int, int], rows: Mapping[int, Offer | Need]
) -> list[int]:
    """Return which offers, of those ranked, cover the need's indicators best together.

    `ranked` holds scores by number; what is no longer there is passed over.
    """
    found = engine.cover(
        [
            engine.Candidate(number, score, engine.meets(mine, listing_of(rows[number])))
            for number, score in ranked.items()
            if number in rows and score >= WORTH_TALKING
        ]
    )
    return list(found.members) if found else []

"""What the search box asks the index."""

from typing import Final, Literal

from kehui.engines import matching as engine
from kehui.market.models import NeedKind, OfferKind
from kehui.matching.adapter import asking
from kehui.matching.adapter.held import index

KINDS: Final = {"offer": tuple(OfferKind.values), "need": tuple(NeedKind.values)}
SHARE: Final = 0.4  # of the shared words' weight of the best: less is another subject


def search(query: str, *, side: str, most: int) -> list[int]:
    """Return the numbers of the published items that speak of the query, the best first.

    Phrases and exclusions are left to whoever holds the rows.

    Raises:
        IndexMissing: no snapshot is there, or it cannot be read.
    """
    wanted: Literal["need", "offer"] = "need" if side == "need" else "offer"
    filters = engine.Filters(kinds=KINDS[wanted])  # no persons and no calls among them
    found = engine.search(index(), query, side=wanted, k=most, filters=filters)
    return [hit.id for hit in found.hits]


def alike(text: str, *, side: str, most: int) -> list[int]:
    """Return the numbers of the items that would fit a problem (or an offer) told in these words.

    The text is matched as if somebody had published it; what shares hardly any of its words is
    left out. For whole sentences, of which no item holds half the words.

    Raises:
        IndexMissing: no snapshot is there, or it cannot be read.
    """
    told = engine.Listing(id=0, side="offer" if side == "need" else "need", title=text)
    scored = asking.match(index(), told, k=most)
    best = max((each.lexical for each in scored), default=0.0)
    return [each.id for each in scored if each.lexical > 0 and each.lexical >= SHARE * best]

"""What a learned ranker may see of a pair: named columns, each with one meaning.

Every column depends on the pair alone (and on the frozen word statistics behind `lexical`), never
on the other candidates, so it is the same from both sides and can be stored with the score.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from kehui.engines.matching.listing import Listing
from kehui.engines.matching.parts import PARTS, Weights
from kehui.engines.text.normal import normalize
from kehui.engines.text.segment import pairs

Features = Mapping[str, float]

TEXTUAL: Final = ("title_in_title", "title_in_body", "title_in_need", "need_length", "offer_length")
COLUMNS: Final = ("rule", "lexical", "cosine", "encoded", *PARTS, *TEXTUAL)
PLACES: Final = 9


def features_of(
    need: Listing,
    offer: Listing,
    *,
    points: Sequence[float],
    lexical: float,
    cosine: float | None,
    weights: Weights,
) -> dict[str, float]:
    """Return the columns of a pair, in the order of COLUMNS, to nine decimals.

    `rule` is the published score / 100; each part of PARTS is the share 0..1 of its points, which
    for what is unknown is the neutral one; `encoded` says 1 when both texts have a vector.
    Field by field: `title_in_title` and `title_in_body` are the shares of the character pairs of
    the need's title that the offer's title and body have, `title_in_need` of the offer's title
    that the need has anywhere; lengths are ln(1 + characters) / 10.

    Args:
        points: exact points of the parts, in the order of PARTS.
        lexical, cosine: the measures behind the technical part; no cosine without vectors.
    """
    shares = [got / most for got, most in zip(points, weights.values(), strict=True)]
    asked, given = _pairs_of(need.title), _pairs_of(offer.title)
    values = (
        math.fsum(points) / 100,
        lexical,
        cosine or 0.0,
        float(cosine is not None),
        *shares,
        _share(asked, given),
        _share(asked, _pairs_of(offer.body)),
        _share(given, asked | _pairs_of(need.body)),
        math.log1p(len(need.title) + len(need.body)) / 10,
        math.log1p(len(offer.title) + len(offer.body)) / 10,
    )
    return {name: round(value, PLACES) for name, value in zip(COLUMNS, values, strict=True)}


def _pairs_of(text: str) -> frozenset[str]:
    return frozenset(token.term for token in pairs(normalize(text)))


def _share(of: frozenset[str], there: frozenset[str]) -> float:
    return len(of & there) / len(of) if of else 0.0
